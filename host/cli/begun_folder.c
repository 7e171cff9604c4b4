/* SPDX-License-Identifier: MIT
 *
 * This module finds the inputs of a resumed fill after the folder of its output was moved or
 * renamed. The old and the new name of the output end alike. What differs in front of this common
 * end tells how the folders were renamed, and also where the inputs are now.
 *
 * It asks the file system which files exist, and changes the present folder. It opens no file. */
#include "begun_folder.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "command.h"
#include "operand.h"
#include "real_name.h"
#include "vector.h"

/* ---- Names ---- */

/* Cuts the file names off, and then the folders at the end that both names have. */
static void cut_common_end(char *x, char *y) {
    char *end_of_x = strrchr(x, '/'), *end_of_y = strrchr(y, '/');
    while (end_of_x && end_of_y) {
        *end_of_x = *end_of_y = '\0';
        end_of_x = strrchr(x, '/');
        end_of_y = strrchr(y, '/');
        if (!end_of_x || !end_of_y || strcmp(end_of_x, end_of_y) != 0) return;
    }
}

/* Returns the name that `folder` has if it was moved together with the output. NULL: the output was
 * not moved, or the folder is elsewhere, or memory ran out. The caller frees it. */
static char *moved_folder(const char *folder, const char *begun, const char *output) {
    if (!begun || *folder != '/' || *output != '/') return NULL;
    char *then = real_name(folder, begun), *now = real_name(folder, output), *moved = NULL;
    if (then && now && strcmp(then, now) != 0) {
        cut_common_end(then, now);
        const size_t length = strlen(then);
        if (strncmp(folder, then, length) == 0 && (!folder[length] || folder[length] == '/') &&
            asprintf(&moved, "%s%s", now, folder + length) < 0)
            moved = NULL;
    }
    free(then);
    free(now);
    return moved;
}

/* ---- Inputs ---- */

static bool is_missing(const char *path) {
    struct stat facts;
    return path && *path != '/' && stat(path, &facts) != 0;
}

static bool operand_is_missing(const char *text) {
    struct operand operand;
    if (!text || vector_is_range(text) || operand_is_standard_input(text)) return false;
    operand_split(text, &operand);
    return is_missing(operand.path);
}

/* Returns the first input with a relative name that the present folder does not have, or NULL. A
 * later check refuses a fill without operands. */
static const char *missing_input(const struct fill_arguments *arguments) {
    if (!arguments->a || !arguments->b) return NULL;
    if (operand_is_missing(arguments->a)) return arguments->a;
    if (operand_is_missing(arguments->b)) return arguments->b;
    if (is_missing(arguments->body_path)) return arguments->body_path;
    return is_missing(arguments->preamble_path) ? arguments->preamble_path : NULL;
}

/* ---- The folder ---- */

static int enter_old(const char *folder, const char *moved,
                     const struct fill_arguments *arguments) {
    const int failure = chdir(folder) == 0 ? 0 : errno;
    const char *missing = missing_input(arguments);
    if (failure && !moved)
        return command_fail(EXIT_FILE_FAILED,
                            "the folder \"%s\", in which the fill was begun, cannot be entered: "
                            "%s. Give the whole command again, with --resume",
                            folder, strerror(failure));
    if (!missing) return EXIT_DONE;
    return command_fail(EXIT_FILE_FAILED,
                        "the input \"%s\" is not in the folder \"%s\"%s%s%s: put it there, or give "
                        "the whole command again, with --resume",
                        missing, moved ? moved : folder, moved ? ", nor in \"" : "",
                        moved ? folder : "", moved ? "\", in which the fill was begun" : "");
}

/* If the moved folder was entered and lacks an input, the present folder stays the moved one where
 * the old one is gone. */
int begun_folder_enter(const char *folder, const char *begun,
                       const struct fill_arguments *arguments) {
    char *moved = moved_folder(folder, begun, arguments->output);
    int code = EXIT_DONE;
    const bool is_there = moved && chdir(moved) == 0;
    if (!is_there || missing_input(arguments))
        code = enter_old(folder, is_there ? moved : NULL, arguments);
    free(moved);
    return code;
}
