# SPDX-License-Identifier: MIT
"$OUTERFILL" fill a.txt b.txt --relaxed --body body.cl -P 2
