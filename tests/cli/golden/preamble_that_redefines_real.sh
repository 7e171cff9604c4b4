printf '#define real float\n' >real.cl
"$OUTERFILL" fill arange:3 arange:3 --preamble real.cl -e a
