# SPDX-License-Identifier: MIT
"$OUTERFILL" fill a.txt b.txt -o out.npy --quiet
wc -c <out.npy | tr -d " "
