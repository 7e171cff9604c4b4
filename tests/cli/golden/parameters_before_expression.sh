# SPDX-License-Identifier: MIT
"$OUTERFILL" fill -p k=0.5 a.txt b.txt -e 'k * a' -e 'k * b'
