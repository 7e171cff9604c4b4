# SPDX-License-Identifier: MIT
"$OUTERFILL" fill a.txt --verify b.txt -e a
