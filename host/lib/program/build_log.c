/* SPDX-License-Identifier: MIT
 *
 * Finds in a compiler's log where the caller's text is at fault. The names in it are those that source.c gave with #line:
 * "plane 0:1:5", "body:3:1", "preamble:2:9". Compilers differ in what stands around them:
 *     PoCL     error: plane 0:1:5: use of undeclared identifier 'foo'
 *     clang    plane 0:1:5: error: use of undeclared identifier 'foo' */
#include "program/build_log.h"

#include <ctype.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define EXCERPT_LENGTH 200

struct finding {
    const char *text; /* the caller's text that it lies in */
    char name[32];    /* "plane 0", "body", "preamble" */
    size_t line, column;
    const char *message;
    int message_length;
};

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

/* Where the fault is in a macro, as PoCL's functions are, clang says where that stands: "plane 0:1:5 <Spelling=FILE:164:24>: ". */
static void skip_spelling(const char **at) {
    if (!accept(at, " <Spelling=")) return;
    *at += strcspn(*at, ">\n");
    accept(at, ">");
}

/* Reads "NAME:LINE:COLUMN: " for the finding's name, with "error: " before or behind it. */
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

static bool read_line(const char *log_line, const outerfill_function_description *description,
                      struct finding *finding) {
    for (size_t p = 0; description->expressions && p < description->num_planes; p++) {
        snprintf(finding->name, sizeof finding->name, "plane %zu", p);
        finding->text = description->expressions[p];
        if (read_position(log_line, finding)) return true;
    }
    const struct {
        const char *name, *text;
    } pieces[] = {{"body", description->body}, {"preamble", description->preamble}};
    for (size_t k = 0; k < sizeof pieces / sizeof *pieces; k++) {
        snprintf(finding->name, sizeof finding->name, "%s", pieces[k].name);
        finding->text = pieces[k].text;
        if (finding->text && read_position(log_line, finding)) return true;
    }
    return false;
}

static bool find(const char *log, const outerfill_function_description *description,
                 struct finding *finding) {
    for (const char *line = log; *line; line += strcspn(line, "\n"), line += *line == '\n')
        if (read_line(line, description, finding)) return true;
    return false;
}

/* The text's line of that number; false where the text is over, which a compiler says of what is missing at its end. */
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
    char destination[64] = "at the end";
    if (is_inside)
        snprintf(destination, sizeof destination, "line %zu, column %zu", finding->line,
                 finding->column);
    error_set(error, OUTERFILL_BUILD_FAILED, "%s, %s of \"%.*s\": %.*s", finding->name, destination,
              length > EXCERPT_LENGTH ? EXCERPT_LENGTH : (int)length, line, finding->message_length,
              finding->message);
}

/* A compiler that cannot read or write its own files finds no mistake in a text. */
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
