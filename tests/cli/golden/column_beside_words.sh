# SPDX-License-Identifier: MIT
"$OUTERFILL" fill words.tsv:1 arange:1 -e a
