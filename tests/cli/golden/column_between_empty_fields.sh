# SPDX-License-Identifier: MIT
"$OUTERFILL" fill empty_fields.csv:x arange:1 -e a
