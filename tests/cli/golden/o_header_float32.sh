# SPDX-License-Identifier: MIT
"$OUTERFILL" fill a.txt b.txt -e a -o out.npy --quiet --dtype float32
head -n 1 out.npy | tail -c +11 | sed 's/ *$//'
