# SPDX-License-Identifier: MIT
"$OUTERFILL" fill a.txt b.txt -e 'fmax(a, b - 18)'
