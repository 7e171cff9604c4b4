# SPDX-License-Identifier: MIT
"$OUTERFILL" fill a.txt b.txt --preamble preamble.cl --body body_twice.cl -P 1
