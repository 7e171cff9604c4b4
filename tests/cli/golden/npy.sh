# SPDX-License-Identifier: MIT
"$OUTERFILL" fill numbers.npy b.txt
