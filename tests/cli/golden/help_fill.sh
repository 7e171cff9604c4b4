# SPDX-License-Identifier: MIT
for option in -e --body -P --preamble -p -o --dtype --device --memory --force --quiet --progress --relaxed --verbose \
    --resume --restart --dry-run --shard --time-limit --status-json --verify --print-program --keep-inputs --same-device-bits; do
    "$OUTERFILL" help fill | grep -q -F -e "$option" && echo "$option"
done
