/* SPDX-License-Identifier: MIT
 *
 * What a fill says whose PATH.part was moved or removed meanwhile. The open file goes with the
 * move, and the system tells its present name. So the sentence says where the finished bytes are,
 * and how to go on. The module changes no file. */
#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "file/file_fill.h"

/* Writes the present name of an open file. Returns false if it has none, or if the system does not
 * tell. */
static bool find_name(int fd, char name[PATH_MAX]) {
    char link[64];
    struct stat facts;
    if (fstat(fd, &facts) || !facts.st_nlink) return false;
    snprintf(link, sizeof link, "/proc/self/fd/%d", fd);
    const ssize_t length = readlink(link, name, PATH_MAX - 1);
    if (length <= 0) return false;
    name[length] = '\0';
    return true;
}

static bool is_removed(int fd) {
    struct stat facts;
    return fstat(fd, &facts) == 0 && !facts.st_nlink;
}

/* Cuts ".part" off. Returns whether the journal was moved in the same way, so that the fill can be
 * resumed under the new name. */
static bool has_moved_with_journal(const struct file_fill *fill, char name[PATH_MAX]) {
    char journal[PATH_MAX], expected[PATH_MAX];
    const size_t length = strlen(name), ending = strlen(".part");
    const char *suffix = fill->journal.path + strlen(fill->output.path);
    if (length <= ending || strcmp(name + length - ending, ".part") != 0) return false;
    if (!find_name(fill->journal.fd, journal)) return false;
    name[length - ending] = '\0';
    const bool fits =
        snprintf(expected, sizeof expected, "%s%s", name, suffix) < (int)sizeof expected;
    if (fits && strcmp(expected, journal) == 0) return true;
    name[length - ending] = '.';
    return false;
}

static void describe(const struct file_fill *fill, char *text, size_t text_nbytes) {
    char name[PATH_MAX];
    const char *part = fill->output.part_path;
    if (is_removed(fill->output.fd))
        snprintf(
            text, text_nbytes,
            "\"%s\" was removed while the fill ran, or moved to another file system: resume its "
            "copy if there is one, or begin the fill again",
            part);
    else if (!find_name(fill->output.fd, name))
        snprintf(text, text_nbytes,
                 "\"%s\" was moved while the fill ran: move it back, and resume the fill", part);
    else if (has_moved_with_journal(fill, name))
        snprintf(
            text, text_nbytes,
            "\"%s\" was moved while the fill ran. What is finished is kept: resume the fill as "
            "\"%s\"",
            part, name);
    else
        snprintf(text, text_nbytes,
                 "\"%s\" was moved to \"%s\" while the fill ran. What is finished is kept there: "
                 "move it back, and resume the fill",
                 part, name);
}

/* Whether the fill itself has given the file its name PATH. */
static bool is_published(const struct file_fill *fill) {
    struct stat opened, named;
    return fstat(fill->output.fd, &opened) == 0 && stat(fill->output.path, &named) == 0 &&
           opened.st_ino == named.st_ino && opened.st_dev == named.st_dev;
}

void file_fill_explain_moved(const struct file_fill *fill, outerfill_error *error) {
    char text[2 * PATH_MAX + 200];
    if (!error || output_file_is_named(&fill->output) || is_published(fill)) return;
    const outerfill_status status = error->status;
    if (status != OUTERFILL_FILE_FAILED && status != OUTERFILL_CANCELLED) return;
    describe(fill, text, sizeof text);
    error_write(error, status, "%s", text);
    error->system_code = ENOENT;
}
