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
    printf '1, 2 ,3,\t4,5\t,6 , 7' >separators.txt
    printf '# a head line\n%% another, 98\n1 # a number, 99\n\n2 %% two\n#3\n4#5\n' >comments.txt
    printf '1\r\n2\r\n3\r\n' >crlf.txt
    printf 'nan inf -inf\n' >special.txt
    printf '+1 -2.5 .5 5. 1e3 -1E-2\n' >signs.txt
    printf '\n  \n' >only_blank.txt
    printf '# nothing\n   # here\n' >only_comments.txt
    printf '1\n3\nfour\n' >word.txt
    printf '1\n2.5f\n' >suffix.txt
    printf '1 2\n3 4;5\n' >semicolon.txt
    printf '1\n2\n3\0004\n' >zero_byte.txt
    : >empty.txt
    mkdir folder folder.npy
}

write_refused_text_files() {
    printf '0x10\n' >hexadecimal.txt
    printf '0X10\n' >hexadecimal_capital.txt
    printf '1\nnan(7)\n' >nan_payload.txt
    printf ', 1\n' >comma_first.txt
    printf '1,\n,2\n' >two_commas.txt
    printf '1 2\r\n3 x\r\n' >crlf_word.txt
    printf '1e\n' >half_exponent.txt
    printf '1.2.3\n' >two_points.txt
    printf -- '--1\n' >two_signs.txt
    printf '1_000\n' >underscore.txt
    printf '1 2\n\303\251\n' >not_ascii.txt
    printf '\357\273\277\357\273\2771\n' >two_byte_order_marks.txt
    printf '%0100d5x\n' 0 >long_word.txt
    printf '1\n%05000d\n' 1 >very_long_word.txt
    printf 'x, y\n1, 2\n' >head_line.txt
    printf 'infinit\n' >nearly_infinity.txt
    printf '1 # one\n2 / two\n' >other_comment.txt
    printf '1\n2\n-\n' >sign_alone.txt
}

write_tables() {
    printf 'x,y\n1,10\n2,20\n3,30\n' >table.csv
    printf 'time,wind speed,"a, b"\ns,m/s,\n0,1,10\n1,2,20\n2,3,30\n' >names.csv
    printf ',x,y,\n0,1,10,\n1,2,,a\n2,3,30,\n' >empty_fields.csv
    printf 'city\tx\nParis, France\t1\n"Bonn"\t"2"\nRome 7\t3\n' >words.tsv
    printf '# x y\n1 10\n2 20\n3 30\n' >savetxt.txt
    printf '1 2\n3\n' >wrapped.txt
    printf '7\n' >table.csv:y:1
    printf 'real x\n"7"\n"8"\n' >header.txt
    printf '1.5D+00\n1.5d0\n-2.5D-1\n0.125-103\n-0.125+103\n1d2\n' >fortran.txt
    printf '1.#INF -1.#INF 1.#QNAN 1.#IND -1.#IND 1.#INF00 1.#SNAN0 1.# inf\n' >microsoft.txt
}

write_refused_tables() {
    printf '0,1\n0,2\n' >decimal_commas.txt
    printf '0,5;1,5\n' >decimal_commas.csv
    printf '0,5 1,5\n' >decimal_commas_and_blanks.txt
    printf '1,000,000\n' >grouped.txt
    printf '100,200,300\n' >hundreds.txt
    printf '5,1,234.5,1,000\n' >grouped_in_list.txt
    printf '1,,3\n' >empty_field.txt
    printf '1\t\t3\n' >empty_field.tsv
    printf '1,2\n3\n' >short_line.csv
    printf 'x,x\n1,2\n' >same_names.csv
    printf 'flat,x\n1,2\n' >flat.csv
    printf 'x,y\n1,2,3\n' >few_names.csv
    printf '"x"\n"1" 5\n"2" 6\n' >row_names.txt
    printf 'region,2020,2021\nnorth,1,2\n' >years.csv
    printf '\t1\t2\n\t3\t4\n' >tab_first.tsv
    printf '50%%\n' >percent.txt
    printf '50 %%\n60 %%\n' >percent_and_blank.txt
    printf '1\n#N/A\n3\n' >spreadsheet_error.txt
    printf 'NA\n1\n' >missing_first.txt
    printf '\342\210\2225\n3\n' >unicode_minus.txt
    printf '1.#J\n' >microsoft_rounded.txt
    printf '"1\n2"\n' >open_quote.txt
    printf '"1"2\n' >text_after_quote.txt
    printf '%s\n' a b c d 1 >four_headers.txt
    printf '1\n2,5\n' >late_comma.txt
}

write_sources() {
    printf 'real sum = a + b;\nout[0] = sum;\nout[1] = sum * sum;\n' >body.cl
    printf 'real sum = a + b;\nout[0] = sum;\nout[1] = sum * nosuchname;\n' >body_unknown_name.cl
    printf 'out[0] = scale * a;\nout[1] = scale * b;\n' >body_scale.cl
    printf 'out[0] = twice(a) + OFFSET;\n' >body_twice.cl
    printf '#define OFFSET 100\nreal twice(real x) { return 2 * x; }\n' >preamble.cl
    printf 'real twice(real x) { return 2 * nosuchname; }\n' >preamble_unknown_name.cl
    printf 'out[0] = a\nout[1] = b;\n' >body_no_semicolon.cl
    printf 'out[0] = (a;\n' >body_open_bracket.cl
    printf 'out[0] = a; } void other(void) {\n' >body_escape.cl
    printf '#define x 1\nout[0] = x;\n' >body_hash.cl
    printf '/* out[0] = a;\n' >body_open_comment.cl
    printf '  // nothing\n' >body_of_comments.cl
    printf 'out[0] = a \\\n + b;\n' >body_backslash.cl
    printf 'out[0] = %%:%%:;\n' >body_digraph.cl
    printf 'out[0] = a;\0' >body_zero_byte.cl
    printf 'int k = "x";\nout[0] = a;\n' >body_wrong_type.cl
    printf '/* never closed\n' >preamble_open_comment.cl
    printf '#define a 1\n' >preamble_defines_a.cl
    printf '\n#  undef real\n' >preamble_undefines_real.cl
    printf '#define out result\n' >preamble_redefines.cl
    printf '#/**/define real float\n' >preamble_define_behind_comment.cl
    printf '#def\\\nine real float\n' >preamble_define_spliced.cl
    printf 'for (int k = 0; k < 2; k++) out[k] = a + k * b;\n' >body_loop.cl
    printf 'double power(double x, int k) {\n    return k ? x * power(x, k - 1) : 1;\n}\n' >preamble_recursion.cl
    printf '%%:define real float // \\' >preamble_define_digraph.cl
    printf '#error no\n' >preamble_error.cl
    printf 'real twice(real x) {\n' >preamble_open_function.cl
    : >empty.cl
}

write_npy_files() {
    npy "$(descr "'|i1'" '(3,)')" '\001\002\003' >numbers.npy
    npy "{'descr': '|i1', 'fortran_order': True, 'shape': (3,), }" '\001\002\003' >fortran.npy
    npy "$(descr "'>i2'" '(2,)')" '\001\000\377\377' >big_endian.npy
    npy "$(descr "'<f8'" '(0,)')" '' >empty.npy
    npy "$(descr "'int8'" '(3, 1)')" '\001\002\003' >column.npy
    ln -s numbers.npy link.npy
}

write_refused_npy_files() {
    npy "$(descr "'|i1'" '(2, 2)')" '\001\002\003\004' >two_axes.npy
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

# Whatever stands between the braces of a header
header() {
    npy "{$1}" '\001\002\003'
}

write_misspelt_npy_files() {
    header "'descr': '|i1', 'fortran_order': False, 'shape': (3)" >shape_no_tuple.npy
    header "'descr': '|i1', 'fortran_order': False, 'shape': [3]" >shape_list.npy
    header "'descr': '|i1', 'fortran_order': False, 'shape': (3.0,)" >shape_fraction.npy
    header "'descr': '|i1', 'fortran_order': False, 'shape': (03,)" >shape_leading_zero.npy
    header "'descr': '|i1', 'fortran_order': False, 'shape': (3,,)" >shape_two_commas.npy
    header "'descr': '|i1', 'fortran_order': False, 'shape': (3," >shape_open.npy
    header "'descr': '|i1', 'fortran_order': False, 'shape': 'x'" >shape_text.npy
    header "'descr': '|i1', 'fortran_order': 0, 'shape': (3,)" >order_number.npy
    header "'descr': '|i1', 'fortran_order': 'C', 'shape': (3,)" >order_text.npy
    header "'descr': 1, 'fortran_order': False, 'shape': (3,)" >descr_number.npy
    header "'descr': '|i1, 'fortran_order': False, 'shape': (3,)" >descr_open.npy
    header "'descr': '', 'fortran_order': False, 'shape': (3,)" >descr_empty.npy
    header "'descr': '<', 'fortran_order': False, 'shape': (3,)" >descr_order_alone.npy
    header "'descr': '|i1', 'fortran_order': False, 'shape': (3,), 'extra': 1" >unknown_key.npy
    header "'descr': '|i1', 'descr': '|i1', 'fortran_order': False, 'shape': (3,)" >key_twice.npy
    header "'descr' '|i1', 'fortran_order': False, 'shape': (3,)" >no_colon.npy
    header "'descr': '|i1' 'fortran_order': False, 'shape': (3,)" >no_comma.npy
    header "descr: '|i1', 'fortran_order': False, 'shape': (3,)" >key_unquoted.npy
    npy "{'descr': '|i1', 'fortran_order': False, 'shape': (3,)" '\001\002\003' >open_dictionary.npy
    npy "{'descr': '|i1', 'fortran_order': False, 'shape': (3,)} x" '\001\002\003' >text_behind.npy
    npy "$(descr "'|i1'" '(1, 1, 3)')" '\001\002\003' >three_axes.npy
    npy "$(descr "'<U3'" '(1,)')" '\0\0\0\0\0\0\0\0\0\0\0\0' >unicode.npy
    npy "$(descr "'|V3'" '(1,)')" '\0\0\0' >void.npy
    npy "$(descr "'<m8[s]'" '(1,)')" '\0\0\0\0\0\0\0\0' >timedelta.npy
    npy "$(descr "'>c8'" '(1,)')" '\0\0\0\0\0\0\0\0' >complex_big_endian.npy
    npy "$(descr "'<i3'" '(1,)')" '\0\0\0' >three_bytes.npy
}

# The beginnings of files that are neither text nor .npy files
write_other_kinds() {
    printf 'PK\003\004\055\000\000\000\000\000\000\000!\000\000\000\000\000\377\377\377\377\377\377\377\377\005\000\024\000x.npy' >arrays.npz
    printf 'PK\003\004\055\000\000\000\000\000\000\000!\000\000\000\000\000\000\000\000\000\000\000\000\000\005\000\000\000x.xml' >sheet.xlsx
    printf '1\n2\n' | gzip >numbers.csv.gz
    gzip <numbers.npy >numbers.npy.gz
    cp numbers.npy.gz packed.npy
    printf '\3757zXZ\000\000\004' >numbers.xz
    printf 'BZh91AY&SY' >numbers.bz2
    printf '(\265/\375\004\000' >numbers.zst
    printf '\211HDF\r\n\032\n' >numbers.h5
    printf '\377\3761\000\n\000' >utf16.txt
    printf 'MATLAB 5.0 MAT-file, Platform: GLNXA64' >numbers.mat
    printf 'PK\005\006%018d' 0 | tr 0 '\000' >empty.zip
    printf '\376\377\0001\000\n' >utf16_big_endian.txt
    printf '\000\000\000\000\000\000\360?\000\000\000\000\000\000\000@' >raw.bin
    cp raw.bin raw.npy
}

write_other_files() {
    ln -s nowhere.npy dangling.npy
    ln -s /dev/zero device.npy
    mkfifo fifo.npy
    printf 'not a journal' >foreign.npy.journal
    head -c 512 /dev/zero >zeros.npy.journal
    mkdir in_the_way.npy.part in_the_way_too.npy.journal
}

# Half of a file, which can be gone on with
begin_a_fill() {
    "$OUTERFILL" fill a.txt b.txt -e 'a + b' -o begun.npy --shard 1/2 --quiet
    : >unfinished.npy.part
}

write_damaged_npy_files() {
    printf '1 2 3\n' >text.npy
    : >no_bytes.npy
    printf '\223NUM' >truncated_magic.npy
    head -c 40 numbers.npy >truncated_header.npy
    { printf '\223NUMPY\011\000' && tail -c +9 numbers.npy; } >version_9.npy
    printf '\223NUMPY\002\000\377\377\377\377{' >absurd_length.npy
    { printf '\223NUMPY\001\001' && tail -c +9 numbers.npy; } >version_1_1.npy
    { printf '\223NUMPY\000\000' && tail -c +9 numbers.npy; } >version_0.npy
    { printf '\223NUMPY\001\000\021\047' && head -c 10300 /dev/zero; } >header_10001.npy
    { printf '\223NUMPZ' && tail -c +7 numbers.npy; } >other_magic.npy
    printf '\223NUMPY\001\000\166' >truncated_length.npy
}

write_text_files
write_refused_text_files
write_tables
write_refused_tables
write_sources
write_npy_files
write_refused_npy_files
write_misspelt_npy_files
write_damaged_npy_files
write_other_kinds
write_other_files
begin_a_fill
