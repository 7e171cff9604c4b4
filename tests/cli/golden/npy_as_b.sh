# SPDX-License-Identifier: MIT
"$OUTERFILL" fill b.txt numbers.npy
