/* SPDX-License-Identifier: MIT
 *
 * Guards fills into .npy files: the file is what NumPy calls format 1.0 with its data at byte 4096, judged by hand from its
 * bytes; an existing file is kept or replaced as asked, and keeps its old content until the new one is complete; a cancel or a
 * failure leaves neither the file nor its .part. Everything happens in a fresh folder under the current one.
 */
#include <errno.h>
#include <signal.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

#include "checks.h"
#include "device_line.h"
#include "oracle.h"
#include "scratch.h"

#define DATA_OFFSET 4096
#define N           ((size_t)211)
#define M           ((size_t)307)

/* File options that say nothing but what to do with an existing file; valid until the next call. */
static const outerfill_file_options *to(outerfill_existing existing) {
    static outerfill_file_options options = {.struct_nbytes = sizeof options};
    options.existing = existing;
    return &options;
}

static outerfill_context *context, *other_context;
static outerfill_function *function, *other_function;
static double a[N], b[M];

static const char old_content[] = "an older file that is no array";

static int part_exists(const char *path) {
    char part[520];

    snprintf(part, sizeof part, "%s.part", path);
    return scratch_exists(part);
}

static mode_t mode_of_part(const char *path) {
    struct stat facts;
    char part[520];

    snprintf(part, sizeof part, "%s.part", path);
    return stat(part, &facts) ? 0 : facts.st_mode & 0777;
}

static void write_old(const char *path) {
    scratch_write(path, old_content, sizeof old_content);
}

static int holds_old(const char *path) {
    return scratch_holds(path, old_content, sizeof old_content);
}

/* ---- The format ------------------------------------------------------------------------------------------------------------ */

/* Magic, version 1.0, a header that fills the file up to byte 4096 and ends in a newline, and in it the three keys. */
static void check_header(const unsigned char *content, size_t nbytes, const char *descr,
                         const char *shape) {
    char text[DATA_OFFSET + 1] = "";
    size_t header_nbytes;

    assert_true(nbytes >= DATA_OFFSET);
    assert_memory_equal(content, "\x93NUMPY\x01\x00", 8);
    header_nbytes = content[8] + 256u * content[9];
    assert_int_equal(header_nbytes, DATA_OFFSET - 10);
    memcpy(text, content + 10, header_nbytes);
    assert_int_equal(strlen(text), header_nbytes);
    assert_int_equal(text[0], '{');
    assert_int_equal(text[header_nbytes - 1], '\n');
    check_contains(text, descr);
    check_contains(text, "'fortran_order': False");
    check_contains(text, shape);
    assert_int_equal(strspn(strchr(text, '}') + 1, " "), strlen(strchr(text, '}')) - 2);
}

static void check_file(const char *path, const oracle_function *oracle,
                       const oracle_problem *problem) {
    size_t nbytes,
        data_nbytes = oracle_nbytes(problem->dtype, oracle->num_planes * problem->n * problem->m);
    unsigned char *content = scratch_read(path, &nbytes);
    char shape[100];

    snprintf(shape, sizeof shape, "'shape': (%zu, %zu, %zu)", oracle->num_planes, problem->n,
             problem->m);
    check_header(content, nbytes,
                 problem->dtype == OUTERFILL_FLOAT64 ? "'descr': '<f8'" : "'descr': '<f4'", shape);
    assert_int_equal(nbytes, DATA_OFFSET + data_nbytes);
    assert_int_equal(oracle_check(oracle, problem, content + DATA_OFFSET, path), 0);
    assert_false(part_exists(path));
    free(content);
}

static const struct {
    outerfill_dtype dtype;
    size_t n, m, memory_nbytes;
    outerfill_transfer transfer;
} files[] = {
    {OUTERFILL_FLOAT64, N, M, 0, OUTERFILL_TRANSFER_AUTO},
    {OUTERFILL_FLOAT32, N, M, 0, OUTERFILL_TRANSFER_AUTO},
    {OUTERFILL_FLOAT64, N, M, 64 << 10, OUTERFILL_TRANSFER_MAPPED},
    {OUTERFILL_FLOAT64, N, M, 64 << 10, OUTERFILL_TRANSFER_STAGED},
    {OUTERFILL_FLOAT32, 1, 1, 0, OUTERFILL_TRANSFER_STAGED},
    {OUTERFILL_FLOAT64, N, 1, 0, OUTERFILL_TRANSFER_MAPPED},
    {OUTERFILL_FLOAT64, 0, M, 0, OUTERFILL_TRANSFER_AUTO},
    {OUTERFILL_FLOAT32, N, 0, 0, OUTERFILL_TRANSFER_AUTO},
    {OUTERFILL_FLOAT64, 0, 0, 0, OUTERFILL_TRANSFER_AUTO},
};

static void test_files_of_every_kind(void **state) {
    double inputs_a[N], inputs_b[M];

    (void)state;
    for (size_t k = 0; k < NUM_ELEMENTS(files); k++) {
        outerfill_fill_options options = {.struct_nbytes = sizeof options,
                                          .memory_nbytes = files[k].memory_nbytes,
                                          .transfer = files[k].transfer};
        oracle_problem problem = {files[k].dtype, inputs_a, files[k].n, inputs_b, files[k].m, NULL};
        outerfill_function *own = check_function(context, files[k].dtype, 0, NULL);
        const char *path = scratch_path("kind.npy");
        outerfill_error error;
        oracle_plain(files[k].dtype, inputs_a, problem.n, 131);
        oracle_plain(files[k].dtype, inputs_b, problem.m, 132);
        check_ok(outerfill_fill_npy(own, inputs_a, problem.n, inputs_b, problem.m, path, NULL,
                                    &options, &error),
                 &error);
        check_file(path, &oracle_default, &problem);
        assert_int_equal(unlink(path), 0);
        outerfill_function_destroy(own);
    }
}

/* What was written, read again: the data as a 1-D file, since outerfill_npy_load takes no other, and says so of the whole. */
static void test_round_trip(void **state) {
    static const char header[] = "{'descr': '<f8', 'fortran_order': False, 'shape': (129554,), }";
    const char *path = scratch_path("round.npy"), *flat = scratch_path("flat.npy");
    size_t nbytes, n = 0, num_values = 2 * N * M;
    unsigned char *content, prefix[128];
    void *values = NULL;
    outerfill_error error;

    (void)state;
    assert_int_equal(num_values, 129554);
    check_ok(outerfill_fill_npy(function, a, N, b, M, path, NULL, NULL, &error), &error);
    check_status(outerfill_npy_load(path, OUTERFILL_FLOAT64, &values, &n, &error),
                 OUTERFILL_INVALID_ARGUMENT, &error);
    content = scratch_read(path, &nbytes);
    memset(prefix, ' ', sizeof prefix);
    memcpy(prefix, "\x93NUMPY\x01\x00\x76\x00", 10);
    memcpy(prefix + 10, header, strlen(header));
    prefix[sizeof prefix - 1] = '\n';
    memcpy(content + DATA_OFFSET - sizeof prefix, prefix, sizeof prefix);
    scratch_write(flat, content + DATA_OFFSET - sizeof prefix,
                  sizeof prefix + num_values * sizeof(double));
    check_ok(outerfill_npy_load(flat, OUTERFILL_FLOAT64, &values, &n, &error), &error);
    assert_int_equal(n, num_values);
    assert_int_equal(
        oracle_compare(OUTERFILL_FLOAT64, content + DATA_OFFSET, values, n, "round trip"), 0);
    outerfill_free(values);
    free(content);
    unlink(path);
    unlink(flat);
}

/* ---- A file that exists ---------------------------------------------------------------------------------------------------- */

static void test_existing_file_is_kept(void **state) {
    const char *path = scratch_path("kept.npy");
    outerfill_error error;

    (void)state;
    write_old(path);
    check_status(outerfill_fill_npy(function, a, N, b, M, path, NULL, NULL, &error),
                 OUTERFILL_FILE_FAILED, &error);
    check_contains(error.message, "kept.npy");
    assert_true(holds_old(path));
    assert_false(part_exists(path));
    unlink(path);
}

static double nine_float64(size_t p, double x, double y, const oracle_cell *cell) {
    (void)cell;
    return x * (double)(p + 1) - y;
}

/* Blocks are larger where there are many planes. */
static void test_nine_planes(void **state) {
    static const char *const expressions[] = {"a * 1 - b", "a * 2 - b", "a * 3 - b",
                                              "a * 4 - b", "a * 5 - b", "a * 6 - b",
                                              "a * 7 - b", "a * 8 - b", "a * 9 - b"};
    static const oracle_function nine = {9, nine_float64, NULL};
    const char *path = scratch_path("nine.npy");
    oracle_problem problem = {OUTERFILL_FLOAT64, a, N, b, M, NULL};
    outerfill_function *planes = check_function(context, OUTERFILL_FLOAT64, 9, expressions);
    outerfill_error error;

    (void)state;
    check_ok(outerfill_fill_npy(planes, a, N, b, M, path, NULL, NULL, &error), &error);
    check_file(path, &nine, &problem);
    outerfill_function_destroy(planes);
    unlink(path);
}

/* What the callback sees of the file, and when it cancels. */
typedef struct onlooker {
    const char *path;
    size_t num_calls, num_old, num_parts, cancel_at_call;
    mode_t part_mode;
    outerfill_status second_fill;
    int fill_again;
} onlooker;

static int look(size_t rows_done, size_t num_rows, void *user_data) {
    onlooker *seen = user_data;

    (void)rows_done, (void)num_rows;
    if (seen->num_calls++ == 0 && seen->fill_again)
        seen->second_fill = outerfill_fill_npy(other_function, a, 3, b, 3, seen->path,
                                               to(OUTERFILL_EXISTING_REPLACE), NULL, NULL);
    seen->num_old += (size_t)holds_old(seen->path);
    seen->num_parts += (size_t)part_exists(seen->path);
    if (part_exists(seen->path)) seen->part_mode = mode_of_part(seen->path);
    return seen->num_calls == seen->cancel_at_call;
}

static outerfill_status fill_looked_on(onlooker *seen, outerfill_existing existing,
                                       outerfill_error *error) {
    outerfill_fill_options options = {.struct_nbytes = sizeof options,
                                      .memory_nbytes = 64 << 10,
                                      .progress = look,
                                      .progress_data = seen};

    return outerfill_fill_npy(function, a, N, b, M, seen->path, to(existing), &options, error);
}

/* The new one may be read and written by those who might the old one, and by nobody else meanwhile. */
static void test_existing_file_is_replaced_when_complete(void **state) {
    oracle_problem problem = {OUTERFILL_FLOAT64, a, N, b, M, NULL};
    onlooker seen = {.path = scratch_path("replaced.npy")};
    outerfill_error error;
    struct stat facts;

    (void)state;
    write_old(seen.path);
    assert_int_equal(chmod(seen.path, 0446),
                     0); /* its owner may write to the part, but not to the file */
    check_ok(fill_looked_on(&seen, OUTERFILL_EXISTING_REPLACE, &error), &error);
    assert_true(seen.num_calls > 1);
    assert_true(seen.num_old >= seen.num_calls - 1); /* the last call may come when all is done */
    assert_true(seen.num_parts >= seen.num_calls - 1);
    assert_int_equal(seen.part_mode, 0646);
    check_file(seen.path, &oracle_default, &problem);
    assert_true(stat(seen.path, &facts) == 0 && (facts.st_mode & 0777) == 0446);
    check_ok(outerfill_fill_npy(function, a, N, b, M, seen.path, to(OUTERFILL_EXISTING_REPLACE),
                                NULL, &error),
             &error);
    check_file(seen.path, &oracle_default, &problem);
    unlink(seen.path);
}

static void test_part_in_use_is_refused(void **state) {
    oracle_problem problem = {OUTERFILL_FLOAT64, a, N, b, M, NULL};
    onlooker seen = {.path = scratch_path("busy.npy"), .fill_again = 1};
    outerfill_error error;

    (void)state;
    check_ok(fill_looked_on(&seen, OUTERFILL_EXISTING_KEEP, &error), &error);
    check_status(seen.second_fill, OUTERFILL_FILE_FAILED, NULL);
    check_file(seen.path, &oracle_default, &problem);
    unlink(seen.path);
}

/* A .part that nobody writes any more, left by a fill that has finished no band, is in nobody's way. */
static void test_leftover_part_is_no_obstacle(void **state) {
    oracle_problem problem = {OUTERFILL_FLOAT64, a, N, b, M, NULL};
    const char *path = scratch_path("leftover.npy");
    onlooker seen = {.path = path, .cancel_at_call = 1};
    const outerfill_fill_options options = {
        .struct_nbytes = sizeof options, .progress = look, .progress_data = &seen};
    const outerfill_file_options shard = {
        .struct_nbytes = sizeof shard, .shard = 1, .num_shards = 1};
    outerfill_error error;

    (void)state;
    check_status(outerfill_fill_npy(function, a, N, b, M, path, &shard, &options, &error),
                 OUTERFILL_CANCELLED, &error);
    assert_true(part_exists(path));
    check_ok(outerfill_fill_npy(function, a, N, b, M, path, NULL, NULL, &error), &error);
    assert_false(part_exists(path));
    check_file(path, &oracle_default, &problem);
    unlink(path);
}

/* What has that name and is not what a fill leaves is somebody's own: it stays, and so does what is linked to it. */
static void test_foreign_part_is_kept(void **state) {
    const char *path = scratch_path("foreign.npy"), *part = scratch_path("foreign.npy.part"),
               *other = scratch_path("other");
    outerfill_error error;

    (void)state;
    write_old(part);
    check_status(outerfill_fill_npy(function, a, N, b, M, path, NULL, NULL, &error),
                 OUTERFILL_FILE_FAILED, &error);
    check_contains(error.message, "foreign.npy.part");
    assert_true(holds_old(part));
    unlink(part);
    scratch_write(other, "", 0);
    assert_int_equal(link(other, part), 0);
    check_status(outerfill_fill_npy(function, a, N, b, M, path, NULL, NULL, &error),
                 OUTERFILL_FILE_FAILED, &error);
    assert_true(scratch_holds(other, "", 0) && scratch_exists(part));
    unlink(part);
    unlink(other);
    assert_int_equal(mkfifo(part, 0600), 0);
    check_status(outerfill_fill_npy(function, a, N, b, M, path, NULL, NULL, &error),
                 OUTERFILL_FILE_FAILED, &error);
    assert_true(scratch_exists(part) && !scratch_exists(path));
    unlink(part);
}

/* A link to a file that is there is followed; one to a file that is not there is refused before anything is computed. */
static void test_symbolic_links(void **state) {
    oracle_problem problem = {OUTERFILL_FLOAT64, a, N, b, M, NULL};
    const char *target = scratch_path("target.npy"), *path = scratch_path("link.npy");
    struct stat facts;
    outerfill_error error;

    (void)state;
    assert_int_equal(symlink("target.npy", path), 0);
    check_status(outerfill_fill_npy(function, a, N, b, M, path, to(OUTERFILL_EXISTING_REPLACE),
                                    NULL, &error),
                 OUTERFILL_FILE_FAILED, &error);
    write_old(target);
    check_ok(outerfill_fill_npy(function, a, N, b, M, path, to(OUTERFILL_EXISTING_REPLACE), NULL,
                                &error),
             &error);
    assert_true(lstat(path, &facts) == 0 && S_ISLNK(facts.st_mode));
    check_file(target, &oracle_default, &problem);
    unlink(path);
    unlink(target);
}

static int change_folder(size_t rows_done, size_t num_rows, void *user_data) {
    (void)rows_done, (void)num_rows, (void)user_data;
    return chdir("/");
}

static void test_change_of_folder_during_a_fill(void **state) {
    oracle_problem problem = {OUTERFILL_FLOAT64, a, N, b, M, NULL};
    const char *path = scratch_path("chdir.npy");
    outerfill_fill_options options = {.struct_nbytes = sizeof options, .progress = change_folder};
    const int folder = open(".", O_RDONLY | O_DIRECTORY);
    outerfill_error error;

    (void)state;
    const outerfill_status status =
        outerfill_fill_npy(function, a, N, b, M, path, NULL, &options, &error);
    assert_int_equal(fchdir(folder), 0);
    close(folder);
    check_ok(status, &error);
    assert_false(part_exists(path));
    check_file(path, &oracle_default, &problem);
    unlink(path);
}

/* ---- Cancel and failure ---------------------------------------------------------------------------------------------------- */

/* Cancelled at its first call, before a band is finished. */
/* Puts other files in the places of the fill's own. */
static int swap_and_cancel(size_t rows_done, size_t num_rows, void *user_data) {
    const char *const *names = user_data;
    (void)rows_done, (void)num_rows;
    for (size_t k = 0; k < 2; k++) {
        unlink(names[k]);
        write_old(names[k]);
    }
    return 1;
}

static void test_cancel_spares_what_is_not_its_own(void **state) {
    const char *names[] = {scratch_path("swapped.npy.part"), scratch_path("swapped.npy.journal")};
    const outerfill_fill_options options = {.struct_nbytes = sizeof options,
                                            .memory_nbytes = 64 << 10,
                                            .progress = swap_and_cancel,
                                            .progress_data = (void *)names};
    outerfill_error error;

    (void)state;
    check_status(outerfill_fill_npy(function, a, N, b, M, scratch_path("swapped.npy"), NULL,
                                    &options, &error),
                 OUTERFILL_CANCELLED, &error);
    check_contains(error.message, "swapped.npy.part\" was removed while the fill ran");
    for (size_t k = 0; k < 2; k++) {
        assert_true(holds_old(names[k]));
        unlink(names[k]);
    }
}

static void test_cancel_leaves_nothing(void **state) {
    onlooker fresh = {.path = scratch_path("cancelled.npy"), .cancel_at_call = 1};
    onlooker replacing = {.path = scratch_path("still_old.npy"), .cancel_at_call = 1};
    outerfill_error error;

    (void)state;
    check_status(fill_looked_on(&fresh, OUTERFILL_EXISTING_KEEP, &error), OUTERFILL_CANCELLED,
                 &error);
    assert_false(scratch_exists(fresh.path) || part_exists(fresh.path));
    write_old(replacing.path);
    check_status(fill_looked_on(&replacing, OUTERFILL_EXISTING_REPLACE, &error),
                 OUTERFILL_CANCELLED, &error);
    assert_true(holds_old(replacing.path));
    assert_false(part_exists(replacing.path));
    unlink(replacing.path);
}

/* A limit on the size of files, 64 KiB, stands for the full disk: reserving the space fails before anything is computed. The
 * functions have been used before, so that the driver has no file to write in between. */
static void test_no_room_leaves_nothing(void **state) {
    const char *path = scratch_path("no_room.npy");
    struct rlimit before, small;
    outerfill_error error;
    outerfill_status status, status_replacing;

    (void)state;
    write_old(scratch_path("old.npy"));
    check_ok(outerfill_fill_npy(function, a, N, b, M, path, NULL, NULL, &error), &error);
    unlink(path);
    signal(SIGXFSZ, SIG_IGN);
    assert_int_equal(getrlimit(RLIMIT_FSIZE, &before), 0);
    small = before;
    small.rlim_cur = 64 << 10;
    assert_int_equal(setrlimit(RLIMIT_FSIZE, &small), 0);
    status_replacing = outerfill_fill_npy(function, a, N, b, M, scratch_path("old.npy"),
                                          to(OUTERFILL_EXISTING_REPLACE), NULL, NULL);
    status = outerfill_fill_npy(function, a, N, b, M, path, NULL, NULL, &error);
    assert_int_equal(setrlimit(RLIMIT_FSIZE, &before), 0);
    check_status(status, OUTERFILL_FILE_FAILED, &error);
    check_contains(error.message, "no_room.npy");
    assert_int_equal(error.system_code, EFBIG);
    assert_false(scratch_exists(path) || part_exists(path));
    check_status(status_replacing, OUTERFILL_FILE_FAILED, NULL);
    assert_true(holds_old(scratch_path("old.npy")));
    assert_false(part_exists(scratch_path("old.npy")));
    unlink(scratch_path("old.npy"));
    check_ok(outerfill_fill_npy(function, a, N, b, M, path, NULL, NULL, &error), &error);
    assert_int_equal(error.system_code, 0);
    unlink(path);
}

/* ---- Paths ----------------------------------------------------------------------------------------------------------------- */

static void check_path_fails(const char *path, outerfill_existing existing) {
    outerfill_error error;
    outerfill_status status =
        outerfill_fill_npy(function, a, N, b, M, path, to(existing), NULL, &error);

    if (status != OUTERFILL_FILE_FAILED) print_error("path \"%.80s\":\n", path);
    check_status(status, OUTERFILL_FILE_FAILED, &error);
    assert_int_equal(error.opencl_code, 0);
}

/* Folders that are missing, not folders, or where nobody may write, not even root; a folder as the file. */
static void test_paths_that_cannot_be(void **state) {
    static char long_path[6000];
    const char *file = scratch_path("file"), *subfolder = scratch_path("sub.npy");
    char below_file[500];

    (void)state;
    memset(long_path, 'x', sizeof long_path - 1);
    write_old(file);
    assert_int_equal(mkdir(subfolder, 0700), 0);
    snprintf(below_file, sizeof below_file, "%s/x.npy", file);
    for (outerfill_existing existing = OUTERFILL_EXISTING_KEEP;
         existing <= OUTERFILL_EXISTING_REPLACE; existing++) {
        check_path_fails("no/such/folder/x.npy", existing);
        check_path_fails("/proc/outerfill_test.npy", existing);
        check_path_fails(below_file, existing);
        check_path_fails(long_path, existing);
        check_path_fails(subfolder, existing);
        assert_false(part_exists(subfolder));
    }
    assert_int_equal(rmdir(subfolder), 0);
    assert_true(holds_old(file));
    unlink(file);
}

static void test_nothing_is_left(void **state) {
    (void)state;
    scratch_remove();
}

static int open_all(void **state) {
    (void)state;
    scratch_create();
    context = check_context(NULL);
    other_context = check_context(NULL);
    function = check_function(context, OUTERFILL_FLOAT64, 0, NULL);
    other_function = check_function(other_context, OUTERFILL_FLOAT64, 0, NULL);
    oracle_plain(OUTERFILL_FLOAT64, a, N, 133);
    oracle_plain(OUTERFILL_FLOAT64, b, M, 134);
    return 0;
}

static int close_all(void **state) {
    (void)state;
    outerfill_function_destroy(function);
    outerfill_function_destroy(other_function);
    outerfill_context_destroy(context);
    outerfill_context_destroy(other_context);
    return 0;
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_files_of_every_kind),
        cmocka_unit_test(test_round_trip),
        cmocka_unit_test(test_existing_file_is_kept),
        cmocka_unit_test(test_nine_planes),
        cmocka_unit_test(test_existing_file_is_replaced_when_complete),
        cmocka_unit_test(test_part_in_use_is_refused),
        cmocka_unit_test(test_leftover_part_is_no_obstacle),
        cmocka_unit_test(test_foreign_part_is_kept),
        cmocka_unit_test(test_symbolic_links),
        cmocka_unit_test(test_change_of_folder_during_a_fill),
        cmocka_unit_test(test_cancel_spares_what_is_not_its_own),
        cmocka_unit_test(test_cancel_leaves_nothing),
        cmocka_unit_test(test_no_room_leaves_nothing),
        cmocka_unit_test(test_paths_that_cannot_be),
        cmocka_unit_test(test_nothing_is_left),
    };

    setenv("POCL_SIGFPE_HANDLER", "0", 1);
    device_line_print();
    return cmocka_run_group_tests(tests, open_all, close_all) == 0 ? 0 : 1;
}
