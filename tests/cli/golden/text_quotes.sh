# SPDX-License-Identifier: MIT
printf '"1" "2.5"' | "$OUTERFILL" fill - arange:1 -e a && printf '"1"," 2.5 "' | "$OUTERFILL" fill - arange:1 -e a
