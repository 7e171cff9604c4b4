# SPDX-License-Identifier: MIT
printf '1\t2\t 3\t' | "$OUTERFILL" fill - arange:1 -e a
