# SPDX-License-Identifier: MIT
"$OUTERFILL" fill a.txt b.txt --body body.cl >one && "$OUTERFILL" fill a.txt b.txt --body body.cl -P 2 >two && cmp one two && echo same
