# SPDX-License-Identifier: MIT
"$OUTERFILL" fill arange:1000000 arange:500000 -o out.npy
