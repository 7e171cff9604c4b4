# SPDX-License-Identifier: MIT
printf '10,20 # two' | "$OUTERFILL" fill a.txt -
