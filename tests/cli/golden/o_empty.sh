# SPDX-License-Identifier: MIT
"$OUTERFILL" fill empty.npy b.txt -o out.npy --quiet
wc -c <out.npy | tr -d " "
