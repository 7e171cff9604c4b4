# SPDX-License-Identifier: MIT
"$OUTERFILL" fill a.txt b.txt -o out.npy 2>&1 | wc -l | tr -d ' '
