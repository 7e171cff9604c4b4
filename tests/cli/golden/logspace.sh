# SPDX-License-Identifier: MIT
"$OUTERFILL" fill logspace:-2:3:6 arange:1 -e a
