/* SPDX-License-Identifier: MIT
 *
 * The help texts: all that a user of the command needs, without a manual. */
#include <stdio.h>
#include <string.h>

#include "command.h"

static const char overview[] = "outerfill fills an array from two vectors, ab[p, i, j] = f_p(a[i], b[j]), on OpenCL devices.\n"
                               "\n"
                               "  outerfill fill A B [OPTION]...     fill an array; print it, or write it to an .npy file\n"
                               "  outerfill devices [--json]         list the OpenCL devices\n"
                               "  outerfill help [SUBCOMMAND]        this text, or all about a subcommand\n"
                               "  outerfill --version\n"
                               "\n"
                               "Example: outerfill fill arange:5 linspace:0:1:3 -e 'a + b' -e 'a * b'\n"
                               "\n"
                               "Exit codes:\n"
                               "    0  done\n"
                               "    2  usage or bad input\n"
                               "    3  no usable device\n"
                               "    4  the function does not compile\n"
                               "    5  memory or a device failed\n"
                               "    6  a file or the disk failed\n"
                               "  130  interrupted by SIGINT, SIGTERM or SIGHUP\n";

static const char fill[] =
    "outerfill fill A B [-e EXPR]... [--body FILE -P PLANES] [--preamble FILE] [-p NAME=VALUE]...\n"
    "               [-o OUT.npy] [--dtype float64|float32] [--device NAME] [--memory 512M]\n"
    "               [--relaxed] [--quiet] [--progress] [--verbose] [--force]\n"
    "\n"
    "Fills ab[p, i, j] = f_p(a[i], b[j]), an array of shape (P, n, m) from n values A and m values B.\n"
    "\n"
    "A and B are each one of\n"
    "  FILE.npy                     a 1-D NumPy array of any real dtype and byte order\n"
    "  FILE                         text: numbers between white space, commas or newlines; '#' begins a comment\n"
    "  -                            the same text from standard input\n"
    "  arange:STOP                  the values of numpy.arange(STOP)\n"
    "  arange:START:STOP[:STEP]     the values of numpy.arange(START, STOP, STEP)\n"
    "  linspace:START:STOP:NUM      the values of numpy.linspace(START, STOP, NUM)\n"
    "  logspace:START:STOP:NUM      the values of numpy.logspace(START, STOP, NUM), from 10^START to 10^STOP\n"
    "They are converted to the dtype of the fill. For a file with such a name write ./arange:5.\n"
    "\n"
    "What is computed (without -e and --body: a + b and a * b):\n"
    "  -e, --expression EXPR   one plane, in OpenCL C, such as 'a * exp(-b)'; once for each plane, at most 64\n"
    "      --body FILE         statements that assign out[0] ... out[P-1] in FILE instead of expressions\n"
    "  -P, --planes PLANES     P, the number of planes of the body, from 1 to 64\n"
    "      --preamble FILE     helper functions and constants that stand before both\n"
    "  -p, --parameter NAME=VALUE   a number that the text uses by its name; at most 32\n"
    "      --dtype DTYPE       float64 (default) or float32, for a, b, ab and the arithmetic\n"
    "      --relaxed           faster and less accurate arithmetic, finite values only; the compiler may reorder and contract\n"
    "The text sees a and b, of the type `real`, and i, j, n and m, of type long: write (real)i / n, since 1/2 is 0.\n"
    "\n"
    "Where it goes and where it is done:\n"
    "  -o, --output OUT.npy    write a NumPy file; without it the array is printed as NumPy prints it\n"
    "      --force             replace OUT.npy if it exists, at the moment when the new one is complete\n"
    "      --device NAME       gpu, cpu, any (default: a GPU with the dtype before a CPU), all, a number P:D, or a part\n"
    "                          of a device's or platform's name; several with commas. OUTERFILL_DEVICE says the same\n"
    "      --memory NBYTES     limit of staging memory and device buffers for each device: 512M, 2G (powers of 1024)\n"
    "      --quiet             no progress, and no line about the time\n"
    "      --progress          progress also where it is short or standard error is no terminal\n"
    "      --verbose           which devices are used, and how the function was compiled for them\n"
    "\n"
    "Exit codes: 'outerfill help'.\n";

static const char devices[] =
    "outerfill devices [--json]\n"
    "\n"
    "Lists the OpenCL devices of this machine: their number P:D, type, dtypes, memory, largest buffer, name and platform,\n"
    "and why one cannot be used. An array may be larger than a device's memory and largest buffer.\n"
    "With --json: a list of objects with id, name, platform, version, type, dtypes, memory_nbytes, max_buffer_nbytes,\n"
    "num_compute_units, float32_subnormals, shares_host_memory, only_by_name, and unusable (null, or the reason).\n"
    "\n"
    "Exit code 3 where none is usable, otherwise 0.\n";

int command_help(int argc, char **argv) {
    static const struct { const char *name, *text; } topics[] = {{"fill", fill}, {"devices", devices}, {"help", overview}};
    if (argc > 2) return command_misused("", "help takes one subcommand, not '%s' too", argv[2]);
    const char *text = argc == 1 ? overview : NULL;
    for (size_t k = 0; argc == 2 && k < sizeof topics / sizeof *topics; k++)
        if (strcmp(argv[1], topics[k].name) == 0) text = topics[k].text;
    if (!text) return command_misused("", "there is no subcommand '%s': there are fill, devices and help", argv[1]);
    fputs(text, stdout);
    return command_flush_output();
}
