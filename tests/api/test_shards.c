/* SPDX-License-Identifier: MIT
 *
 * Guards files that several processes fill: any number of shards, at once or one after the other or killed on the way, give the
 * file that one process writes, and whoever comes last completes it; who must not take part is refused; and
 * outerfill_file_status_create tells all along who is at work and what is missing. OpenCL drivers do not survive fork(): every shard is
 * this program, executed again.
 * */
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <spawn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "checks.h"
#include "device_line.h"
#include "file_fill.h"
#include "oracle.h"
#include "scratch.h"
#include "writes.h"

enum { N = 53, M = 401 };

static outerfill_context *context;
static outerfill_function *function;
static double a[N], b[M];
static file_copy right;

static void open_problem(void) {
    static const char *const expressions[] = {"a * b + (real)(i + j) + 300000",
                                              "a - b + 2000"}; /* nowhere 0 */
    context = check_context(NULL);
    function = check_function(context, OUTERFILL_FLOAT64, 2, expressions);
    oracle_plain(OUTERFILL_FLOAT64, a, N, 261);
    oracle_plain(OUTERFILL_FLOAT64, b, M, 262);
}

static file_fill shard_of(const char *path, size_t shard, size_t num_shards, size_t n) {
    return (file_fill){.function = function,
                       .a = a,
                       .b = b,
                       .n = n,
                       .m = M,
                       .path = path,
                       .file = {.shard = shard, .num_shards = num_shards, .note = "shards"},
                       .options.memory_nbytes = 64 << 10};
}

/* ---- A shard in a process of its own
 * --------------------------------------------------------------------------------------------- */

/* Says in one byte that a band is finished, and waits for one before it goes on; at the end of the input it stops the fill. */
static int pause_there(size_t rows_done, size_t num_rows, void *user_data) {
    int *pipes = user_data;
    char byte = 'p';
    writes_pause_others();
    if (rows_done == 0 || rows_done == num_rows || pipes[0] < 0) {
        writes_allow_one();
        return 0;
    }
    const int goes_on = write(pipes[1], &byte, 1) == 1 && read(pipes[0], &byte, 1) == 1;
    pipes[0] = -1;
    if (goes_on)
        writes_release();
    else
        writes_stop();
    return !goes_on;
}

/* main of such a process: PATH SHARD NUM_SHARDS N [INPUT OUTPUT]; its exit status is the fill's. */
static int be_a_shard(char **arguments, int num_arguments) {
    int pipes[2] = {-1, -1};
    open_problem();
    file_fill fill = shard_of(arguments[0], strtoul(arguments[1], NULL, 10),
                              strtoul(arguments[2], NULL, 10), strtoul(arguments[3], NULL, 10));
    if (num_arguments == 6) {
        pipes[0] = atoi(arguments[4]);
        pipes[1] = atoi(arguments[5]);
        writes_hold_others();
    }
    fill.options.progress = pause_there;
    fill.options.progress_data = pipes;
    const outerfill_status status = file_fill_run(&fill, NULL);
    outerfill_function_destroy(function);
    outerfill_context_destroy(context);
    return (int)status;
}

typedef struct process {
    pid_t pid;
    int input, output; /* -1: it does not pause */
} process;

static process start(const char *path, size_t shard, size_t num_shards, size_t n, int pauses) {
    static char program[] = "/proc/self/exe";
    extern char **environ;
    char words[5][24], name[520];
    char *arguments[] = {program, name, words[0], words[1], words[2], words[3], words[4], NULL};
    process child = {0, -1, -1};
    int to[2] = {-1, -1}, from[2] = {-1, -1};

    snprintf(name, sizeof name, "%s", path);
    if (pauses) { /* the child gets its own ends alone, so that it sees when this process has ended */
        assert_true(pipe2(to, O_CLOEXEC) == 0 && pipe2(from, O_CLOEXEC) == 0);
        assert_true(fcntl(to[0], F_SETFD, 0) == 0 && fcntl(from[1], F_SETFD, 0) == 0);
    }
    const size_t numbers[] = {shard, num_shards, n, (size_t)to[0], (size_t)from[1]};
    for (size_t k = 0; k < NUM_ELEMENTS(numbers); k++)
        snprintf(words[k], sizeof words[k], "%zu", numbers[k]);
    if (!pauses) arguments[5] = NULL;
    assert_int_equal(posix_spawn(&child.pid, program, NULL, NULL, arguments, environ), 0);
    if (pauses) close(to[0]), close(from[1]);
    child.input = to[1];
    child.output = from[0];
    return child;
}

/* Waits until it has finished a band. */
static void await_pause(const process *child) {
    char byte;
    assert_int_equal(read(child->output, &byte, 1), 1);
}

static int await_end(const process *child) {
    int status;
    assert_int_equal(waitpid(child->pid, &status, 0), child->pid);
    if (child->input >= 0) close(child->input), close(child->output);
    return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}

static int go_on(const process *child) {
    assert_int_equal(write(child->input, "g", 1), 1);
    return await_end(child);
}

/* ---- All of them
 * ------------------------------------------------------------------------------------------------------------------ */

static void forget_journals(const char *path, size_t num_shards) {
    for (size_t shard = 1; shard <= num_shards; shard++)
        if (scratch_exists(
                scratch_path("%s.journal-%zu-of-%zu", strrchr(path, '/') + 1, shard, num_shards)))
            fail_msg("journal %zu of %zu is left", shard, num_shards);
}

static void test_at_once(void **state) {
    static const size_t numbers[] = {1, 2, 3, 7};

    (void)state;
    for (size_t k = 0; k < NUM_ELEMENTS(numbers); k++) {
        const char *path = scratch_path("at_once.npy");
        process children[7];
        for (size_t shard = 0; shard < numbers[k]; shard++)
            children[shard] = start(path, shard + 1, numbers[k], N, 0);
        for (size_t shard = 0; shard < numbers[k]; shard++)
            assert_int_equal(await_end(&children[shard]), OUTERFILL_OK);
        file_fill_check_done(path, &right, "shards at once");
        forget_journals(path, numbers[k]);
    }
}

/* The order is any; before the last one the file is not there. The same process may do them all. */
static void test_one_after_the_other(void **state) {
    static const size_t order[] = {5, 1, 7, 3, 2, 6, 4};

    (void)state;
    for (size_t num_shards = 1; num_shards <= 7; num_shards += 2) {
        const char *path = scratch_path("in_turn.npy");
        size_t num_done = 0;
        for (size_t k = 0; k < NUM_ELEMENTS(order); k++) {
            const file_fill fill = shard_of(path, order[k], num_shards, N);
            outerfill_error error;
            if (order[k] > num_shards) continue;
            assert_false(scratch_exists(path));
            check_ok(file_fill_run(&fill, &error), &error);
            num_done++;
        }
        assert_int_equal(num_done, num_shards);
        file_fill_check_done(path, &right, "shards in turn");
        forget_journals(path, num_shards);
    }
}

/* Of one that was killed, or lost its power, before its journal had a head. */
static void test_a_journal_without_its_head(void **state) {
    static const char zeros[100];

    (void)state;
    for (size_t nbytes = 0; nbytes <= sizeof zeros; nbytes += sizeof zeros) {
        const char *path = scratch_path("headless.npy");
        outerfill_error error;
        for (size_t shard = 1; shard <= 2; shard++) {
            const file_fill fill = shard_of(path, shard, 2, N);
            check_ok(file_fill_run(&fill, &error), &error);
            if (shard == 1)
                scratch_write(scratch_path("headless.npy.journal-2-of-2"), zeros, nbytes);
        }
        file_fill_check_done(path, &right, "a journal without its head");
        forget_journals(path, 2);
    }
}

/* Some have no row at all. None of them fails, also not one that comes when the file is complete, and the file is right. */
static void test_more_shards_than_rows(void **state) {
    (void)state;
    for (int turn = 0; turn < 3; turn++) {
        const char *path = scratch_path("few_rows.npy");
        outerfill_error error;
        for (size_t k = 1; k <= 7; k++) {
            const file_fill fill = shard_of(path,
                                            turn == 0   ? k
                                            : turn == 1 ? 8 - k
                                                        : (3 * k) % 7 + 1,
                                            7, 3);
            const outerfill_status status = file_fill_run(&fill, &error);
            if (status)
                print_error("order %d, call %zu, shard %zu of 7 of 3 rows:\n", turn, k,
                            fill.file.shard);
            check_ok(status, &error);
        }
        file_copy whole = file_copy_of(path);
        assert_int_equal(whole.nbytes, FILE_FILL_DATA_OFFSET + 2 * 3 * M * sizeof(double));
        for (size_t cell = 0; cell < (size_t)3 * M; cell++)
            assert_true(((double *)(whole.bytes + FILE_FILL_DATA_OFFSET))[3 * M + cell] ==
                        a[cell / M] - b[cell % M] + 2000);
        file_fill_check_done(path, &whole, "few rows");
        forget_journals(path, 7);
        file_copy_free(&whole);
    }
}

/* ---- Killed
 * ------------------------------------------------------------------------------------------------------------------------- */

static void check_run(const char *path, outerfill_file_state expected, size_t num_writers,
                      size_t num_running) {
    outerfill_file_status *run = NULL;
    outerfill_error error;
    size_t num_missing = 0, found_running = 0;

    check_ok(outerfill_file_status_create(path, &run, &error), &error);
    assert_int_equal(run->state, expected);
    assert_int_equal(run->num_writers, num_writers);
    for (size_t k = 0; k < run->num_writers; k++) {
        const outerfill_file_writer *writer = run->writers[k];
        found_running += writer->is_running != 0;
        assert_true(writer->num_shards == 2 && (writer->shard == 1 || writer->shard == 2) &&
                    writer->pid > 0);
        assert_true(writer->begun > 1.7e9 &&
                    (writer->cells_done == 0 || writer->last >= writer->begun));
        assert_int_equal(writer->is_finished != 0,
                         writer->cells_done ==
                             (writer->shard == 1 ? N / 2 : N - N / 2) * (size_t)M);
    }
    assert_int_equal(found_running, num_running);
    for (size_t k = 0; k < run->num_missing; k++) {
        assert_true(run->missing[k].begin < run->missing[k].end &&
                    run->missing[k].end <= (size_t)N * M);
        if (k > 0) assert_true(run->missing[k].begin > run->missing[k - 1].end);
        num_missing += run->missing[k].end - run->missing[k].begin;
    }
    assert_int_equal(run->cells_done + num_missing, (size_t)N * M);
    if (expected != OUTERFILL_FILE_COMPLETE) assert_string_equal(run->note, "shards");
    outerfill_free(run);
}

/* Both are at work; one is killed, the other ends; the killed one's shard is done once more. */
static void test_one_is_killed(void **state) {
    const char *path = scratch_path("killed.npy");
    process first = start(path, 1, 2, N, 1), second;
    const file_fill again = shard_of(path, 1, 2, N);
    outerfill_error error;

    (void)state;
    await_pause(&first);
    check_run(path, OUTERFILL_FILE_RUNNING, 1, 1);
    second = start(path, 2, 2, N, 1);
    await_pause(&second);
    check_run(path, OUTERFILL_FILE_RUNNING, 2, 2);
    kill(first.pid, SIGKILL);
    assert_int_equal(await_end(&first), -1);
    check_run(path, OUTERFILL_FILE_RUNNING, 2, 1);
    assert_int_equal(go_on(&second), OUTERFILL_OK);
    check_run(path, OUTERFILL_FILE_STOPPED, 2, 0);
    check_ok(file_fill_run(&again, &error), &error);
    check_run(path, OUTERFILL_FILE_COMPLETE, 0, 0);
    file_fill_check_done(path, &right, "one was killed");
    forget_journals(path, 2);
}

/* What shards have left, one process may go on with, or other shards. */
static void test_other_shards_go_on(void **state) {
    (void)state;
    for (size_t num_shards = 0; num_shards <= 3; num_shards += 3) {
        const char *path = scratch_path("others.npy");
        process first = start(path, 1, 2, N, 1);
        outerfill_error error;
        await_pause(&first);
        kill(first.pid, SIGKILL);
        await_end(&first);
        for (size_t shard = 1; num_shards && shard <= num_shards; shard++) {
            const file_fill fill = shard_of(path, shard, num_shards, N);
            check_ok(file_fill_run(&fill, &error), &error);
        }
        if (num_shards == 0)
            check_ok(file_fill_with(shard_of(path, 0, 0, N), OUTERFILL_UNFINISHED_RESUME, &error),
                     &error);
        file_fill_check_done(path, &right, "other shards");
        forget_journals(path, 2);
        forget_journals(path, 3);
    }
}

static size_t num_told;

static void hear(const char *message, void *user_data) {
    (void)user_data;
    check_contains(message, "finished cells differ from their checksums");
    num_told++;
}

/* One process does the rows of a shard, and is stopped before all are done. The shard that does the rest completes the
 * file, unless a cell that the stopped process left is damaged. Then all of it is done again by a fill that resumes. */
static void test_the_last_after_a_stopped_process(void **state) {
    const char *path = scratch_path("last.npy");
    outerfill_error error;

    (void)state;
    for (int is_damaged = 0; is_damaged < 2; is_damaged++) {
        const file_fill first = shard_of(path, 1, 3, N);
        file_fill last = shard_of(path, 3, 3, N);
        last.file.damage_found = hear;
        num_told = 0;
        check_ok(file_fill_run(&first, &error), &error);
        file_fill_stop(shard_of(path, 0, 0, N), OUTERFILL_UNFINISHED_RESUME, N * 3 / 4);
        file_copy part = file_copy_of(file_fill_part(path));
        part.bytes[FILE_FILL_DATA_OFFSET + (N / 2 * M) * sizeof(double)] ^=
            (unsigned char)is_damaged;
        file_copy_write(&part, file_fill_part(path));
        file_copy_free(&part);
        check_ok(file_fill_run(&last, &error), &error);
        assert_int_equal(num_told, is_damaged);
        assert_int_equal(scratch_exists(path), !is_damaged);
        if (is_damaged)
            check_ok(file_fill_with(shard_of(path, 0, 0, N), OUTERFILL_UNFINISHED_RESUME, &error),
                     &error);
        file_fill_check_done(path, &right, "the last shard");
        forget_journals(path, 3);
    }
}

/* ---- Refused
 * -------------------------------------------------------------------------------------------------------------------------- */

static void check_refused(file_fill fill, outerfill_status expected, const char *mentions) {
    outerfill_error error;
    check_status(file_fill_run(&fill, &error), expected, &error);
    check_contains(error.message, mentions);
}

static void test_refused_while_one_runs(void **state) {
    static double other_a[N];
    const char *path = scratch_path("busy.npy");
    process first = start(path, 1, 2, N, 1);
    file_fill other = shard_of(path, 2, 2, N);
    outerfill_error error;

    (void)state;
    await_pause(&first);
    check_refused(shard_of(path, 1, 2, N), OUTERFILL_FILE_FAILED, "busy.npy"); /* the same shard */
    for (int wish = OUTERFILL_UNFINISHED_KEEP; wish <= OUTERFILL_UNFINISHED_RESTART; wish++)
        check_status(file_fill_with(shard_of(path, 0, 0, N), (outerfill_unfinished)wish, &error),
                     OUTERFILL_FILE_FAILED, &error);
    other.a = other_a;
    check_refused(other, OUTERFILL_INVALID_ARGUMENT, "a is not the same");
    check_refused(shard_of(path, 2, 2, N - 1), OUTERFILL_INVALID_ARGUMENT,
                  "the length of a (53 then, 52 now)");
    other.a = a;
    check_ok(file_fill_run(&other, &error), &error);
    assert_false(scratch_exists(path)); /* the first one is at work still */
    assert_int_equal(go_on(&first), OUTERFILL_OK);
    file_fill_check_done(path, &right, "refused while one ran");
    forget_journals(path, 2);
}

/* And a shard while one process fills all. */
static void test_shard_refused_while_all_are_filled(void **state) {
    const char *path = scratch_path("all.npy");
    process all = start(path, 0, 0, N, 1);

    (void)state;
    await_pause(&all);
    check_refused(shard_of(path, 1, 2, N), OUTERFILL_FILE_FAILED, "all.npy");
    assert_int_equal(go_on(&all), OUTERFILL_OK);
    file_fill_check_done(path, &right, "one process");
}

static void test_bad_numbers(void **state) {
    static const size_t numbers[][2] = {{0, 1}, {2, 1},        {1, 0},
                                        {8, 7}, {SIZE_MAX, 3}, {0, SIZE_MAX}};
    const char *path = scratch_path("numbers.npy");

    (void)state;
    for (size_t k = 0; k < NUM_ELEMENTS(numbers); k++) {
        check_refused(shard_of(path, numbers[k][0], numbers[k][1], N), OUTERFILL_INVALID_ARGUMENT,
                      "shard");
        assert_false(scratch_exists(path) || scratch_exists(file_fill_part(path)));
    }
}

static int open_all(void **state) {
    const char *path = scratch_path("right.npy");
    file_fill fill;
    outerfill_error error;

    (void)state;
    scratch_create();
    path = scratch_path("right.npy");
    open_problem();
    fill = shard_of(path, 0, 0, N);
    check_ok(file_fill_run(&fill, &error), &error);
    right = file_copy_of(path);
    file_fill_check_done(path, &right, "one process");
    return 0;
}

static int close_all(void **state) {
    (void)state;
    file_copy_free(&right);
    outerfill_function_destroy(function);
    outerfill_context_destroy(context);
    scratch_remove();
    return 0;
}

int main(int num_arguments, char **arguments) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_at_once),
        cmocka_unit_test(test_one_after_the_other),
        cmocka_unit_test(test_a_journal_without_its_head),
        cmocka_unit_test(test_more_shards_than_rows),
        cmocka_unit_test(test_one_is_killed),
        cmocka_unit_test(test_other_shards_go_on),
        cmocka_unit_test(test_the_last_after_a_stopped_process),
        cmocka_unit_test(test_refused_while_one_runs),
        cmocka_unit_test(test_shard_refused_while_all_are_filled),
        cmocka_unit_test(test_bad_numbers),
    };

    setenv("POCL_SIGFPE_HANDLER", "0", 1);
    if (num_arguments > 1) return be_a_shard(arguments + 1, num_arguments - 1);
    device_line_print();
    return cmocka_run_group_tests(tests, open_all, close_all) == 0 ? 0 : 1;
}
