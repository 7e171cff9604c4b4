/* SPDX-License-Identifier: MIT
 *
 * This module keeps the inputs of a fill in files beside its output until the output is complete.
 * So a fill can be resumed whose inputs came through a pipe, or were moved or changed since.
 *
 * It owns the files in the folder OUT.npy.inputs. It does not know what the inputs mean. */
#include "kept_inputs.h"

#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "command.h"
#include "text_file.h"

enum { A, B, BODY, PREAMBLE, NUM_INPUTS };

static const char *const names[NUM_INPUTS] = {"a.npy", "b.npy", "body.cl", "preamble.cl"};

/* The output for which this process has created the folder, or "". Shards share a folder, so it is
 * the folder of no single one. */
static char created_for[PATH_MAX];

/* Writes the name of an input, or of the folder if `name` is "". Returns false if it is longer than
 * any file name can be. */
static bool name_file(const char *output, const char *name, char path[PATH_MAX]) {
    return snprintf(path, PATH_MAX, "%s.inputs%s%s", output, *name ? "/" : "", name) < PATH_MAX;
}

static int fail_name(const char *output) {
    return command_fail(EXIT_FILE_FAILED, "\"%s\" is too long a name to keep the inputs beside it",
                        output);
}

static bool exists(const char *path) {
    struct stat facts;
    return stat(path, &facts) == 0;
}

/* ---- What is there already ---- */

static int compare(const char *path, const struct vector *vector, outerfill_dtype dtype,
                   bool *is_same) {
    struct vector kept = {0};
    outerfill_error error;
    if (outerfill_npy_load(path, dtype, &kept.values, &kept.n, &error))
        return command_fail_library(&error);
    *is_same = kept.n == vector->n &&
               memcmp(kept.values, vector->values, kept.n * outerfill_dtype_itemsize(dtype)) == 0;
    outerfill_free(kept.values);
    return EXIT_DONE;
}

/* ---- Writing ---- */

static int keep_vector(const char *output, const char *name, const struct vector *vector,
                       outerfill_dtype dtype, bool is_begun) {
    char path[PATH_MAX];
    bool is_same = false;
    outerfill_error error;
    if (!name_file(output, name, path)) return fail_name(output);
    if (!is_begun || !exists(path))
        return outerfill_npy_save(path, dtype, vector->values, vector->n, &error)
                   ? command_fail_library(&error)
                   : EXIT_DONE;
    const int code = compare(path, vector, dtype, &is_same);
    if (code || is_same) return code;
    return command_fail(EXIT_BAD_INPUT,
                        "\"%s\" holds other values than this fill: give the values with which "
                        "\"%s\" was begun, or remove \"%s.inputs\" if it is left over",
                        path, output, output);
}

/* A text that is there stays. The library compares the functions themselves. */
static int keep_text(const char *output, const char *name, const char *text, bool is_begun) {
    char path[PATH_MAX];
    if (!text) return EXIT_DONE;
    if (!name_file(output, name, path)) return fail_name(output);
    return is_begun && exists(path) ? EXIT_DONE : text_file_write(path, text);
}

int kept_inputs_write(const struct fill_arguments *arguments, const struct vector *a,
                      const struct vector *b, bool is_begun) {
    const char *const output = arguments->output;
    char folder[PATH_MAX];
    if (!name_file(output, "", folder)) return fail_name(output);
    const bool is_new = mkdir(folder, 0777) == 0;
    if (!is_new && errno != EEXIST)
        return command_fail(EXIT_FILE_FAILED, "cannot create the folder \"%s\": %s", folder,
                            strerror(errno));
    if (is_new && !arguments->num_shards) snprintf(created_for, sizeof created_for, "%s", output);
    int code = keep_vector(output, names[A], a, arguments->dtype, is_begun);
    if (!code) code = keep_vector(output, names[B], b, arguments->dtype, is_begun);
    if (!code) code = keep_text(output, names[BODY], arguments->body, is_begun);
    return code ? code : keep_text(output, names[PREAMBLE], arguments->preamble, is_begun);
}

/* ---- Reading ---- */

int kept_inputs_use(struct fill_arguments *arguments) {
    const char **const places[NUM_INPUTS] = {&arguments->a, &arguments->b, &arguments->body_path,
                                             &arguments->preamble_path};
    for (size_t k = 0; k < NUM_INPUTS; k++) {
        char path[PATH_MAX];
        if (!*places[k]) continue;
        if (!name_file(arguments->output, names[k], path)) return fail_name(arguments->output);
        if (!exists(path))
            return command_fail(
                EXIT_FILE_FAILED,
                "the input \"%s\", which --keep-inputs has kept, is missing: put it there, or give "
                "the whole command again, with --resume",
                path);
        arguments->kept_paths[k] = strdup(path);
        if (!arguments->kept_paths[k])
            return command_fail(EXIT_DEVICE_FAILED, "no memory for the name \"%s\"", path);
        *places[k] = arguments->kept_paths[k];
    }
    return EXIT_DONE;
}

bool kept_inputs_exist(const char *output) {
    char path[PATH_MAX];
    return name_file(output, names[A], path) && exists(path);
}

bool kept_inputs_is_option(const char *word) {
    return strncmp(word, "--k", 3) == 0 && strncmp("--keep-inputs", word, strlen(word)) == 0;
}

/* ---- Removing ---- */

void kept_inputs_remove(const char *output) {
    char path[PATH_MAX];
    for (size_t k = 0; k < NUM_INPUTS; k++)
        if (name_file(output, names[k], path)) unlink(path);
    if (name_file(output, "", path)) rmdir(path);
}

void kept_inputs_remove_new(void) {
    outerfill_file_status *run;
    if (!*created_for) return;
    if (outerfill_file_status_create(created_for, &run, NULL) == OUTERFILL_OK)
        outerfill_free(run);
    else
        kept_inputs_remove(created_for);
}
