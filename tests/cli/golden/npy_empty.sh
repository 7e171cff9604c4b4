# SPDX-License-Identifier: MIT
"$OUTERFILL" fill empty.npy b.txt
