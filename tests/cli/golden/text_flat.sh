# SPDX-License-Identifier: MIT
"$OUTERFILL" fill wrapped.txt:flat arange:1 -e a && "$OUTERFILL" fill arange:1 table.csv:flat -e b && "$OUTERFILL" fill -:flat arange:1 -e a <hundreds.txt
