# SPDX-License-Identifier: MIT
"$OUTERFILL" fill numbers.npy numbers.npy
