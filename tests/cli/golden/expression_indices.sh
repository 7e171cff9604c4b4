# SPDX-License-Identifier: MIT
"$OUTERFILL" fill a.txt b.txt -e i -e j -e n -e m
