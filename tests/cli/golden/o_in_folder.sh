# SPDX-License-Identifier: MIT
"$OUTERFILL" fill a.txt b.txt -o folder/out.npy --quiet && ls folder
