# SPDX-License-Identifier: MIT
"$OUTERFILL" fill a.txt b.txt -o old.npy --quiet --force && wc -c <old.npy | tr -d " "
