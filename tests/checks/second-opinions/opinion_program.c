/* SPDX-License-Identifier: MIT
 *
 * opinion_program OPENED DTYPE IN OUT: fills by the default functions in DTYPE on the device that OUTERFILL_DEVICE names, opened
 * for the dtype OPENED; with c for OPENED, plain C does it. IN holds the cases, each as n and m in 8 bytes and the values of a
 * and b; OUT receives the array of every case, for one way after the other. What went wrong is printed as "STATUS-NAME
 * message". */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "checks.h"
#include "oracle.h"

struct opinion_case {
    uint64_t n, m;
    void *a, *b;
};

static const struct {
    const char *name;
    outerfill_transfer transfer;
    outerfill_work_item work_item;
} ways[] = {
    {"auto", OUTERFILL_TRANSFER_AUTO,
     OUTERFILL_WORK_ITEM_AUTO}, /* small arrays: the library's own loop */
    {"mapped rows", OUTERFILL_TRANSFER_MAPPED, OUTERFILL_WORK_ITEM_ROWS},
    {"mapped cells", OUTERFILL_TRANSFER_MAPPED, OUTERFILL_WORK_ITEM_CELL},
    {"staged rows", OUTERFILL_TRANSFER_STAGED, OUTERFILL_WORK_ITEM_ROWS},
    {"staged cells", OUTERFILL_TRANSFER_STAGED, OUTERFILL_WORK_ITEM_CELL},
    {"mapped stream", OUTERFILL_TRANSFER_MAPPED, OUTERFILL_WORK_ITEM_STREAM},
};

static outerfill_dtype dtype;
static size_t itemsize;
static FILE *in, *out;

static void give_up(outerfill_status status, const outerfill_error *error) {
    printf("%s %s\n", outerfill_status_name(status), error->message);
    exit(1);
}

static void *read_values(size_t num_values) {
    void *values = check_malloc(num_values * itemsize);
    if (fread(values, itemsize, num_values, in) != num_values) exit(2);
    return values;
}

/* 0 where there is none any more. */
static int read_case(struct opinion_case *next) {
    if (fread(&next->n, sizeof next->n, 1, in) != 1) return 0;
    if (fread(&next->m, sizeof next->m, 1, in) != 1) exit(2);
    next->a = read_values(next->n);
    next->b = read_values(next->m);
    return 1;
}

static void loop(const struct opinion_case *given, void *ab) {
    size_t cell = 0;
    for (size_t p = 0; p < 2; p++)
        for (size_t i = 0; i < given->n; i++)
            for (size_t j = 0; j < given->m; j++, cell++)
                if (dtype == OUTERFILL_FLOAT64)
                    ((double *)ab)[cell] = oracle_default.float64(p, ((double *)given->a)[i],
                                                                  ((double *)given->b)[j], NULL);
                else
                    ((float *)ab)[cell] = oracle_default.float32(p, ((float *)given->a)[i],
                                                                 ((float *)given->b)[j], NULL);
}

/* By the library where there is a function. */
static void do_case(const outerfill_function *function, const struct opinion_case *given,
                    size_t way) {
    const size_t num_values = 2 * given->n * given->m;
    const outerfill_fill_options options = {.struct_nbytes = sizeof options,
                                            .transfer = ways[way].transfer,
                                            .work_item = ways[way].work_item};
    outerfill_error error;
    void *ab = check_malloc(num_values * itemsize);
    memset(ab, 0x5a, num_values * itemsize);
    if (function) {
        const outerfill_status status =
            outerfill_fill(function, given->a, given->n, given->b, given->m, ab, &options, &error);
        if (status) give_up(status, &error);
    } else {
        loop(given, ab);
    }
    if (fwrite(ab, itemsize, num_values, out) != num_values) exit(2);
    free(ab);
}

static void do_cases(const outerfill_function *function, size_t num_ways) {
    for (size_t way = 0; way < num_ways; way++) {
        struct opinion_case next;
        rewind(in);
        while (read_case(&next)) {
            do_case(function, &next, way);
            free(next.a);
            free(next.b);
        }
    }
}

static void do_on_device(outerfill_dtype opened_for) {
    const outerfill_context_options options = {.struct_nbytes = sizeof options,
                                               .dtype = opened_for};
    const outerfill_function_description description = {.struct_nbytes = sizeof description,
                                                        .dtype = dtype};
    outerfill_context *context;
    outerfill_function *function = NULL;
    outerfill_error error;
    outerfill_status status = outerfill_context_create(&options, &context, &error);
    if (status) give_up(status, &error);
    const outerfill_device *device = outerfill_context_device(context, 0);
    printf("device %s of %s\n", device->name, device->platform);
    status = outerfill_function_create(context, &description, &function, &error);
    if (status) give_up(status, &error);
    do_cases(function, NUM_ELEMENTS(ways));
    outerfill_function_destroy(function);
    outerfill_context_destroy(context);
}

static outerfill_dtype dtype_named(const char *name) {
    return strcmp(name, outerfill_dtype_name(OUTERFILL_FLOAT32)) == 0 ? OUTERFILL_FLOAT32
                                                                      : OUTERFILL_FLOAT64;
}

int main(int argc, char **argv) {
    if (argc != 5) {
        fprintf(stderr, "usage: opinion_program float64|float32|c float64|float32 IN OUT\n");
        return 2;
    }
    dtype = dtype_named(argv[2]);
    itemsize = outerfill_dtype_itemsize(dtype);
    in = fopen(argv[3], "rb");
    out = fopen(argv[4], "wb");
    if (!in || !out) return 2;
    if (strcmp(argv[1], "c") == 0)
        do_cases(NULL, 1);
    else
        do_on_device(dtype_named(argv[1]));
    fclose(in);
    return fclose(out) == 0 ? 0 : 2;
}
