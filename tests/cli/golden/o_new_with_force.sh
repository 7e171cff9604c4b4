# SPDX-License-Identifier: MIT
"$OUTERFILL" fill a.txt b.txt -o out.npy --quiet --force && ls out.npy
