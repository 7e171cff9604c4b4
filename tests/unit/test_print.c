/* SPDX-License-Identifier: MIT
 *
 * Printing on a stream that takes so many bytes and no more: whatever the array's shape, and wherever in it the stream ends,
 * the call says so, and what is there is the beginning of the text. What the text is, tests/cli holds against NumPy; here are the
 * only powers of two of which the nearest decimal number is another float32. */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "../../host/cli/print.h"
#include "checks.h"

#define MAX_NBYTES 65536

/* What a stream without a buffer has taken. */
struct sink {
    char text[MAX_NBYTES];
    size_t nbytes, room;
};

static ssize_t take(void *cookie, const char *bytes, size_t nbytes) {
    struct sink *sink = cookie;
    if (sink->nbytes + nbytes > sink->room) {
        errno = ENOSPC;
        return 0; /* which is how a cookie fails */
    }
    memcpy(sink->text + sink->nbytes, bytes, nbytes);
    sink->nbytes += nbytes;
    return (ssize_t)nbytes;
}

/* 0 where the array was printed. */
static int print_into(struct sink *sink, size_t room, const void *ab, outerfill_dtype dtype,
                      size_t num_planes, size_t n, size_t m) {
    FILE *stream = fopencookie(sink, "w", (cookie_io_functions_t){.write = take});
    assert_non_null(stream);
    setvbuf(stream, NULL, _IONBF, 0);
    *sink = (struct sink){.room = room};
    const int code = print_array(stream, ab, dtype, num_planes, n, m);
    fclose(stream);
    return code;
}

static void check_every_end(size_t num_planes, size_t n, size_t m) {
    static struct sink whole, part;
    double *ab = check_malloc((num_planes * n * m + 1) * sizeof *ab);
    for (size_t k = 0; k < num_planes * n * m; k++) ab[k] = (double)k / 2;
    assert_int_equal(print_into(&whole, MAX_NBYTES, ab, OUTERFILL_FLOAT64, num_planes, n, m), 0);
    assert_int_equal(whole.text[whole.nbytes - 1], '\n');
    for (size_t room = 0; room < whole.nbytes; room++) {
        assert_int_equal(print_into(&part, room, ab, OUTERFILL_FLOAT64, num_planes, n, m), -1);
        assert_true(part.nbytes <= room);
        assert_memory_equal(part.text, whole.text, part.nbytes);
    }
    free(ab);
}

static void test_small_arrays(void **state) {
    (void)state;
    check_every_end(1, 1, 1);
    check_every_end(2, 2, 3);
    check_every_end(1, 2, 20); /* lines are wrapped */
}

static void test_summaries(void **state) {
    (void)state;
    check_every_end(1, 2, 600);
    check_every_end(1, 600, 2);
    check_every_end(9, 12, 12);
    check_every_end(1, 40, 40);
}

static void test_no_elements(void **state) {
    (void)state;
    check_every_end(0, 3, 3);
    check_every_end(2, 0, 3);
    check_every_end(2, 3, 0);
}

/* A stream with a buffer finds out when it is flushed, and so does the call. */
static void test_a_full_disk_behind_a_buffer(void **state) {
    const double ab = 1;
    (void)state;
    for (size_t n = 0; n < 2; n++) {
        FILE *full = fopen("/dev/full", "w");
        assert_non_null(full);
        assert_int_equal(print_array(full, &ab, OUTERFILL_FLOAT64, 1, n, 1), -1);
        assert_int_equal(errno, ENOSPC);
        fclose(full);
    }
}

/* Of eight digits the nearest to these are 1.5474250e+26 and so on, which read back as the number below. */
static void test_powers_of_two_beside_a_nearer_number(void **state) {
    static const struct {
        float value;
        const char *text;
    } rows[] = {{0x1p87f, "[[[1.5474251e+26]]]\n"},
                {0x1p90f, "[[[1.2379401e+27]]]\n"},
                {0x1p-96f, "[[[1.2621775e-29]]]\n"}};
    static struct sink whole;

    (void)state;
    for (size_t k = 0; k < NUM_ELEMENTS(rows); k++) {
        assert_int_equal(print_into(&whole, MAX_NBYTES, &rows[k].value, OUTERFILL_FLOAT32, 1, 1, 1),
                         0);
        assert_int_equal(whole.nbytes, strlen(rows[k].text));
        assert_memory_equal(whole.text, rows[k].text, whole.nbytes);
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_small_arrays),
        cmocka_unit_test(test_summaries),
        cmocka_unit_test(test_no_elements),
        cmocka_unit_test(test_a_full_disk_behind_a_buffer),
        cmocka_unit_test(test_powers_of_two_beside_a_nearer_number),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
