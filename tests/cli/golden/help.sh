# SPDX-License-Identifier: MIT
"$OUTERFILL" --help | grep -o -w -e fill -e devices -e help | sort -u
