# SPDX-License-Identifier: MIT
"$OUTERFILL" fill arange:2000 arange:1
