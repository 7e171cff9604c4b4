/* SPDX-License-Identifier: MIT
 *
 * This module recognises inputs that are neither text nor .npy files: archives, compressed files,
 * files of other programs, and raw numbers. It prints what the input is and what to do.
 *
 * It holds no state. It looks only at the first bytes of an input, and does not read the file. */
#include "input_kind.h"

#include <ctype.h>
#include <stdio.h>
#include <string.h>

#include "command.h"

/* The header of the first file in a zip archive. */
#define ZIP_NAME_LENGTH 26
#define ZIP_NAME        30

/* `cat` unpacks to standard output, and `unpack` replaces the file. */
struct compression {
    size_t offset;
    const char *magic, *name, *unpack, *cat;
};

/* bzip2's first bytes are letters, so the bytes behind them decide. */
static const struct compression compressions[] = {
    {0, "\x1f\x8b", "gzip", "gunzip", "zcat"},
    {0, "\xfd\x37zXZ", "xz", "unxz", "xzcat"},
    {4, "1AY&SY", "bzip2", "bunzip2", "bzcat"},
    {0, "\x28\xb5\x2f\xfd", "zstd", "unzstd", "zstdcat"},
};

/* Formats of other programs, with what to do. */
static const struct {
    const char *magic, *name, *advice;
} formats[] = {
    {"PK\x03\x04", "a zip archive, as .xlsx files are, and not text or a NumPy file",
     "unpack it, or save the sheet as text (.csv)"},
    {"PK\x05\x06", "an empty zip archive", "save one array with np.save"},
    {"\x89HDF\r\n", "an HDF5 file, and not text or a NumPy file",
     "read one array with h5py, and save it with np.save"},
    {"MATLAB 5.0", "a MATLAB file, and not text or a NumPy file",
     "read it with scipy.io.loadmat, and save one array with np.save"},
    {"\xff\xfe", "text in UTF-16", "convert it with iconv -f UTF-16 -t UTF-8"},
    {"\xfe\xff", "text in UTF-16", "convert it with iconv -f UTF-16 -t UTF-8"},
};

static bool begins_with(const unsigned char *bytes, size_t nbytes, const char *magic) {
    return nbytes >= strlen(magic) && memcmp(bytes, magic, strlen(magic)) == 0;
}

static bool ends_with(const char *text, size_t length, const char *end) {
    return length >= strlen(end) && memcmp(text + length - strlen(end), end, strlen(end)) == 0;
}

/* ---- .npz ---- */

/* Writes the name of the array that the message suggests: the column that the user chose, or the
 * first array of the archive. Returns false if the zip archive does not look like an .npz file. */
static bool find_array(const unsigned char *bytes, size_t nbytes, const struct operand *operand,
                       char *array, size_t array_nbytes) {
    size_t length = 0;
    if (!begins_with(bytes, nbytes, "PK\x03\x04")) return false;
    if (nbytes > ZIP_NAME)
        length = bytes[ZIP_NAME_LENGTH] | (size_t)bytes[ZIP_NAME_LENGTH + 1] << 8;
    if (length > nbytes - ZIP_NAME) length = 0;
    const char *name = (const char *)bytes + ZIP_NAME;
    const bool is_array = length && ends_with(name, length, ".npy");
    if (!is_array && !ends_with(operand->path, strlen(operand->path), ".npz")) return false;
    if (operand->column || !is_array)
        snprintf(array, array_nbytes, "%s", operand->column ? operand->column : "NAME");
    else
        snprintf(array, array_nbytes, "%.*s", (int)(length - strlen(".npy")), name);
    return true;
}

static int fail_archive(const char *name, const char *path, const char *array) {
    return command_fail(EXIT_BAD_INPUT,
                        "%s is an archive of NumPy arrays (.npz), and a vector is one array: save "
                        "it in Python with np.save(\"%s.npy\", np.load(\"%s\")[\"%s\"])",
                        name, array, operand_is_standard_input(path) ? "FILE.npz" : path, array);
}

/* ---- Compressed files ---- */

/* Standard input takes text only, so an .npy file must be unpacked to a file. */
static int fail_compressed(const struct compression *compression, const char *name,
                           const struct operand *operand) {
    char quoted[4200];
    const bool is_stdin = operand_is_standard_input(operand->path);
    command_quote(is_stdin ? "FILE" : operand->path, quoted, sizeof quoted);
    if (ends_with(operand->path, strlen(operand->path), ".npy"))
        return command_fail(EXIT_BAD_INPUT,
                            "%s is compressed with %s: unpack it with '%s %s >OTHER.npy'", name,
                            compression->name, compression->cat, quoted);
    if (strstr(operand->path, ".npy."))
        return command_fail(EXIT_BAD_INPUT, "%s is compressed with %s: unpack it with '%s %s'",
                            name, compression->name, compression->unpack, quoted);
    return command_fail(EXIT_BAD_INPUT,
                        "%s is compressed with %s: unpack it with '%s %s', or write '%s %s | "
                        "outerfill fill -%s%s ...'",
                        name, compression->name, compression->unpack, quoted, compression->cat,
                        quoted, operand->column ? ":" : "", operand->column ? operand->column : "");
}

/* ---- Raw numbers ---- */

/* Text has no control characters but blanks. At least two, and a twentieth of the bytes, tell raw
 * numbers from a text with a stray byte. */
static bool is_raw(const unsigned char *bytes, size_t nbytes) {
    size_t number = 0;
    for (size_t k = 0; k < nbytes; k++) number += iscntrl(bytes[k]) && !isspace(bytes[k]);
    return number >= 2 && number * 20 >= nbytes;
}

int input_kind_check(const unsigned char *bytes, size_t nbytes, const char *name,
                     const struct operand *operand) {
    char array[256];
    if (find_array(bytes, nbytes, operand, array, sizeof array))
        return fail_archive(name, operand->path, array);
    for (size_t k = 0; k < sizeof compressions / sizeof *compressions; k++)
        if (nbytes > compressions[k].offset &&
            begins_with(bytes + compressions[k].offset, nbytes - compressions[k].offset,
                        compressions[k].magic))
            return fail_compressed(&compressions[k], name, operand);
    for (size_t k = 0; k < sizeof formats / sizeof *formats; k++)
        if (begins_with(bytes, nbytes, formats[k].magic))
            return command_fail(EXIT_BAD_INPUT, "%s is %s: %s", name, formats[k].name,
                                formats[k].advice);
    if (!is_raw(bytes, nbytes)) return EXIT_DONE;
    return command_fail(EXIT_BAD_INPUT,
                        "%s is a binary file, and not text or a NumPy file: if it holds raw "
                        "numbers, read them in Python with np.fromfile and their dtype, and save "
                        "them with np.save",
                        name);
}
