/* SPDX-License-Identifier: MIT
 *
 * gpu_programs FOLDER [TEXT]...: writes what a GPU's compiler gets for each function: the program
 * FOLDER/NAME.cl, and its options FOLDER/NAME.options. The functions are the subjects of
 * kernel_program, the widest functions, and each file TEXT as a body. The subjects come once more,
 * with "callers-" before their names, as the library builds them in an OpenCL context of the
 * caller's. It runs on the model of a discrete GPU.
 *
 * Both texts are those of the library's last clBuildProgram for the function. */
#define CL_TARGET_OPENCL_VERSION 120
#include <CL/cl.h>
#include <ctype.h>
#include <dlfcn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "checks.h"
#include "opencl_objects.h"
#include "outerfill_opencl.h"
#include "scratch.h"
#include "subject.h"

#define EXPORTED __attribute__((visibility("default")))

#define MOST_PLANES     64
#define MOST_PARAMETERS 32
#define MOST_CHARACTERS 100

typedef cl_int build_call(cl_program, cl_uint, const cl_device_id *, const char *,
                          void(CL_CALLBACK *)(cl_program, void *), void *);

static const char *folder;
static char name[MOST_CHARACTERS];

/* ---- What is built --------------------------------------------------------------------------- */

static void write_file(const char *kind, const char *text) {
    char path[4096];
    snprintf(path, sizeof path, "%s/%s.%s", folder, name, kind);
    scratch_write(path, text, strlen(text));
}

EXPORTED cl_int clBuildProgram(cl_program program, cl_uint num_devices, const cl_device_id *devices,
                               const char *options, void(CL_CALLBACK *notify)(cl_program, void *),
                               void *data) {
    build_call *next;
    *(void **)&next = dlsym(RTLD_NEXT, "clBuildProgram");
    size_t nbytes = 0;
    assert_int_equal(clGetProgramInfo(program, CL_PROGRAM_SOURCE, 0, NULL, &nbytes), CL_SUCCESS);
    char *text = check_malloc(nbytes);
    assert_int_equal(clGetProgramInfo(program, CL_PROGRAM_SOURCE, nbytes, text, NULL), CL_SUCCESS);
    write_file("cl", text);
    write_file("options", options);
    free(text);
    return next(program, num_devices, devices, options, notify, data);
}

/* ---- The functions --------------------------------------------------------------------------- */

/* The next program's name, with '-' for each blank. */
static void set_name(const char *words, const char *dtype) {
    snprintf(name, sizeof name, dtype ? "%s %s" : "%s", words, dtype);
    for (char *c = name; *c; c++)
        if (isspace((unsigned char)*c)) *c = '-';
}

static void write_subjects(outerfill_context *context, const char *before) {
    for (size_t k = 0; k < num_subjects; k++) {
        char words[MOST_CHARACTERS];
        snprintf(words, sizeof words, "%s%s", before, subjects[k].name);
        set_name(words, NULL);
        outerfill_function_destroy(subject_compile(&subjects[k], context));
    }
}

/* For outerfill_opencl_fill. */
static void write_callers_subjects(void) {
    const struct opencl_objects objects = opencl_objects_open();
    outerfill_context *context;
    outerfill_error error;
    check_ok(outerfill_context_from_opencl(objects.context, objects.device, &context, &error),
             &error);
    write_subjects(context, "callers ");
    outerfill_context_destroy(context);
    opencl_objects_close(&objects);
}

/* The largest numbers of planes and parameters. Each plane has a value of its own. */
static void write_widest(outerfill_context *context, outerfill_dtype dtype) {
    static char texts[MOST_PLANES][MOST_CHARACTERS], words[MOST_PARAMETERS][MOST_CHARACTERS];
    const char *expressions[MOST_PLANES], *names[MOST_PARAMETERS];
    for (int p = 0; p < MOST_PLANES; p++)
        snprintf(texts[p], MOST_CHARACTERS, "a * p%d + b * (i + %d) - p%d * %d",
                 p % MOST_PARAMETERS, p, (p * 7 + 3) % MOST_PARAMETERS, p);
    for (int k = 0; k < MOST_PARAMETERS; k++) snprintf(words[k], MOST_CHARACTERS, "p%d", k);
    for (int p = 0; p < MOST_PLANES; p++) expressions[p] = texts[p];
    for (int k = 0; k < MOST_PARAMETERS; k++) names[k] = words[k];
    const outerfill_function_description description = {
        .struct_nbytes = sizeof description,
        .dtype = dtype,
        .num_planes = MOST_PLANES,
        .expressions = expressions,
        .num_parameters = MOST_PARAMETERS,
        .parameter_names = names,
    };
    set_name("64 planes", outerfill_dtype_name(dtype));
    outerfill_function_destroy(check_described(context, &description));
}

static void write_body(outerfill_context *context, const char *path, outerfill_dtype dtype) {
    size_t nbytes;
    unsigned char *read = scratch_read(path, &nbytes);
    char *body = check_malloc(nbytes + 1), *file = strdup(strrchr(path, '/') + 1);
    memcpy(body, read, nbytes);
    body[nbytes] = '\0';
    const outerfill_function_description description = {
        .struct_nbytes = sizeof description, .dtype = dtype, .body = body};
    *strrchr(file, '.') = '\0';
    set_name(file, outerfill_dtype_name(dtype));
    outerfill_function_destroy(check_described(context, &description));
    free(file);
    free(body);
    free(read);
}

int main(int argc, char **argv) {
    if (argc < 2) {
        fprintf(stderr, "usage: gpu_programs FOLDER [TEXT]...\n");
        return 2;
    }
    folder = argv[1];
    outerfill_context *context = check_context(NULL);
    if (outerfill_context_device(context, 0)->type != OUTERFILL_DEVICE_GPU) {
        fprintf(stderr, "gpu_programs: the first device is no GPU: the model is not loaded\n");
        return 1;
    }
    write_subjects(context, "");
    write_callers_subjects();
    for (int k = 0; k < argc - 2; k++) {
        write_body(context, argv[2 + k], OUTERFILL_FLOAT64);
        write_body(context, argv[2 + k], OUTERFILL_FLOAT32);
    }
    write_widest(context, OUTERFILL_FLOAT64);
    write_widest(context, OUTERFILL_FLOAT32);
    outerfill_context_destroy(context);
    return 0;
}
