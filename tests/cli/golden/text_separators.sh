# SPDX-License-Identifier: MIT
"$OUTERFILL" fill separators.txt arange:1 -e a
