# SPDX-License-Identifier: MIT
POCL_EXTRA_BUILD_FLAGS= "$OUTERFILL" fill a.txt b.txt -e a 2>&1
