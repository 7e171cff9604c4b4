# SPDX-License-Identifier: MIT
"$OUTERFILL" fill a.txt b.txt --preamble preamble.cl -e 'twice(a) - OFFSET'
