# SPDX-License-Identifier: MIT
"$OUTERFILL" fill linspace:0:1:0 b.txt
