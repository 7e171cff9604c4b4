# SPDX-License-Identifier: MIT
"$OUTERFILL" fill a.txt b.txt 2>&1 >printed.txt && wc -l <printed.txt | tr -d ' '
