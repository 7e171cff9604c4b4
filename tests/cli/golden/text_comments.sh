# SPDX-License-Identifier: MIT
"$OUTERFILL" fill comments.txt arange:1 -e a
