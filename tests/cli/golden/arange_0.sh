# SPDX-License-Identifier: MIT
"$OUTERFILL" fill arange:0 b.txt
