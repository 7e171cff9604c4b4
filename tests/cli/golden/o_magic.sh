# SPDX-License-Identifier: MIT
"$OUTERFILL" fill a.txt b.txt -o out.npy --quiet
od -A n -c -N 8 out.npy
