# SPDX-License-Identifier: MIT
"$OUTERFILL" fill ./arange:3 b.txt
