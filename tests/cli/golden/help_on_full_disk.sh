# SPDX-License-Identifier: MIT
for subcommand in fill resume status devices; do
    "$OUTERFILL" $subcommand --help 2>said.txt >/dev/full
    echo "$subcommand $? $(grep -c "standard output" said.txt)"
done
