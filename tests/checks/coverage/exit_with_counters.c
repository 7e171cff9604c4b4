/* SPDX-License-Identifier: MIT
 *
 * Linked into every program with -Wl,--wrap: _exit, execv and MPI_Abort end a program without writing gcov's counters, so they
 * are written before. A communicator is a pointer in Open MPI; programs without MPI have no MPI_Abort.
 */
void __gcov_dump(void);
_Noreturn void __real__exit(int code);
_Noreturn void __wrap__exit(int code);
int __real_execv(const char *path, char *const *arguments);
int __wrap_execv(const char *path, char *const *arguments);
__attribute__((weak)) int __real_MPI_Abort(void *communicator, int code);
int __wrap_MPI_Abort(void *communicator, int code);

_Noreturn void __wrap__exit(int code) {
    __gcov_dump();
    __real__exit(code);
}

int __wrap_execv(const char *path, char *const *arguments) {
    __gcov_dump();
    return __real_execv(path, arguments);
}

int __wrap_MPI_Abort(void *communicator, int code) {
    __gcov_dump();
    return __real_MPI_Abort(communicator, code);
}
