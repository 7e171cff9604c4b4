# SPDX-License-Identifier: MIT
"$OUTERFILL" fill column.npy 'arange:2' -e 'a + b'
