/* SPDX-License-Identifier: MIT
 *
 * What every device test does: open a context, compile a function, and expect a status, with the library's own sentence in the
 * log where another one came. All of them fail the running cmocka test, so they belong in the thread that runs it.
 */
#ifndef CHECKS_H
#define CHECKS_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <outerfill.h>

#define NUM_ELEMENTS(array) (sizeof(array) / sizeof(array)[0])

/* Fails the test where `status` is not `expected`. `error` may be NULL; otherwise it must tell the same story: the same status,
 * and a sentence exactly where the call failed. */
#define check_status(status, expected, error)                                                      \
    check_status_at((status), (expected), (error), __FILE__, __LINE__)
#define check_ok(status, error) check_status((status), OUTERFILL_OK, (error))

void check_status_at(outerfill_status status, outerfill_status expected,
                     const outerfill_error *error, const char *file, int line);

/* Fails the test where `text` does not contain `part`, and prints both. */
#define check_contains(text, part) check_contains_at((text), (part), __FILE__, __LINE__)

void check_contains_at(const char *text, const char *part, const char *file, int line);

/* A context on what `selector` says (NULL: the default). */
outerfill_context *check_context(const char *selector);

/* A function of P expressions without parameters; expressions == NULL gives the default functions. */
outerfill_function *check_function(outerfill_context *context, outerfill_dtype dtype,
                                   size_t num_planes, const char *const *expressions);

/* The function of a description, which has its struct_nbytes set. */
outerfill_function *check_described(outerfill_context *context,
                                    const outerfill_function_description *description);

/* The wanted kind of work-items, or AUTO if a device of the context has no kernels for it. Only CPUs
 * have kernels for rows. */
outerfill_work_item check_work_item(const outerfill_context *context, outerfill_work_item wanted);

/* Memory from malloc; fails the test where there is none. */
void *check_malloc(size_t nbytes);

/* Seconds of the monotonic clock, for figures to print. */
double check_seconds(void);

#endif
