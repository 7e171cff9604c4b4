# SPDX-License-Identifier: MIT
# The shell counts in blocks of 512 bytes. The dry run and the fill say the same, and leave no file.
ulimit -S -f 20000 || exit
"$OUTERFILL" fill arange:1000 arange:1000 -o x.npy --dry-run
echo $?
"$OUTERFILL" fill arange:1000 arange:1000 -o y.npy
echo $?
ulimit -H -f 20000 || exit
"$OUTERFILL" fill arange:1000 arange:1000 -o z.npy
echo $?
ls [xyz].npy* 2>/dev/null
exit 0
