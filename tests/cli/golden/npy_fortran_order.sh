# SPDX-License-Identifier: MIT
"$OUTERFILL" fill fortran.npy b.txt
