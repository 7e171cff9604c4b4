# SPDX-License-Identifier: MIT
"$OUTERFILL" fill a.txt b.txt --body body_scale.cl -P 2 -p scale=3
