"$OUTERFILL" fill arange:3 arange:3 -o c.npy --progress 2>&- && head -c 6 c.npy | od -An -c
