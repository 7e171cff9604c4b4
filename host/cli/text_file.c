/* SPDX-License-Identifier: MIT
 *
 * This module reads a whole text file into memory, for --body and --preamble.
 *
 * It holds no state. It does not know what the text means, and only refuses a zero byte. */
#include "text_file.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

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
