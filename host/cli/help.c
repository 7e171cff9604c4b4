/* SPDX-License-Identifier: MIT
 *
 * This module prints the help texts. They contain everything that a user of the command needs,
 * without a manual. A printed line has at most 80 columns.
 *
 * It owns the texts only. Other modules parse the options, so a new option needs a line here. */
#include <stdio.h>
#include <string.h>

#include "command.h"

static const char overview[] =
    "outerfill fills an array from two vectors, ab[p, i, j] = f_p(a[i], b[j]), on\n"
    "OpenCL devices.\n"
    "\n"
    "  outerfill fill A B [OPTION]...     fill an array; print it, or write it to an\n"
    "                                     .npy file\n"
    "  outerfill resume OUT.npy           go on with a fill that was stopped\n"
    "  outerfill status OUT.npy [--json]  how far the fill of a file is\n"
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
    "    7  the time limit is over; what is finished of the file is kept\n"
    "    8  a cell computed again had another value (--verify)\n"
    "  130  interrupted by SIGINT, SIGTERM or SIGHUP; what is finished of the file is\n"
    "       kept\n";

static const char fill[] =
    "outerfill fill A B [-e EXPR]... [--body FILE [-P PLANES]] [--preamble FILE]\n"
    "               [-p NAME=VALUE]... [-o OUT.npy] [--dtype float64|float32]\n"
    "               [--device NAME] [--same-device-bits] [--memory 512M]\n"
    "               [--relaxed] [--quiet] [--progress] [--verbose] [--force]\n"
    "               [--resume|--restart]\n"
    "               [--shard K/N|slurm] [--time-limit 2h] [--status-json FILE]\n"
    "               [--keep-inputs] [--verify [CELLS]] [--dry-run] [--print-program]\n"
    "\n"
    "Fills ab[p, i, j] = f_p(a[i], b[j]), an array of shape (P, n, m) from n values A\n"
    "and m values B.\n"
    "\n"
    "A and B are each one of\n"
    "  FILE.npy                     a 1-D NumPy array of any real dtype and byte\n"
    "                               order\n"
    "  FILE                         text: a number on each line, or all on one line\n"
    "  FILE:COLUMN                  a column of a table: its name, or its number\n"
    "                               counted from 0\n"
    "  FILE:flat                    all numbers of the text, line by line\n"
    "  -, -:COLUMN, -:flat          the same from standard input\n"
    "  arange:STOP                  the values of numpy.arange(STOP)\n"
    "  arange:START:STOP[:STEP]     the values of numpy.arange(START, STOP, STEP)\n"
    "  linspace:START:STOP:NUM      the values of numpy.linspace(START, STOP, NUM)\n"
    "  logspace:START:STOP:NUM      the values of numpy.logspace(START, STOP, NUM),\n"
    "                               from 10^START to 10^STOP\n"
    "  geomspace:START:STOP:NUM     the values of numpy.geomspace(START, STOP, NUM)\n"
    "They are converted to the dtype of the fill. For a file with such a name write\n"
    "./arange:5. A file that has the whole name FILE:COLUMN is read as it is.\n"
    "\n"
    "A text has one delimiter: a tab, ';', ',' or white space. The first line of\n"
    "numbers decides which. One delimiter at the end of a line is left out. Decimals\n"
    "have a point. Double quotes may surround fields. '#' begins a comment, and '%'\n"
    "does so after white space. Up to three lines of names may stand before the\n"
    "numbers. They name the columns, and so does the last comment before the numbers.\n"
    "A name begins with a letter.\n"
    "Several lines of several numbers need a COLUMN, and a COLUMN needs lines with\n"
    "the same number of fields. Empty fields and words are refused, in a table those\n"
    "of the column. A line such as 1,000 or 100,200 is refused too, because it may be\n"
    "one number or a list: blanks after its commas, or :flat, make it a list.\n"
    "Fortran's 1.5D+00 and 0.123-103 are numbers, and so are nan, inf and 1.#INF.\n"
    "\n";

static const char fill_options[] =
    "What is computed (without -e and --body: a + b and a * b):\n"
    "  -e, --expression EXPR   one plane, in OpenCL C, such as 'a * exp(-b)'; once\n"
    "                          for each plane, at most 64\n"
    "      --body FILE         statements that assign out[0] ... out[P-1] in FILE\n"
    "                          instead of expressions\n"
    "  -P, --planes PLANES     P, the number of planes of the body, from 1 to 64\n"
    "                          (default: the largest K of its out[K], plus one)\n"
    "      --preamble FILE     helper functions and constants that stand before both\n"
    "  -p, --parameter NAME=VALUE   a number that the text uses by its name; at most\n"
    "                          32\n"
    "      --dtype DTYPE       float64 (default) or float32, for a, b, ab and the\n"
    "                          arithmetic\n"
    "      --relaxed           faster and less accurate arithmetic, finite values\n"
    "                          only; the compiler may reorder and contract\n"
    "The text sees a and b, of the type `real`, and i, j, n and m, of type long:\n"
    "write (real)i / n, since 1/2 is 0.\n"
    "\n"
    "Where it goes and where it is done:\n"
    "  -o, --output OUT.npy    write a NumPy file; without it the array is printed as\n"
    "                          NumPy prints it\n"
    "      --force             replace OUT.npy if it exists, at the moment when the\n"
    "                          new one is complete\n"
    "      --device NAME       gpu, cpu, any (default: a GPU with the dtype before a\n"
    "                          CPU), all, a number P:D, pci:ADDRESS, or a part of a\n"
    "                          device's or platform's name; several with commas; '!'\n"
    "                          before a term leaves out what it means.\n"
    "                          OUTERFILL_DEVICE says the same\n"
    "      --same-device-bits  only devices of one name and driver; others differ in\n"
    "                          the last bits of functions such as exp\n"
    "      --memory NBYTES     limit of memory for bands on their way and of device\n"
    "                          buffers, for each device: 512M, 2G (powers of 1024);\n"
    "                          by default 64M of bands where the output is a file\n"
    "                          (128M from 8 planes on)\n"
    "      --quiet             no progress, no warnings about the text, and no lines\n"
    "                          about the time and about --verify\n"
    "      --progress          progress from the first second on, and every 5 seconds\n"
    "                          where standard error is no terminal (else a minute);\n"
    "                          there each line begins with its time, except lines\n"
    "                          about mistakes in the options and the compiler's log\n"
    "      --verbose           which devices are used, how the function was compiled\n"
    "                          for them, and the compiler's log of a function that\n"
    "                          does not compile\n"
    "      --dry-run           say what the fill needs, whether it could begin, and\n"
    "                          about how long the cells that are left would take,\n"
    "                          also within --time-limit; write nothing\n"
    "      --print-program     print the OpenCL C program that the first device gets,\n"
    "                          and fill nothing\n"
    "      --verify [CELLS]    compute CELLS cells (1000), the corners and both sides\n"
    "                          of the seams between bands once more, and compare\n"
    "                          every bit before the file gets its name; say how many.\n"
    "                          What earlier processes computed is left out, except\n"
    "                          by functions with only + - *\n"
    "\n";

static const char long_runs[] =
    "Long runs. Every finished band is recorded in OUT.npy.journal; the file is\n"
    "OUT.npy.part until it is complete. A fill that is interrupted, killed or fails\n"
    "keeps what is finished; 'outerfill resume OUT.npy' goes on, and gives the same\n"
    "bytes.\n"
    "      --resume            go on with what an earlier fill has left, if there is\n"
    "                          anything\n"
    "      --restart           discard what an earlier fill has left\n"
    "      --time-limit TIME   stop in order after 90s, 30m, 2h, 1.5d or H:MM:SS,\n"
    "                          with exit code 7, to be resumed; 'none' lifts the\n"
    "                          limit of an earlier call\n"
    "      --keep-inputs       keep A, B, the body and the preamble in the folder\n"
    "                          OUT.npy.inputs until the file is complete; 'resume'\n"
    "                          reads them there, also if they came through a pipe\n"
    "      --status-json FILE  write how far it is to FILE once a second\n"
    "      --shard K/N         fill the K-th of N parts of the rows (K from 1 to N);\n"
    "                          N processes, started by anything, fill one file, the\n"
    "                          last completes it, and one that died is simply run\n"
    "                          again\n"
    "      --shard slurm       the same, by the variables of a Slurm job array\n"
    "SIGINT, SIGTERM and SIGHUP end it in order; a second one at once. SIGUSR1 prints\n"
    "how far it is.\n"
    "\n"
    "Exit codes: 'outerfill help'.\n";

static const char resume[] =
    "outerfill resume OUT.npy [OPTION]...\n"
    "\n"
    "Goes on with a fill that was interrupted, killed, or failed: with the arguments\n"
    "that it was begun with, read again in the same folder, and the given ones after\n"
    "them (--device, --time-limit, --memory, ...; see 'outerfill help fill'). A name\n"
    "in --status-json begins in the present folder. Inputs, and options that change\n"
    "the file's name or what is computed, are refused, such as -o and --body. What\n"
    "the journal records as finished is compared with the file; what differs is done\n"
    "again. The result has the same bytes as that of an unbroken fill on the same\n"
    "devices. Where the inputs have changed, it says which, and refuses.\n"
    "If OUT.npy was moved, and its inputs together with it, they are found there.\n"
    "A file that N shards were filling is finished by one process, once no shard is\n"
    "at work. For a file that is complete there is nothing to do.\n"
    "An input from standard input or a pipe, such as <(...), cannot be read again,\n"
    "unless the fill was begun with --keep-inputs: give the whole command once more,\n"
    "with --resume.\n"
    "\n"
    "Exit codes: 'outerfill help'.\n";

static const char status[] =
    "outerfill status OUT.npy [--json]\n"
    "\n"
    "Says how far the fill of OUT.npy is, while it runs, after it was stopped, and\n"
    "when it is complete: how much is done, the rate, when it will be ready, who\n"
    "writes, which rows are missing, and which shards have not begun.\n"
    "With --json: an object. `fill --status-json FILE` writes one with the same keys\n"
    "and, for the same state, the same values. A key is null while its value is not\n"
    "known. Cells are those of one plane.\n"
    "  path              the absolute name of the file; null: the array is printed\n"
    "  state             \"running\", \"stopped\" (it can be resumed), \"complete\", or, in\n"
    "                    FILE only, \"failed\"\n"
    "  shape, dtype      [P, n, m], and \"float64\" or \"float32\"\n"
    "  cells_done        cells that are finished, also by earlier processes\n"
    "  num_cells         n * m\n"
    "  fraction          cells_done / num_cells, from 0 to 1\n"
    "  cells_per_second  the rate of the last 16 seconds of work; null when complete\n"
    "  bytes_per_second  the same, in bytes of all planes\n"
    "  seconds_left      at that rate; 0 when complete\n"
    "  ready_at          in seconds since 1970; null unless the fill runs\n"
    "  writers           one for each journal: shard and num_shards (0 and 0 for no\n"
    "                    shard), is_running, is_finished, pid, cells_done,\n"
    "                    cells_per_second, begun (its last start, in seconds since\n"
    "                    1970) and last (its last band since then, or begun)\n"
    "  missing_cells     ranges of unfinished cells in C order: [first, end), without\n"
    "                    the end\n"
    "  part_is_missing   true: only journals are left, without the data\n"
    "Only the process knows the following, and `status --json` has null:\n"
    "  cells_kept        how many of cells_done earlier processes had finished\n"
    "  seconds_elapsed   since the process began\n"
    "  devices           their names\n"
    "  pid               of the process, on its machine\n"
    "  exit_code         when it has ended\n"
    "  message           its last message, when it has failed or was stopped\n"
    "In FILE, writers and missing_cells are null while the fill runs, and where the\n"
    "array is printed. The FILE of a shard counts its own rows, and has neither of\n"
    "the two. A killed process leaves FILE as it was: \"running\", with the pid of a\n"
    "process that is gone.\n"
    "\n"
    "Exit code 0 where there is such a fill or file, whatever its state; 6 where\n"
    "there is none.\n";

static const char devices[] =
    "outerfill devices [--json]\n"
    "\n"
    "Lists the OpenCL devices of this machine: their number P:D, type, dtypes,\n"
    "memory, largest buffer, name and platform, and why one cannot be used. An array\n"
    "may be larger than a device's memory and largest buffer.\n"
    "With --json: a list of objects with id, name, platform, version, type, dtypes,\n"
    "memory_nbytes, max_buffer_nbytes, num_compute_units, float32_subnormals,\n"
    "shares_host_memory, only_by_name, unusable (null, or the reason), and what not\n"
    "every driver tells (or null): pci_address, board, clock_mhz, free_nbytes.\n"
    "\n"
    "Exit code 3 where none is usable, otherwise 0.\n";

int command_help(int argc, char **argv) {
    static const struct {
        const char *name, *texts[3];
    } topics[] = {{"fill", {fill, fill_options, long_runs}},
                  {"resume", {resume, "", ""}},
                  {"status", {status, "", ""}},
                  {"devices", {devices, "", ""}},
                  {"help", {overview, "", ""}}};
    if (argc > 2) return command_misused("", "help takes one subcommand, not '%s' too", argv[2]);
    const char *name = argc == 2 ? argv[1] : "help";
    size_t k = 0;
    while (k < sizeof topics / sizeof *topics && strcmp(name, topics[k].name) != 0) k++;
    if (k == sizeof topics / sizeof *topics)
        return command_misused(
            "", "there is no subcommand '%s': there are fill, resume, status, devices and help",
            name);
    for (size_t part = 0; part < 3; part++) fputs(topics[k].texts[part], stdout);
    return command_flush_output();
}
