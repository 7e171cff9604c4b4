# SPDX-License-Identifier: MIT
"$OUTERFILL" fill a.txt arange:0
