# SPDX-License-Identifier: MIT
"$OUTERFILL" fill header.txt arange:1 -e a
