/* SPDX-License-Identifier: MIT */
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
    /* A text has no zero byte, so up to the first one is all of it. */
    const ssize_t length = getdelim(text, &capacity, '\0', file);
    const int code = ferror(file) || (length < 0 && !feof(file))
                         ? errno
                         : 0; /* no memory is no error of the file's */
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
