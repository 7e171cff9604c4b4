# SPDX-License-Identifier: MIT
for memory in 64K 1M 1G 1T 100000B 64KB 1MiB; do
    "$OUTERFILL" fill a.txt b.txt -e a -o $memory.npy --quiet --memory $memory && ls $memory.npy
done
