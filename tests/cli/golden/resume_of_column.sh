# SPDX-License-Identifier: MIT
"$OUTERFILL" fill table.csv:y b.txt -o out.npy --quiet --shard 1/2 && "$OUTERFILL" resume out.npy --quiet && "$OUTERFILL" fill table.csv:y b.txt -o all.npy --quiet && cmp out.npy all.npy && echo same
