# SPDX-License-Identifier: MIT
"$OUTERFILL" fill a.txt b.txt -o out.npy --quiet 2>&1 && ls out.npy
