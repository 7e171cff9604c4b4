/* SPDX-License-Identifier: MIT
 *
 * Finds a compiler's errors and warnings about the caller's text in its log. source.c names the
 * pieces of the text with #line, so the log says "plane 0:1:5", "body:3:1" or "preamble:2:9" (name,
 * line, column). Compilers differ in the position of the word "error":
 *     PoCL     error: plane 0:1:5: use of undeclared identifier 'foo'
 *     clang    plane 0:1:5: error: use of undeclared identifier 'foo'
 * NVIDIA's compiler and Oclgrind ignore #line: <kernel>:61:5 is line 61 of the whole program.
 * NVIDIA's assembler names functions that nothing defines, without a place.
 * This module owns nothing, calls no OpenCL, and does not understand the messages that it
 * quotes. */
#include "program/build_log.h"

#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "program/builtins.h"
#include "program/hints.h"
#include "program/source.h"
#include "program/subscripts.h"
#include "program/text_error.h"
#include "program/tokens.h"

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

enum severity { NOTHING, WARNING, ERROR };

static enum severity accept_severity(const char **at) {
    if (accept(at, "error: ") || accept(at, "fatal error: ")) return ERROR;
    return accept(at, "warning: ") ? WARNING : NOTHING;
}

/* Steps over the position of a macro's definition. If the error is inside a macro (PoCL's built-in
 * functions are macros), clang gives both positions: "plane 0:1:5 <Spelling=FILE:164:24>: ". */
static void skip_spelling(const char **at) {
    if (!accept(at, " <Spelling=")) return;
    *at += strcspn(*at, ">\n");
    accept(at, ">");
}

/* Copies the rest of the line, without the prefixes that the program or a driver has put in front
 * of the user's names. */
static void copy_message(const char *at, char text[], size_t nbytes) {
    static const char *const prefixes[] = {BUILTIN_PREFIX, OWN_PREFIX, "_cl_"};
    size_t length = 0;
    while (*at && !strchr("\r\n", *at) && length + 1 < nbytes) {
        bool is_prefix = false;
        for (size_t k = 0; !is_prefix && k < sizeof prefixes / sizeof *prefixes; k++)
            is_prefix = accept(&at, prefixes[k]);
        if (!is_prefix) text[length++] = *at++;
    }
    text[length] = '\0';
}

/* Reads ":LINE:COLUMN: " and the message, behind a name. The ':' behind the name makes sure that
 * "plane 1" does not match "plane 10". Returns false for another line, and for a note. */
static bool read_position(const char *at, enum severity severity, struct text_message *message) {
    if (!accept(&at, ":") || !accept_number(&at, &message->line)) return false;
    if (!accept(&at, ":") || !accept_number(&at, &message->column)) return false;
    skip_spelling(&at);
    if (!accept(&at, ": ")) return false;
    if (severity == NOTHING) severity = accept_severity(&at);
    message->is_error = severity == ERROR;
    copy_message(at, message->text, sizeof message->text);
    return severity != NOTHING;
}

/* Reads "In file included from NAME:LINE:". The error lies in a file of the machine's, which has no
 * business in a kernel. */
static bool read_included(const char *log_line, struct text_message *message) {
    const char *at = log_line;
    if (!accept(&at, "In file included from ") || !accept(&at, message->piece.name)) return false;
    if (!accept(&at, ":") || !accept_number(&at, &message->line)) return false;
    message->column = 1;
    message->is_error = true;
    copy_message("file not found", message->text, sizeof message->text);
    return true;
}

/* Reads a line of the log that begins with the name of the message's piece, or with the severity
 * and the name. */
static bool read_named(const char *log_line, struct text_message *message) {
    const char *at = log_line;
    const enum severity severity = accept_severity(&at);
    if (!accept(&at, message->piece.name)) return false;
    const bool is_whole = accept(&at, WHOLE_PIECE);
    if (!read_position(at, severity, message)) return false;
    if (is_whole) message->line = message->column = 1;
    return true;
}

/* Finds the piece that a line of the whole program belongs to, and the line in it. */
static bool locate(const char *program, size_t line,
                   const outerfill_function_description *description,
                   struct text_message *message) {
    const char *directive = NULL, *at = program;
    size_t behind = 0; /* lines behind the directive */
    for (; line > 1 && *at; line--, behind++) {
        if (strncmp(at, "#line 1 \"", strlen("#line 1 \"")) == 0) directive = at, behind = 0;
        at += strcspn(at, "\n");
        at += *at == '\n';
    }
    if (!directive) return false;
    directive += strlen("#line 1 \"");
    for (size_t k = 0; text_piece_of(description, k, &message->piece); k++) {
        const size_t length = strlen(message->piece.name);
        const bool is_piece = strncmp(directive, message->piece.name, length) == 0;
        const bool is_whole = is_piece && strncmp(directive + length, WHOLE_PIECE "\"",
                                                  strlen(WHOLE_PIECE "\"")) == 0;
        message->line = is_whole ? 1 : behind;
        if (is_whole) message->column = 1;
        if (is_whole || (is_piece && directive[length] == '"')) return true;
    }
    return false;
}

/* Reads "FILE:LINE:COLUMN: " of a compiler that counts the lines of the whole program. A compiler
 * that obeys #line writes a name of the program's own instead of FILE. */
static bool read_numbered(const char *log_line, const char *program,
                          const outerfill_function_description *description,
                          struct text_message *message) {
    const char *at = log_line;
    char directive[64];
    const enum severity severity = accept_severity(&at);
    const int length = (int)strcspn(at, ":\n");
    snprintf(directive, sizeof directive, "#line 1 \"%.*s\"", length, at);
    if (strstr(program, directive)) return false;
    return read_position(at + length, severity, message) &&
           locate(program, message->line, description, message);
}

/* Moves a position in the program to the caller's piece. A compiler gives a line behind the last
 * one if something is missing at the end of the text. */
static void correct_position(struct text_message *message) {
    if (token_line(message->piece.text, message->line))
        message->column = subscripts_column(&message->piece, message->line, message->column);
    else
        message->line = message->column = 0;
}

bool build_log_next(const char **log, const char *program,
                    const outerfill_function_description *description,
                    struct text_message *message) {
    while (**log) {
        const char *line = *log;
        *log += strcspn(line, "\n");
        *log += **log == '\n';
        for (size_t k = 0; text_piece_of(description, k, &message->piece); k++) {
            if (!read_named(line, message) && !read_included(line, message)) continue;
            correct_position(message);
            return true;
        }
        if (!read_numbered(line, program, description, message)) continue;
        correct_position(message);
        return true;
    }
    return false;
}

/* The first error counts: later ones are often consequences of it. */
static bool find_error(const char *log, const char *program,
                       const outerfill_function_description *description,
                       struct text_message *message) {
    while (build_log_next(&log, program, description, message))
        if (message->is_error) return true;
    return false;
}

/* ---- Functions that nothing defines ---- */

#define UNRESOLVED        "Unresolved extern function '"
#define MAX_FUNCTION_NAME 256

/* Finds the first call of a function in the caller's text. */
static bool find_call(const outerfill_function_description *description, const char *name,
                      struct text_message *message) {
    for (size_t k = 0; text_piece_of(description, k, &message->piece); k++) {
        struct token token = {.kind = TOKEN_SIGN};
        for (const char *at = message->piece.text; token.kind != TOKEN_END;) {
            token = token_next(&at);
            if (token.kind != TOKEN_NAME || !token_is(token, name)) continue;
            text_piece_position(&message->piece, token.text, &message->line, &message->column);
            return true;
        }
    }
    return false;
}

static bool read_unresolved(const char *log, char name[MAX_FUNCTION_NAME]) {
    const char *at = strstr(log, UNRESOLVED);
    if (!at) return false;
    copy_message(at + strlen(UNRESOLVED), name, MAX_FUNCTION_NAME);
    name[strcspn(name, "'")] = '\0';
    return *name;
}

/* NVIDIA's compiler only warns of a function that nothing defines. Then its assembler says, without
 * a place: "ptxas fatal   : Unresolved extern function 'foo'". */
static bool find_unresolved(const char *log, const outerfill_function_description *description,
                            struct text_message *message) {
    char name[MAX_FUNCTION_NAME];
    if (!read_unresolved(log, name)) return false;
    snprintf(message->text, sizeof message->text, "%s%s'", UNRESOLVED, name);
    message->is_error = true;
    return find_call(description, name, message);
}

/* True if the log names a mistake in a text. Without the word "error:" or with an invalid location,
 * the compiler could not read or write its own files. */
static bool names_mistake(const char *log) {
    return strstr(log, "error:") && !strstr(log, "error: <invalid loc>");
}

outerfill_status build_log_error(const char *log, const char *program,
                                 const outerfill_function_description *description,
                                 const char *device_name, outerfill_error *error) {
    struct text_message message;
    char name[MAX_FUNCTION_NAME];
    if (find_error(log, program, description, &message) ||
        find_unresolved(log, description, &message)) {
        hints_apply(&message);
        text_report(&message.piece, message.line, message.column, message.text,
                    OUTERFILL_BUILD_FAILED, error);
    } else if (read_unresolved(log, name)) {
        error_set(error, OUTERFILL_BUILD_FAILED,
                  "the function does not compile for \"%s\": its compiler calls a function %s that "
                  "it does not have",
                  device_name, name);
    } else if (!names_mistake(log)) {
        error_set(error, OUTERFILL_BUILD_FAILED,
                  "the function does not compile for \"%s\", and the compiler names no mistake in "
                  "it: see its log (outerfill_error.log, option --verbose); its kernel cache "
                  "(PoCL's: POCL_CACHE_DIR) may not be writable or have no space, or too few files "
                  "may be open (ulimit -n)",
                  device_name);
    } else {
        error_set(error, OUTERFILL_BUILD_FAILED,
                  "the function does not compile for \"%s\": see the compiler's log "
                  "(outerfill_error.log, option --verbose)",
                  device_name);
    }
    if (error) snprintf(error->log, sizeof error->log, "%s", log);
    return OUTERFILL_BUILD_FAILED;
}
