# SPDX-License-Identifier: MIT
"$OUTERFILL" fill arange:5 arange:5
