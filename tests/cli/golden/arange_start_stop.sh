# SPDX-License-Identifier: MIT
"$OUTERFILL" fill arange:2:5 arange:1 -e a
