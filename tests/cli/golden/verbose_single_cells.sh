# SPDX-License-Identifier: MIT
"$OUTERFILL" fill arange:2 arange:2 -e "a + b" --verbose
