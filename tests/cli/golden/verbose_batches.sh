# SPDX-License-Identifier: MIT
printf 'for (int k = 0; k < 3; k++) out[0] += a * b;\n' >sum.cl
"$OUTERFILL" fill arange:2 arange:2 --device cpu --body sum.cl --verbose
