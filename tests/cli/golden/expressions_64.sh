# SPDX-License-Identifier: MIT
"$OUTERFILL" fill a.txt b.txt $(seq 64 | sed 's/.*/-e &*a/') | tail -n 1
