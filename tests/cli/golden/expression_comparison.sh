# SPDX-License-Identifier: MIT
"$OUTERFILL" fill a.txt b.txt -e '5 * a < b ? a : b'
