# SPDX-License-Identifier: MIT
for topic in fill resume status devices help; do
    "$OUTERFILL" help "$topic" | awk 'length > 80'
done
