# SPDX-License-Identifier: MIT
"$OUTERFILL" fill arange:3:1 b.txt
