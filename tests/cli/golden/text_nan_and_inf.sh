# SPDX-License-Identifier: MIT
"$OUTERFILL" fill special.txt arange:1 -e a
