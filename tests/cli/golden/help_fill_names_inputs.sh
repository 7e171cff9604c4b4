# SPDX-License-Identifier: MIT
for input in .npy arange: linspace: logspace: geomspace: stdin; do
    "$OUTERFILL" help fill | sed "s/standard input/stdin/" | grep -q -F -e "$input" && echo "$input"
done
