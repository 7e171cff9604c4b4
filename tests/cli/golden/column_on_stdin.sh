# SPDX-License-Identifier: MIT
"$OUTERFILL" fill -:1 arange:1 -e a <table.csv && "$OUTERFILL" fill -e b arange:1 -:x <table.csv
