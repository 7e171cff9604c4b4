# SPDX-License-Identifier: MIT
"$OUTERFILL" fill table.csv:y:1 arange:1 -e a && "$OUTERFILL" fill table.csv:y:1:0 arange:1 -e a && "$OUTERFILL" fill ./table.csv:y arange:1 -e a
