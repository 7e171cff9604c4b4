/* SPDX-License-Identifier: MIT
 *
 * This module splits an operand into the name of a file and a column of that file.
 *
 * It asks the file system which files exist. It opens none, and knows nothing of columns. */
#include "operand.h"

#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

bool operand_is_standard_input(const char *text) {
    return text[0] == '-' && (text[1] == '\0' || text[1] == ':');
}

static bool exists(const char *path) {
    struct stat facts;
    return lstat(path, &facts) == 0;
}

void operand_split(const char *text, struct operand *operand) {
    const size_t length = strlen(text);
    snprintf(operand->path, sizeof operand->path, "%s", text);
    operand->column = NULL;
    if (operand_is_standard_input(text)) {
        operand->path[1] = '\0';
        operand->column = text[1] ? text + 2 : NULL;
        return;
    }
    if (length >= sizeof operand->path || exists(text)) return;
    for (size_t end = length; end-- > 1;) {
        if (text[end] != ':') continue;
        operand->path[end] = '\0';
        operand->column = text + end + 1;
        if (exists(operand->path)) return;
    }
    /* No file has such a name, so messages name the whole operand. */
    snprintf(operand->path, sizeof operand->path, "%s", text);
    operand->column = NULL;
}
