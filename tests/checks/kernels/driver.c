/* SPDX-License-Identifier: MIT
 *
 * Two of OpenCL's calls, as the library finds them in kernel_program. Every device is a GPU if
 * AS_GPU is set, and a CPU otherwise: so Oclgrind and PoCL run the kernels of both. And where
 * PLANT_OLD is set, each place of the program's text that reads so reads as PLANT_NEW says: a
 * mistake in a kernel that has to be found. A text without such a place ends the program. */
#define CL_TARGET_OPENCL_VERSION 120
#include <CL/cl.h>
#include <dlfcn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define EXPORTED __attribute__((visibility("default")))

typedef cl_int device_info_call(cl_device_id, cl_device_info, size_t, void *, size_t *);
typedef cl_program program_call(cl_context, cl_uint, const char **, const size_t *, cl_int *);

EXPORTED cl_int clGetDeviceInfo(cl_device_id id, cl_device_info what, size_t nbytes, void *answer,
                                size_t *answer_nbytes) {
    device_info_call *next;
    *(void **)&next = dlsym(RTLD_NEXT, "clGetDeviceInfo");
    const cl_int code = next(id, what, nbytes, answer, answer_nbytes);
    const cl_device_type type = getenv("AS_GPU") ? CL_DEVICE_TYPE_GPU : CL_DEVICE_TYPE_CPU;
    if (code == CL_SUCCESS && what == CL_DEVICE_TYPE && answer && nbytes >= sizeof type)
        memcpy(answer, &type, sizeof type);
    return code;
}

/* The text with `new` instead of `old` everywhere; to be freed. */
static char *plant(const char *text, const char *old, const char *new) {
    char *planted = NULL;
    size_t nbytes, count = 0;
    FILE *out = open_memstream(&planted, &nbytes);
    if (!out) abort();
    for (const char *place; (place = strstr(text, old)); text = place + strlen(old), count++)
        fprintf(out, "%.*s%s", (int)(place - text), text, new);
    fputs(text, out);
    fclose(out);
    if (count) return planted;
    fprintf(stderr,
            "the kernels' text has no place '%s' for a mistake: tests/checks/kernels/check wants "
            "another "
            "one\n",
            old);
    exit(3);
}

EXPORTED cl_program clCreateProgramWithSource(cl_context context, cl_uint num_texts,
                                              const char **texts, const size_t *lengths,
                                              cl_int *code) {
    program_call *next;
    *(void **)&next = dlsym(RTLD_NEXT, "clCreateProgramWithSource");
    const char *old = getenv("PLANT_OLD"), *new = getenv("PLANT_NEW");
    if (!old || !new) return next(context, num_texts, texts, lengths, code);
    char *planted = plant(texts[0], old, new); /* the library gives one text, with its end */
    cl_program program = next(context, 1, (const char **)&planted, NULL, code);
    free(planted);
    return program;
}
