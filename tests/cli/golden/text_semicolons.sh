# SPDX-License-Identifier: MIT
printf '1;2; 3 ;' | "$OUTERFILL" fill - arange:1 -e a
