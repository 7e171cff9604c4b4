/* SPDX-License-Identifier: MIT
 *
 * This module turns a command line into one text, and back. The text has a heading, a line for the
 * folder, and a line for each argument. A backslash precedes each backslash, and the two characters
 * \n stand for the end of a line.
 *
 * It knows nothing about journals and options. */
#include "note.h"

#include <stdlib.h>
#include <string.h>

static const char heading[] = "outerfill 1\n";

static char *append(char *to, const char *text) {
    for (; *text; text++) {
        if (*text == '\\' || *text == '\n') *to++ = '\\';
        *to++ = *text == '\n' ? 'n' : *text;
    }
    *to++ = '\n';
    *to = '\0';
    return to;
}

char *note_create(const char *folder, int argc, char **argv) {
    size_t nbytes = sizeof heading + 2 * strlen(folder) + 1;
    for (int k = 0; k < argc; k++) nbytes += 2 * strlen(argv[k]) + 1;
    char *note = malloc(nbytes + 1);
    if (!note) return NULL;
    strcpy(note, heading);
    char *end = append(note + strlen(heading), folder);
    for (int k = 0; k < argc; k++) end = append(end, argv[k]);
    return note;
}

static size_t count_lines(const char *text) {
    size_t number = 0;
    for (; *text; text++) number += *text == '\n';
    return number;
}

bool note_is_of_command(const char *note) {
    return strncmp(note, heading, strlen(heading)) == 0;
}

char **note_read(const char *note) {
    if (!note_is_of_command(note)) return NULL;
    const char *from = note + strlen(heading);
    const size_t num_lines = count_lines(from);
    char **lines = calloc(1, (num_lines + 1) * sizeof *lines + strlen(from) + 1);
    if (!lines) return NULL;
    char *to = (char *)(lines + num_lines + 1);
    for (size_t k = 0; k < num_lines; k++) {
        lines[k] = to;
        for (; *from != '\n'; from++) {
            /* note_create never writes a backslash at the end of a line, but a damaged note may
             * hold one. */
            const int is_escape = *from == '\\' && from[1] != '\n';
            if (is_escape) from++;
            *to++ = is_escape && *from == 'n' ? '\n' : *from;
        }
        from++;
        *to++ = '\0';
    }
    return lines;
}
