# SPDX-License-Identifier: MIT
"$OUTERFILL" fill arange:2 arange:2 --device cpu --dtype float32 -e "2 * exp(a * 0) * (a + b)" --verbose
