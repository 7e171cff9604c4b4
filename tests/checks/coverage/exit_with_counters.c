/* SPDX-License-Identifier: MIT
 *
 * Linked into every program with -Wl,--wrap=_exit: _exit ends a process without writing gcov's counters, so they are written
 * before.
 */
void __gcov_dump(void);
_Noreturn void __real__exit(int code);
_Noreturn void __wrap__exit(int code);

_Noreturn void __wrap__exit(int code) {
    __gcov_dump();
    __real__exit(code);
}
