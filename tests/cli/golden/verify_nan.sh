# SPDX-License-Identifier: MIT
"$OUTERFILL" fill a.txt b.txt -e "sqrt(-a)" -o x.npy --quiet --verify && echo verified
