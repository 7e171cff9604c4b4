# SPDX-License-Identifier: MIT
"$OUTERFILL" fill big_endian.npy arange:1 -e a
