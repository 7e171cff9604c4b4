# SPDX-License-Identifier: MIT
"$OUTERFILL" --version | grep -c -E "[0-9]+\.[0-9]+\.[0-9]+"
