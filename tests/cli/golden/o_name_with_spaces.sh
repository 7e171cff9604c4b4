# SPDX-License-Identifier: MIT
"$OUTERFILL" fill a.txt b.txt -o 'the result.npy' --quiet && ls *result*
