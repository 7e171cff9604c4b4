# SPDX-License-Identifier: MIT
"$OUTERFILL" fill a.txt b.txt -e b -e a -e 'a / b'
