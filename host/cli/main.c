/* SPDX-License-Identifier: MIT
 *
 * This module is the main function of the command `outerfill`. It prepares the descriptors and
 * signals, finds the subcommand and calls it.
 *
 * It knows nothing about the options of a subcommand. */
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "command.h"
#include "driver_death.h"

static int print_version(int argc, char **argv) {
    (void)argc, (void)argv;
    printf("outerfill %s\n", outerfill_version());
    return command_flush_output();
}

/* A closed descriptor 0, 1 or 2 would become the number of the next file, and messages would end up
 * in that file. So /dev/null takes these numbers. Its mode forbids the use: input cannot be read,
 * and output fails instead of vanishing. */
static void open_standard_descriptors(void) {
    static const int modes[] = {O_WRONLY, O_RDONLY, O_RDONLY};
    for (int fd = STDIN_FILENO; fd <= STDERR_FILENO; fd++)
        if (fcntl(fd, F_GETFD) < 0 && open("/dev/null", modes[fd]) != fd)
            /* No descriptor is left for a message. */
            _exit(EXIT_FILE_FAILED); /* GCOVR_EXCL_LINE: wherever tests run, there is /dev/null */
}

int main(int argc, char **argv) {
    static const struct {
        const char *name;
        int (*run)(int argc, char **argv);
    } subcommands[] = {
        {"fill", command_fill},
        {"resume", command_resume},
        {"status", command_status},
        {"devices", command_devices},
        {"help", command_help},
        {"--help", command_help},
        {"-h", command_help},
        {"version", print_version},
        {"--version", print_version},
        {"-V", print_version},
        {"driver-ended", command_driver_ended},
    };
    static char line[1 << 14];
    open_standard_descriptors();
    /* Without SIGPIPE a closed pipe is an error of the write. The command can then tidy up its
     * files. */
    signal(SIGPIPE, SIG_IGN);
    signal(SIGXFSZ, SIG_IGN); /* likewise a file that exceeds ulimit -f */
    signal(SIGUSR1, SIG_IGN); /* only a running fill can answer it */
    /* Several shards may write one log, so each line is written at once. */
    if (!isatty(STDERR_FILENO)) setvbuf(stderr, line, _IOLBF, sizeof line);
    driver_death_enable();
    if (argc < 2)
        return command_misused("",
                               "a subcommand is missing: fill, resume, status, devices or help");
    for (size_t k = 0; k < sizeof subcommands / sizeof *subcommands; k++)
        if (strcmp(argv[1], subcommands[k].name) == 0)
            return subcommands[k].run(argc - 1, argv + 1);
    return command_misused(
        "", "there is no subcommand '%s': there are fill, resume, status, devices and help",
        argv[1]);
}
