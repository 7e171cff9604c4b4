/* SPDX-License-Identifier: MIT
 *
 * The fingerprint of a fill: everything that decides the bytes of its file. A fill may be resumed
 * only if its fingerprint equals the one in the journals. The device does not belong to it, so that
 * a fill may be resumed on another device. Functions such as exp may then differ in the last bits,
 * within the bounds of OpenCL. The module owns no memory. It does not know about files or
 * journals. */
#include "file/fingerprint.h"

#include <stdio.h>
#include <string.h>

#include "base/dtype.h"
#include "device/function.h"

struct fingerprint fingerprint_of(const struct fill_request *request) {
    const outerfill_function *function = request->function;
    const double *values =
        request->options.parameters ? request->options.parameters : function->parameter_values;
    const size_t itemsize = outerfill_dtype_itemsize(function->dtype);
    return (struct fingerprint){
        .format = FINGERPRINT_FORMAT,
        .dtype = (uint32_t)function->dtype,
        .num_planes = function->num_planes,
        .n = request->n,
        .m = request->m,
        .a = digest_of(request->a, request->n * itemsize),
        .b = digest_of(request->b, request->m * itemsize),
        .function = function->digest,
        .parameters = digest_of(values, function->num_parameters * sizeof *values),
    };
}

const char *fingerprint_difference(const struct fingerprint *x, const struct fingerprint *y) {
    if (x->format != y->format) return "the format of the journal";
    if (x->dtype != y->dtype) return "the dtype";
    if (x->num_planes != y->num_planes || x->n != y->n || x->m != y->m) return "the shape";
    if (memcmp(&x->function, &y->function, sizeof x->function) != 0)
        return "the function (or the version of outerfill)";
    if (memcmp(&x->parameters, &y->parameters, sizeof x->parameters) != 0) return "a parameter";
    if (memcmp(&x->a, &y->a, sizeof x->a) != 0) return "a";
    if (memcmp(&x->b, &y->b, sizeof x->b) != 0) return "b";
    return NULL;
}

static void describe_number(const char *what, uint64_t then, uint64_t now, char *text) {
    const size_t length = strlen(text);
    if (then == now) return;
    snprintf(text + length, FINGERPRINT_TEXT_NBYTES - length, "%s%s (%llu then, %llu now)",
             length ? " and " : "", what, (unsigned long long)then, (unsigned long long)now);
}

bool fingerprint_describe(const struct fingerprint *then, const struct fingerprint *now,
                          char text[FINGERPRINT_TEXT_NBYTES]) {
    const char *difference = fingerprint_difference(then, now);
    *text = '\0';
    if (!difference) return false;
    if (then->format == now->format && then->dtype == now->dtype) {
        describe_number("the number of planes", then->num_planes, now->num_planes, text);
        describe_number("the length of a", then->n, now->n, text);
        describe_number("the length of b", then->m, now->m, text);
    }
    if (!*text) snprintf(text, FINGERPRINT_TEXT_NBYTES, "%s", difference);
    return true;
}
