# SPDX-License-Identifier: MIT
"$OUTERFILL" fill linspace:2:7:1 arange:1 -e a
