# SPDX-License-Identifier: MIT
"$OUTERFILL" fill signs.txt arange:1 -e a
