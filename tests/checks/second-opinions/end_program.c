/* SPDX-License-Identifier: MIT
 *
 * end_program WAY: returns from main without destroying what it has made: a context (WAY is "context"), a function too
 * ("function"), and a lane that was kept after a fill ("fill"). The driver's threads are still there then. */
#include <outerfill.h>
#include <stdio.h>
#include <string.h>

#define SIZE 300

int main(int argc, char **argv) {
    static const char *const expressions[] = {"a * b - 1"};
    static double a[SIZE], b[SIZE], ab[SIZE * SIZE];
    const outerfill_function_description description = {
        .struct_nbytes = sizeof description, .num_planes = 1, .expressions = expressions};
    const char *way = argc > 1 ? argv[1] : "context";
    outerfill_context *context;
    outerfill_function *function;
    outerfill_error error;
    outerfill_status status = outerfill_context_create(NULL, &context, &error);
    if (!status && strcmp(way, "context") != 0)
        status = outerfill_function_create(context, &description, &function, &error);
    if (!status && strcmp(way, "fill") == 0)
        status = outerfill_fill(function, a, SIZE, b, SIZE, ab, NULL, &error);
    if (status) fprintf(stderr, "%s\n", error.message);
    return status ? 1 : 0;
}
