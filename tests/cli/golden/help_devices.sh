# SPDX-License-Identifier: MIT
"$OUTERFILL" help devices | grep -o -e --json | sort -u
