# SPDX-License-Identifier: MIT
"$OUTERFILL" fill fortran.txt arange:1 -e a
