/* SPDX-License-Identifier: MIT
 *
 * Finds the first error in the caller's text in a compiler's log. source.c names the pieces of the
 * text with #line, so the log says "plane 0:1:5", "body:3:1" or "preamble:2:9" (name, line,
 * column). Compilers differ in the position of the word "error":
 *     PoCL     error: plane 0:1:5: use of undeclared identifier 'foo'
 *     clang    plane 0:1:5: error: use of undeclared identifier 'foo'
 * This module owns nothing, calls no OpenCL, and does not understand the errors that it quotes. */
#include "program/build_log.h"

#include <ctype.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define EXCERPT_LENGTH 200 /* bytes of the caller's line in the message, at most */

/* One error in the caller's text. All pointers lead into the caller's text or the log. */
struct finding {
    const char *text;    /* the piece of the caller's text that has the error */
    char name[32];       /* the piece's name: "plane 0", "body", "preamble" */
    int plane;           /* the expression's plane; -1: a body or a preamble */
    size_t line, column; /* as the compiler counts them, from 1 */
    const char *message; /* what the compiler says, up to the end of its line */
    int message_length;
};

/* The functions named accept... step over what they expect at *at and return true. If something
 * else stands there, they return false and leave *at as it is. */
static bool accept(const char **at, const char *token) {
    const size_t length = strlen(token);
    if (strncmp(*at, token, length) != 0) return false;
    *at += length;
    return true;
}

static bool accept_number(const char **at, size_t *number) {
    char *end;
    if (!isdigit((unsigned char)**at)) return false;
    *number = strtoul(*at, &end, 10);
    *at = end;
    return true;
}

static bool accept_error(const char **at) {
    return accept(at, "error: ") || accept(at, "fatal error: ");
}

/* Steps over the position of a macro's definition. If the error is inside a macro (PoCL's built-in
 * functions are macros), clang gives both positions: "plane 0:1:5 <Spelling=FILE:164:24>: ". */
static void skip_spelling(const char **at) {
    if (!accept(at, " <Spelling=")) return;
    *at += strcspn(*at, ">\n");
    accept(at, ">");
}

/* Reads "NAME:LINE:COLUMN: " with the finding's name, and "error: " before or behind it. Returns
 * true if the log's line is such an error; warnings and notes are not. The ':' behind the name
 * makes sure that "plane 1" does not match "plane 10". */
static bool read_position(const char *log_line, struct finding *finding) {
    const char *at = log_line;
    bool is_error = accept_error(&at);
    if (!accept(&at, finding->name) || !accept(&at, ":") || !accept_number(&at, &finding->line))
        return false;
    if (!accept(&at, ":") || !accept_number(&at, &finding->column)) return false;
    skip_spelling(&at);
    if (!accept(&at, ": ")) return false;
    is_error |= accept_error(&at);
    finding->message = at;
    finding->message_length = (int)strcspn(at, "\r\n");
    return is_error;
}

/* True if this line of the log is an error in any piece of the caller's text. */
static bool read_line(const char *log_line, const outerfill_function_description *description,
                      struct finding *finding) {
    for (size_t p = 0; description->expressions && p < description->num_planes; p++) {
        snprintf(finding->name, sizeof finding->name, "plane %zu", p);
        finding->text = description->expressions[p];
        finding->plane = (int)p;
        if (read_position(log_line, finding)) return true;
    }
    const struct {
        const char *name, *text;
    } pieces[] = {{"body", description->body}, {"preamble", description->preamble}};
    for (size_t k = 0; k < sizeof pieces / sizeof *pieces; k++) {
        snprintf(finding->name, sizeof finding->name, "%s", pieces[k].name);
        finding->text = pieces[k].text;
        finding->plane = -1;
        if (finding->text && read_position(log_line, finding)) return true;
    }
    return false;
}

/* The first error counts: later ones are often consequences of it. */
static bool find(const char *log, const outerfill_function_description *description,
                 struct finding *finding) {
    for (const char *line = log; *line; line += strcspn(line, "\n"), line += *line == '\n')
        if (read_line(line, description, finding)) return true;
    return false;
}

/* Moves *text to the beginning of its line number `line`, counted from 1. False if the text has
 * fewer lines: a compiler gives such a number if something is missing at the end of the text. */
static bool find_line(const char **text, size_t line) {
    for (; line > 1; line--) {
        *text += strcspn(*text, "\n");
        if (**text == '\0') return false;
        ++*text;
    }
    return true;
}

static void describe(const struct finding *finding, outerfill_error *error) {
    const char *line = finding->text;
    const bool is_inside = find_line(&line, finding->line);
    if (!is_inside) line = finding->text;
    const size_t length = strcspn(line, "\r\n");
    char position[64] = "at the end";
    if (is_inside)
        snprintf(position, sizeof position, "line %zu, column %zu", finding->line, finding->column);
    error_set(error, OUTERFILL_BUILD_FAILED, "%s, %s of \"%.*s\": %.*s", finding->name, position,
              length > EXCERPT_LENGTH ? EXCERPT_LENGTH : (int)length, line, finding->message_length,
              finding->message);
    error_set_position(error, finding->plane, is_inside ? finding->line : 0,
                       is_inside ? finding->column : 0);
}

/* True if the log names a mistake in a text. Without the word "error:" or with an invalid location,
 * the compiler could not read or write its own files. */
static bool names_mistake(const char *log) {
    return strstr(log, "error:") && !strstr(log, "error: <invalid loc>");
}

outerfill_status build_log_error(const char *log, const outerfill_function_description *description,
                                 const char *device_name, outerfill_error *error) {
    struct finding finding;
    if (find(log, description, &finding))
        describe(&finding, error);
    else if (!names_mistake(log))
        error_set(error, OUTERFILL_BUILD_FAILED,
                  "the function does not compile for \"%s\", and the compiler names no mistake in "
                  "it: see its log; its kernel cache "
                  "(PoCL's: POCL_CACHE_DIR) may not be writable or have no space, or too few files "
                  "may be open (ulimit -n)",
                  device_name);
    else
        error_set(error, OUTERFILL_BUILD_FAILED,
                  "the function does not compile for \"%s\": see the compiler's log", device_name);
    if (error) snprintf(error->log, sizeof error->log, "%s", log);
    return OUTERFILL_BUILD_FAILED;
}
