# SPDX-License-Identifier: MIT
"$OUTERFILL" fill a.txt b.txt -e 'scale * a + shift' -p scale=2 -p shift=-1.5e1
