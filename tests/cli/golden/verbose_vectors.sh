# SPDX-License-Identifier: MIT
"$OUTERFILL" fill arange:2 arange:2 --device cpu -e "2 * exp(a * 0) * (a + b)" --verbose
