# SPDX-License-Identifier: MIT
"$OUTERFILL" fill - b.txt <a.txt
