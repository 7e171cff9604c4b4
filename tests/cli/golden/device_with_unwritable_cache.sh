# SPDX-License-Identifier: MIT
POCL_CACHE_DIR=/proc/none "$OUTERFILL" fill a.txt b.txt --device cpu
