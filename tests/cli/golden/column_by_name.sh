# SPDX-License-Identifier: MIT
"$OUTERFILL" fill names.csv:'wind speed' arange:1 -e a && "$OUTERFILL" fill names.csv:'a, b' arange:1 -e a && "$OUTERFILL" fill names.csv:m/s arange:1 -e a
