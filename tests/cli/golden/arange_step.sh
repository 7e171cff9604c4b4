# SPDX-License-Identifier: MIT
"$OUTERFILL" fill arange:0:1:0.25 arange:1 -e a
