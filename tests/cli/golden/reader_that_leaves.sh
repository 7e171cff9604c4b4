"$OUTERFILL" fill arange:3 arange:3 -o c.npy --progress 2>&1 | true; ls c.npy*
