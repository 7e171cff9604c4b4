# SPDX-License-Identifier: MIT
# Of a row with two cells, both are corners, so that the number is known
"$OUTERFILL" fill arange:1 arange:2 -e 'a - b' -o x.npy --verify || exit
"$OUTERFILL" fill arange:1 arange:2 -e 'a - b' -o y.npy --verify --quiet 2>quiet || exit
! grep verified quiet || exit
"$OUTERFILL" fill arange:1 arange:2 -e 'a - b' --verify
