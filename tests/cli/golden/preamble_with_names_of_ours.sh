printf '#define c 3\n#define r 2\n#define cell 7\n#define min(x, y) x\nreal fill_rows(real x) { return x * c * r; }\n' >preamble.cl
"$OUTERFILL" fill arange:3 arange:2 --preamble preamble.cl -e 'fill_rows(a) + min(b, a)'
