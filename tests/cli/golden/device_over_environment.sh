# SPDX-License-Identifier: MIT
OUTERFILL_DEVICE=nosuchdevice "$OUTERFILL" fill a.txt b.txt --device any
