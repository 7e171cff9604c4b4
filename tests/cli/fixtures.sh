# SPDX-License-Identifier: MIT
#
# Writes the input files that the cases of run_golden share into the current folder; read in by run_golden, once. Every
# case gets a copy of its own. Good files have plain names (a.txt, numbers.npy), the others say what is wrong with them.
# The .npy files are put together byte by byte, so that no NumPy is needed and the broken ones are broken in one place.

# npy HEADER DATA: an NPY 1.0 file of 128 bytes and DATA, in which printf's escapes stand for bytes
npy() {
    printf '\223NUMPY\001\000\166\000%-117s\n' "$1"
    printf "$2"
}

# descr DESCR SHAPE: the header's text for one dtype and shape, in C order
descr() {
    printf "{'descr': %s, 'fortran_order': False, 'shape': %s, }" "$1" "$2"
}

write_text_files() {
    printf '1 2 3\n' >a.txt
    printf '10 20\n' >b.txt
    printf '7 8\n' >'arange:3'
    printf 'old content\n' >old.npy
    printf '1, 2,3\n4\t5 ,6\n\n7' >separators.txt
    printf '# a head line\n1 2 # two numbers, 99\n#3\n4#5\n' >comments.txt
    printf '1 2\r\n3\r\n' >crlf.txt
    printf 'nan inf -inf\n' >special.txt
    printf '+1 -2.5 .5 5. 1e3 -1E-2\n' >signs.txt
    printf '\n  \n' >only_blank.txt
    printf '# nothing\n   # here\n' >only_comments.txt
    printf '1 2\n3\nfour 5\n' >word.txt
    printf '1\n2.5f\n' >suffix.txt
    printf '1 2\n3 4;5\n' >semicolon.txt
    printf '1\n2\n3\0004\n' >zero_byte.txt
    : >empty.txt
    mkdir folder folder.npy
}

write_sources() {
    printf 'real sum = a + b;\nout[0] = sum;\nout[1] = sum * sum;\n' >body.cl
    printf 'real sum = a + b;\nout[0] = sum;\nout[1] = sum * nosuchname;\n' >body_unknown_name.cl
    printf 'out[0] = scale * a;\nout[1] = scale * b;\n' >body_scale.cl
    printf 'out[0] = twice(a) + OFFSET;\n' >body_twice.cl
    printf '#define OFFSET 100\nreal twice(real x) { return 2 * x; }\n' >preamble.cl
    printf 'real twice(real x) { return 2 * nosuchname; }\n' >preamble_unknown_name.cl
}

write_npy_files() {
    npy "$(descr "'|i1'" '(3,)')" '\001\002\003' >numbers.npy
    npy "{'descr': '|i1', 'fortran_order': True, 'shape': (3,), }" '\001\002\003' >fortran.npy
    npy "$(descr "'>i2'" '(2,)')" '\001\000\377\377' >big_endian.npy
    npy "$(descr "'<f8'" '(0,)')" '' >empty.npy
    ln -s numbers.npy link.npy
}

write_refused_npy_files() {
    npy "$(descr "'|i1'" '(1, 3)')" '\001\002\003' >two_axes.npy
    npy "$(descr "'|i1'" '()')" '\001' >no_axis.npy
    npy "$(descr "'|O'" '(1,)')" '\200\003K\001.' >object.npy
    npy "$(descr "'<c16'" '(1,)')" '\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0' >complex.npy
    npy "$(descr "[('x', '|i1'), ('y', '|i1')]" '(1,)')" '\001\002' >structured.npy
    npy "$(descr "'|S3'" '(1,)')" 'one' >string.npy
    npy "$(descr "'<M8[s]'" '(1,)')" '\0\0\0\0\0\0\0\0' >datetime.npy
    npy "$(descr "'<f3'" '(1,)')" '\0\0\0' >unknown_dtype.npy
    npy "$(descr "'|i1'" '(4,)')" '\001\002\003' >truncated_data.npy
    npy "$(descr "'<f8'" '(1,)')" '\0\0\0' >truncated_item.npy
    npy "$(descr "'|i1'" '(-1,)')" '\001\002\003' >negative_shape.npy
    npy "$(descr "'|i1'" '(99999999999999999999,)')" '\001\002\003' >absurd_shape.npy
    npy "$(descr "'<f8'" '(2305843009213693952,)')" '\001\002\003' >overflowing_shape.npy
    npy "{'descr': '|i1', 'shape': (3,), }" '\001\002\003' >missing_key.npy
    npy 'hello' '\001\002\003' >no_dictionary.npy
    npy '' '\001\002\003' >blank_header.npy
}

write_damaged_npy_files() {
    printf '1 2 3\n' >text.npy
    : >no_bytes.npy
    printf '\223NUM' >truncated_magic.npy
    head -c 40 numbers.npy >truncated_header.npy
    { printf '\223NUMPY\011\000' && tail -c +9 numbers.npy; } >version_9.npy
    printf '\223NUMPY\002\000\377\377\377\377{' >absurd_length.npy
}

write_text_files
write_sources
write_npy_files
write_refused_npy_files
write_damaged_npy_files
