/* SPDX-License-Identifier: MIT
 *
 * Guards the machine without OpenCL: a child whose loader looks into an empty folder gets OUTERFILL_NO_DEVICE with a sentence
 * from the list of devices and from a context, and neither a crash nor an empty success. The child is made before the first use
 * of a device.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "checks.h"
#include "device_line.h"

static int child_without_platforms = -1;

static int list_without_platforms(void) {
    const outerfill_device **list = NULL;
    outerfill_context *context = NULL;
    outerfill_error error;
    size_t number = 7;
    outerfill_status status = outerfill_devices_create(&list, &number, &error);

    fprintf(stderr, "without a platform: %s: %s\n", outerfill_status_name(status), error.message);
    if (status != OUTERFILL_NO_DEVICE || list != NULL || strlen(error.message) < 15) return 1;
    if (outerfill_devices_create(&list, &number, NULL) != status) return 3;
    status = outerfill_context_create(NULL, &context, &error);
    return status == OUTERFILL_NO_DEVICE && context == NULL && strlen(error.message) >= 15 ? 0 : 2;
}

/* Runs before the first use of a device, so that the child may use the loader. */
static int run_child_without_platforms(void) {
    char folder[] = "no_platforms_XXXXXX";
    int status = -1;
    pid_t pid;

    if (mkdtemp(folder) == NULL) return -1;
    fflush(NULL);
    pid = fork();
    if (pid == 0) {
        alarm(60);
        unsetenv("OCL_ICD_FILENAMES");
        unsetenv("OPENCL_LAYERS");
        setenv("OCL_ICD_VENDORS", folder, 1);
        _exit(list_without_platforms());
    }
    if (pid > 0 && waitpid(pid, &status, 0) == pid)
        status = WIFEXITED(status) ? WEXITSTATUS(status) : -1;
    rmdir(folder);
    return status;
}

static void test_no_platform(void **state) {
    (void)state;
    assert_int_equal(child_without_platforms, 0);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_no_platform),
    };

    child_without_platforms = run_child_without_platforms();
    setenv("POCL_SIGFPE_HANDLER", "0", 1);
    device_line_print();
    return cmocka_run_group_tests(tests, NULL, NULL) == 0 ? 0 : 1;
}
