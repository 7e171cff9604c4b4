# SPDX-License-Identifier: MIT
"$OUTERFILL" devices | grep -q "[0-9]:[0-9]" && echo a device
