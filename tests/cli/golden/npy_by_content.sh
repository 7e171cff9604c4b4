# SPDX-License-Identifier: MIT
cp numbers.npy numbers.dat
"$OUTERFILL" fill numbers.dat b.txt -e a
