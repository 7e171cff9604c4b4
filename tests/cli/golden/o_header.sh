# SPDX-License-Identifier: MIT
"$OUTERFILL" fill a.txt b.txt -o out.npy --quiet
head -n 1 out.npy | tail -c +11 | sed 's/ *$//'
