# SPDX-License-Identifier: MIT
"$OUTERFILL" fill savetxt.txt:y arange:1 -e a
