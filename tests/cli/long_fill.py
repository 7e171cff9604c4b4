# SPDX-License-Identifier: MIT
"""A fill that would take minutes, for tests that watch it and then end it."""

import os
import select
import time

BODY = "real x = a + b; for (int k = 0; k < 20000; k++) x = sin(x + a); out[0] = x;\n"
LONG_FILL = ("fill", "arange:2000000", "arange:32", "--body", "body.cl", "-P", "1", "-o", "out.npy")


def read_until(descriptor, seconds):
    """What can be read from the descriptor until it ends, something came, or the time is over."""
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        if select.select([descriptor], [], [], 0.1)[0]:
            return os.read(descriptor, 4096)
    return b""
