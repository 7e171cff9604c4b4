# SPDX-License-Identifier: MIT
for subcommand in fill resume status devices; do
    "$OUTERFILL" help $subcommand >help.txt
    for option in -h --help; do
        "$OUTERFILL" $subcommand $option | cmp help.txt - && echo $subcommand $option
    done
done
