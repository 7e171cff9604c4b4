/* SPDX-License-Identifier: MIT
 *
 * This module makes the names of files absolute, and equal for equal files. It asks the file system
 * for the links in the folder's name. It opens no file, and holds no state. */
#include "real_name.h"

#include <libgen.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* Removes "//", "/./" and "/../" from an absolute name. */
static void tidy(char *name) {
    char *to = name;
    for (const char *from = name; *from;) {
        from += strspn(from, "/");
        const size_t length = strcspn(from, "/");
        if (length == 2 && strncmp(from, "..", 2) == 0) {
            while (to > name && *--to != '/') continue;
        } else if (length && !(length == 1 && *from == '.')) {
            *to++ = '/';
            memmove(to, from, length);
            to += length;
        }
        from += length;
    }
    *to = '\0';
}

char *real_name(const char *folder, const char *name) {
    char *whole = NULL, *real = NULL;
    if (asprintf(&whole, "%s%s%s", *name == '/' ? "" : folder, *name == '/' ? "" : "/", name) < 0)
        return NULL;
    char *copy = strdup(whole);
    char *resolved = copy ? realpath(dirname(copy), NULL) : NULL;
    if (resolved && asprintf(&real, "%s/%s", resolved, basename(whole)) < 0) real = NULL;
    if (!resolved) real = strdup(whole);
    if (real) tidy(real);
    free(resolved);
    free(copy);
    free(whole);
    return real;
}
