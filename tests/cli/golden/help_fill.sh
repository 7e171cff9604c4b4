# SPDX-License-Identifier: MIT
for option in -e --body -P --preamble -p -o --dtype --device --memory --quiet --force; do
    "$OUTERFILL" help fill | grep -q -F -e "$option" && echo "$option"
done
