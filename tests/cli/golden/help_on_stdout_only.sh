# SPDX-License-Identifier: MIT
"$OUTERFILL" --help 2>&1 >printed.txt && test -s printed.txt && echo printed
