/* SPDX-License-Identifier: MIT
 *
 * This module reads and writes whole text files, for --body and --preamble.
 *
 * It holds no state. It does not know what the text means, and only refuses a zero byte. */
#include "text_file.h"

#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "command.h"

int text_file_read(const char *path, char **text) {
    size_t capacity = 0;
    *text = NULL;
    FILE *file = fopen(path, "re");
    if (!file)
        return command_fail(command_code_of_errno(errno), "cannot open \"%s\": %s", path,
                            strerror(errno));
    errno = 0;
    /* A text has no zero byte, so getdelim reads the whole file in one call. */
    const ssize_t length = getdelim(text, &capacity, '\0', file);
    /* getdelim can run out of memory. Then it returns a negative length, but the stream has neither
     * failed nor ended. */
    const int code = ferror(file) || (length < 0 && !feof(file)) ? errno : 0;
    const int has_zero = length > 0 && (*text)[length - 1] == '\0';
    fclose(file);
    if (code)
        return command_fail(command_code_of_errno(code), "cannot read \"%s\": %s", path,
                            strerror(code));
    if (has_zero)
        return command_fail(EXIT_BAD_INPUT, "\"%s\" has a zero byte: it is not a text", path);
    if (length < 0) {
        free(*text);
        *text = strdup("");
    }
    return *text ? EXIT_DONE
                 : command_fail(EXIT_DEVICE_FAILED, "no memory for the text in \"%s\"", path);
}

/* Returns 0 or an errno. */
static int write_text(const char *path, const char *text) {
    FILE *file = fopen(path, "we");
    if (!file) return errno;
    int code = fputs(text, file) < 0 || fflush(file) || fsync(fileno(file)) ? errno : 0;
    if (fclose(file) && !code) code = errno;
    return code;
}

int text_file_write(const char *path, const char *text) {
    char beside[PATH_MAX];
    int code = ENAMETOOLONG;
    if (snprintf(beside, sizeof beside, "%s.%ld", path, (long)getpid()) < (int)sizeof beside) {
        code = write_text(beside, text);
        if (!code && rename(beside, path)) code = errno;
        if (code) unlink(beside);
    }
    if (!code) return EXIT_DONE;
    return command_fail(command_code_of_errno(code), "cannot write \"%s\": %s", path,
                        strerror(code));
}
