# SPDX-License-Identifier: MIT
OCL_ICD_VENDORS=/nonexistent "$OUTERFILL" fill a.txt b.txt -o old.npy --force
