# SPDX-License-Identifier: MIT
"$OUTERFILL" fill a.txt b.txt -e '0.1 * a' --dtype float64
