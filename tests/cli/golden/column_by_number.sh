# SPDX-License-Identifier: MIT
"$OUTERFILL" fill table.csv:1 arange:1 -e a && "$OUTERFILL" fill arange:1 savetxt.txt:0 -e b
