# SPDX-License-Identifier: MIT
# cmake -D INPUT=fill.cl -D OUTPUT=fill_cl.h -P embed.cmake: writes INPUT as a string in an array of
# that name, for the library to carry. A string literal of this length would break C's limit of 4095
# characters.
get_filename_component(name ${INPUT} NAME)
string(MAKE_C_IDENTIFIER ${name} identifier)
file(READ ${INPUT} hex HEX)
string(REGEX REPLACE "(................................)" "\\1\n" hex "${hex}")
string(REGEX REPLACE "([0-9a-f][0-9a-f])" "0x\\1," bytes "${hex}")
file(WRITE ${OUTPUT} "/* made from ${name} */\n"
     "static const char ${identifier}[] = {\n${bytes}0\n};\n")
