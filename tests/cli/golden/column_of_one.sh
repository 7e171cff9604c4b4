# SPDX-License-Identifier: MIT
"$OUTERFILL" fill 'header.txt:real x' arange:1 -e a && "$OUTERFILL" fill header.txt:0 arange:1 -e a
