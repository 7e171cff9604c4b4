# SPDX-License-Identifier: MIT
"$OUTERFILL" fill link.npy b.txt
