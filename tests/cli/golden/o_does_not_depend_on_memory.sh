# SPDX-License-Identifier: MIT
"$OUTERFILL" fill arange:500 arange:700 -o all.npy --quiet
"$OUTERFILL" fill arange:500 arange:700 -o limited.npy --quiet --memory 64K
cmp all.npy limited.npy && echo the same
