/* SPDX-License-Identifier: MIT
 *
 * The command `outerfill`: finds the subcommand and hands over. */
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

/* What is opened later must not become standard input, output or error, into which others print. Those that are closed stay
 * useless: what is to be read or printed there fails, rather than that it gets lost. */
static void open_standard_descriptors(void) {
    static const int modes[] = {O_WRONLY, O_RDONLY, O_RDONLY};
    for (int fd = STDIN_FILENO; fd <= STDERR_FILENO; fd++)
        if (fcntl(fd, F_GETFD) < 0 && open("/dev/null", modes[fd]) != fd)
            _exit(EXIT_FILE_FAILED); /* nobody can be told */
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
    open_standard_descriptors();
    signal(
        SIGPIPE,
        SIG_IGN); /* a reader that has gone is an error of the write, after which files are put in order */
    signal(SIGXFSZ, SIG_IGN); /* likewise a file that is larger than ulimit -f lets it be */
    signal(SIGUSR1, SIG_IGN); /* until there is a fill that can answer */
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
