# SPDX-License-Identifier: MIT
"$OUTERFILL" fill a.txt b.txt -e a -e 'a + nosuchname' --verbose
