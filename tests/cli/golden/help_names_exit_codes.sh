# SPDX-License-Identifier: MIT
for code in 0 2 3 4 5 6 130; do
    "$OUTERFILL" --help | sed -n "/[Ee]xit/,\$p" | grep -q -w -e $code && echo $code
done
