# SPDX-License-Identifier: MIT
"$OUTERFILL" fill crlf.txt arange:1 -e a
