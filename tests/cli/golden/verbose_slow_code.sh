# SPDX-License-Identifier: MIT
printf 'real t[2] = {a, b};\nfor (int k = 0; k < 3; k++) out[0] += t[k & 1];\n' >table.cl
"$OUTERFILL" fill arange:2 arange:2 --device cpu --body table.cl --verbose
