/* SPDX-License-Identifier: MIT
 *
 * Guards fork(): a child of a process that has used a device gets OUTERFILL_AFTER_FORK from every call that needs one, at once
 * and without hanging; what needs no device works, and so does exec. The parent goes on. A process that forks before its first
 * use may use devices in the child. Each child has 60 s, then an alarm ends it and the test fails.
 */
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "checks.h"
#include "device_line.h"
#include "oracle.h"

#define N             ((size_t)7)
#define M             ((size_t)11)
#define CHILD_SECONDS 60

static outerfill_context *context;
static outerfill_function *function;
static double a[N], b[M], ab[2 * N * M];
static const outerfill_fill_options by_devices = {.struct_nbytes = sizeof by_devices,
                                                  .transfer = OUTERFILL_TRANSFER_MAPPED};
static int early_child_status = -1;

/* ---- Children: their exit status is the number of the check that failed, 0 where none did -----------------------------------
 */

typedef int child(void);

static int run_child(child *work) {
    int status = -1;
    pid_t pid;

    fflush(NULL);
    pid = fork();
    if (pid == 0) {
        signal(SIGALRM, SIG_DFL);
        alarm(CHILD_SECONDS);
        _exit(work());
    }
    if (pid < 0 || waitpid(pid, &status, 0) != pid) return -1;
    if (WIFSIGNALED(status))
        fprintf(stderr, "the child was ended by signal %d%s\n", WTERMSIG(status),
                WTERMSIG(status) == SIGALRM ? ": it hung" : "");
    return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}

static int is_refused(outerfill_status status, const outerfill_error *error, const char *call) {
    int refused =
        status == OUTERFILL_AFTER_FORK && error->status == status && error->message[0] != '\0';

    if (!refused)
        fprintf(stderr, "%s in the child: %s: %s\n", call, outerfill_status_name(status),
                error->message);
    return refused;
}

static int take_nothing(const outerfill_band *band, void *user_data) {
    (void)band, (void)user_data;
    return 1;
}

static int call_everything(void) {
    outerfill_context *own_context = NULL;
    outerfill_function *own_function = NULL;
    const outerfill_device **devices = NULL;
    size_t num_devices = 0;
    outerfill_error error;

    if (!is_refused(outerfill_context_create(NULL, &own_context, &error), &error,
                    "context_create") ||
        own_context != NULL)
        return 1;
    if (!is_refused(outerfill_function_create(context, NULL, &own_function, &error), &error,
                    "function_create"))
        return 2;
    if (!is_refused(outerfill_fill(function, a, N, b, M, ab, &by_devices, &error), &error, "fill"))
        return 3;
    if (!is_refused(outerfill_devices_create(&devices, &num_devices, &error), &error,
                    "devices_create"))
        return 4;
    setenv("OUTERFILL_DEVICE", "any", 1);
    if (!is_refused(outerfill(a, N, b, M, ab, &error), &error, "outerfill")) return 5;
    if (!is_refused(outerfill_fill_npy(function, a, N, b, M, "after_fork.npy", NULL, NULL, &error),
                    &error, "fill_npy"))
        return 6;
    if (!is_refused(outerfill_fill_consumer(function, a, N, b, M, take_nothing, NULL,
                                            OUTERFILL_ORDER_ROWS, NULL, &error),
                    &error, "fill_consumer"))
        return 8;
    return access("after_fork.npy", F_OK) == 0 || access("after_fork.npy.part", F_OK) == 0 ? 7 : 0;
}

static int call_without_error_object(void) {
    setenv("OUTERFILL_DEVICE", "any", 1);
    return outerfill(a, N, b, M, ab, NULL) == OUTERFILL_AFTER_FORK ? 0 : 1;
}

/* Small arrays of the default functions are the host's own work. */
static int fill_without_device(void) {
    memset(ab, 0, sizeof ab);
    if (outerfill(a, N, b, M, ab, NULL) != OUTERFILL_OK || ab[N * M - 1] != a[N - 1] + b[M - 1])
        return 1;
    memset(ab, 0, sizeof ab);
    if (outerfill_fill(function, a, N, b, M, ab, NULL, NULL) != OUTERFILL_OK) return 2;
    return ab[2 * N * M - 1] == a[N - 1] * b[M - 1] ? 0 : 3;
}

static int use_what_needs_no_device(void) {
    void *memory = outerfill_alloc(8 << 20);

    if (memory == NULL || strcmp(outerfill_dtype_name(OUTERFILL_FLOAT32), "float32") != 0) return 1;
    memset(memory, 1, 8 << 20);
    outerfill_free(memory);
    if (outerfill_function_num_planes(function) != 2 || outerfill_context_num_devices(context) == 0)
        return 2;
    return outerfill_context_device(context, 0) != NULL ? 0 : 3;
}

/* A child that cleans up what it inherited, as a language binding does at its end, neither hangs nor crashes. */
static int destroy_what_was_inherited(void) {
    outerfill_function_destroy(function);
    outerfill_context_destroy(context);
    return 0;
}

static int execute_this_program(void) {
    execl("/proc/self/exe", "test_fork", "--fill", (char *)NULL);
    return 1;
}

static int fill_here(void) {
    oracle_problem problem = {OUTERFILL_FLOAT64, a, N, b, M, NULL};
    outerfill_error error;

    setenv("OUTERFILL_DEVICE", "any", 1);
    if (outerfill(a, N, b, M, ab, &error) != OUTERFILL_OK) {
        fprintf(stderr, "%s\n", error.message);
        return 1;
    }
    return oracle_check(&oracle_default, &problem, ab, "a fill in another process") == 0 ? 0 : 2;
}

static int grandchild(void) {
    return run_child(call_everything) == 0 ? 0 : 1;
}

/* ---- Tests ---------------------------------------------------------------------------------------------------------------- */

static void check_parent_works(void) {
    oracle_problem problem = {OUTERFILL_FLOAT64, a, N, b, M, NULL};
    outerfill_error error;

    memset(ab, 0x5a, sizeof ab);
    check_ok(outerfill_fill(function, a, N, b, M, ab, &by_devices, &error), &error);
    assert_int_equal(oracle_check(&oracle_default, &problem, ab, "the parent after a fork"), 0);
}

static void test_child(void **state) {
    child *const *work = *state;

    check_parent_works();
    assert_int_equal(run_child(*work), 0);
    check_parent_works();
}

static void test_child_of_a_fresh_process(void **state) {
    (void)state;
    assert_int_equal(early_child_status, 0);
    assert_int_equal(fill_here(), 0);
}

static int open_context(void **state) {
    (void)state;
    context = check_context(NULL);
    function = check_function(context, OUTERFILL_FLOAT64, 0, NULL);
    return 0;
}

static int close_context(void **state) {
    (void)state;
    outerfill_function_destroy(function);
    outerfill_context_destroy(context);
    return 0;
}

static child *works[] = {call_everything,          call_without_error_object,
                         use_what_needs_no_device, destroy_what_was_inherited,
                         execute_this_program,     grandchild,
                         fill_without_device};

#define CHILD(number, name) {"test_child " name, test_child, NULL, NULL, &works[number]}

int main(int argc, char **argv) {
    const struct CMUnitTest tests[] = {
        CHILD(0, "calls everything"),       CHILD(1, "without an error object"),
        CHILD(2, "what needs no device"),   CHILD(3, "destroys what it inherited"),
        CHILD(4, "executes a program"),     CHILD(5, "forks again"),
        CHILD(6, "fills without a device"), cmocka_unit_test(test_child_of_a_fresh_process),
    };

    setenv("POCL_SIGFPE_HANDLER", "0", 1);
    oracle_plain(OUTERFILL_FLOAT64, a, N, 1);
    oracle_plain(OUTERFILL_FLOAT64, b, M, 2);
    if (argc == 2 && strcmp(argv[1], "--fill") == 0) return fill_here();
    early_child_status = run_child(fill_here);
    device_line_print();
    return cmocka_run_group_tests(tests, open_context, close_context) == 0 ? 0 : 1;
}
