# SPDX-License-Identifier: MIT
# The text stands in the program as it was given, and no file is written.
"$OUTERFILL" fill arange:2 arange:2 -e "exp(a) /* mine */ + b" --print-program -o new.npy 2>&1 |
    grep -c -e "__kernel void outerfill_fill_rows" -e "^#line 1 \"plane 0\"" -e "outerfill_builtin_exp(const double x)"
test ! -e new.npy && test ! -e new.npy.part
