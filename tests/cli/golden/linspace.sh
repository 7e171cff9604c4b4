# SPDX-License-Identifier: MIT
"$OUTERFILL" fill linspace:-1:1:5 arange:1 -e a
