# SPDX-License-Identifier: MIT
"$OUTERFILL" fill microsoft.txt arange:1 -e a
