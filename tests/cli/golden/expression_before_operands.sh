# SPDX-License-Identifier: MIT
"$OUTERFILL" fill -e 'b - a' a.txt b.txt
