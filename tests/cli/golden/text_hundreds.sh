# SPDX-License-Identifier: MIT
for list in '100, 200, 300' 100,200,30 1000,200,300 0,100,200 '100 200 300' '100;200;300'; do
    echo $list | "$OUTERFILL" fill - arange:1 -e a -o out.npy --force --quiet && echo $list
done
