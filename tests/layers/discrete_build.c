/* SPDX-License-Identifier: MIT */
#include "discrete_build.h"

#include <ctype.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "discrete_layer.h"

/* ---- The text without #line ---- */

static char *join(cl_uint num_texts, const char **texts, const size_t *lengths) {
    char *joined = NULL;
    size_t nbytes;
    FILE *out = open_memstream(&joined, &nbytes);
    if (!out) abort();
    for (cl_uint k = 0; k < num_texts; k++)
        fwrite(texts[k], 1, lengths && lengths[k] ? lengths[k] : strlen(texts[k]), out);
    fclose(out);
    return joined;
}

/* A directive becomes a comment of the same length. */
static void remove_directives(char *text) {
    for (char *at = text; *at; at += strcspn(at, "\n"), at += *at == '\n')
        if (strncmp(at, "#line ", strlen("#line ")) == 0) at[0] = at[1] = '/';
}

cl_program build_create(cl_context context, cl_uint num_texts, const char **texts,
                        const size_t *lengths, cl_int *code) {
    char *text = join(num_texts, texts, lengths);
    remove_directives(text);
    const cl_program program =
        driver->clCreateProgramWithSource(context, 1, (const char **)&text, NULL, code);
    free(text);
    return program;
}

/* ---- The log ---- */

/* A log that is being written. */
struct log {
    FILE *out;
    const char *source;
    bool has_errors;
    char unresolved[64];        /* the first function that is not declared */
    unsigned long line, column; /* of the last one: PoCL goes on about it */
};

/* PoCL's line "SEVERITY: FILE:LINE:COLUMN: TEXT", in parts. */
struct message {
    const char *severity;
    unsigned long line, column;
    const char *text;
};

/* Reads ":LINE:COLUMN", and what may stand behind it; false if something else is there. */
static bool read_position(const char *at, struct message *message) {
    int length = 0;
    if (sscanf(at, ":%lu:%lu%n", &message->line, &message->column, &length) != 2) return false;
    at += length;
    if (strncmp(at, " <Spelling=", strlen(" <Spelling=")) == 0) at += strcspn(at, ">") + 1;
    if (strncmp(at, ": ", 2) != 0) return false;
    message->text = at + 2;
    return true;
}

static bool read_message(const char *line, struct message *message) {
    const bool is_error = strncmp(line, "error: ", strlen("error: ")) == 0;
    if (!is_error && strncmp(line, "warning: ", strlen("warning: ")) != 0) return false;
    message->severity = is_error ? "error" : "warning";
    for (const char *at = strchr(line, ' '); *at; at++)
        if (*at == ':' && read_position(at, message)) return true;
    return false;
}

static const char *source_at(const char *source, unsigned long line, unsigned long column) {
    for (; line > 1 && *source; line--) {
        source += strcspn(source, "\n");
        source += *source == '\n';
    }
    return strlen(source) >= column ? source + column - 1 : "";
}

/* Whether the message is about the name of a function that is not declared. */
static bool read_undeclared(const char *source, const struct message *message, char name[64]) {
    if (sscanf(message->text, "use of undeclared identifier '%63[^']'", name) != 1) return false;
    const char *at = source_at(source, message->line, message->column);
    if (strncmp(at, name, strlen(name)) != 0) return false;
    at += strlen(name);
    while (isspace((unsigned char)*at)) at++;
    return *at == '(';
}

static void write_message(struct log *log, const struct message *message) {
    char name[64];
    if (message->line == log->line && message->column == log->column) return;
    if (!read_undeclared(log->source, message, name)) {
        fprintf(log->out, "<kernel>:%lu:%lu: %s: %s\n", message->line, message->column,
                message->severity, message->text);
        log->has_errors |= strcmp(message->severity, "error") == 0;
        return;
    }
    fprintf(log->out,
            "<kernel>:%lu:%lu: warning: implicit declaration of function '%s' is invalid "
            "in OpenCL\n",
            message->line, message->column, name);
    if (!*log->unresolved) strcpy(log->unresolved, name);
    log->line = message->line;
    log->column = message->column;
}

static char *read_text(cl_program program, cl_device_id device, bool is_log) {
    size_t nbytes = 0;
    if (is_log)
        driver->clGetProgramBuildInfo(program, device, CL_PROGRAM_BUILD_LOG, 0, NULL, &nbytes);
    else
        driver->clGetProgramInfo(program, CL_PROGRAM_SOURCE, 0, NULL, &nbytes);
    char *text = calloc(1, nbytes + 1);
    if (!text) abort();
    if (is_log)
        driver->clGetProgramBuildInfo(program, device, CL_PROGRAM_BUILD_LOG, nbytes, text, NULL);
    else
        driver->clGetProgramInfo(program, CL_PROGRAM_SOURCE, nbytes, text, NULL);
    return text;
}

static void write_log(struct log *log, char *from) {
    struct message message;
    for (char *line = strtok(from, "\n"); line; line = strtok(NULL, "\n"))
        if (read_message(line, &message)) write_message(log, &message);
    if (*log->unresolved && !log->has_errors)
        fprintf(log->out, "ptxas fatal   : Unresolved extern function '%s'\n", log->unresolved);
}

char *build_log(cl_program program, cl_device_id device) {
    char *text = NULL, *source = read_text(program, device, false),
         *of_driver = read_text(program, device, true);
    size_t nbytes;
    struct log log = {.out = open_memstream(&text, &nbytes), .source = source};
    if (!log.out) abort();
    write_log(&log, of_driver);
    fclose(log.out);
    free(source);
    free(of_driver);
    return text;
}
