# SPDX-License-Identifier: MIT
"$OUTERFILL" fill arange:500 arange:1 | wc -l | tr -d ' '
