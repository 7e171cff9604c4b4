"$OUTERFILL" fill arange:3 arange:3 -e "$(printf "a+%.0s" $(seq 10000))b"
