# SPDX-License-Identifier: MIT
# Without fused multiply-add the driver's functions are taken.
"$OUTERFILL" fill arange:2 arange:2 --device cpu -e "2 * exp(a * 0) * (a + b)" --verbose
