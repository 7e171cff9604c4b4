# SPDX-License-Identifier: MIT
"$OUTERFILL" fill arange:5:0:-2 arange:1 -e a
