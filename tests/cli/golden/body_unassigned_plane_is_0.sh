# SPDX-License-Identifier: MIT
"$OUTERFILL" fill a.txt b.txt --body body.cl -P 3
