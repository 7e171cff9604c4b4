# SPDX-License-Identifier: MIT
"$OUTERFILL" fill a.txt b.txt -e '1 / 2 + a' -e '(real)i / n'
