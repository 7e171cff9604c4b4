# SPDX-License-Identifier: MIT
#
# What can be wrong with the process and its files: limits, descriptors, folders, disks, the locale, endless input.

import atexit
import itertools
import os
import shutil
import subprocess
import tempfile

from surroundings import (A, B, BAD_INPUT, BUILD_FAILED, DEVICE_FAILED, FILE_FAILED, FOLDER, FUNCTION, LIMIT, NO_DEVICE, OK,
                          OUTERFILL, PRINTED, TO_FILE, WARM, Case, in_namespace)

NOT_STARTED = 127  # by the system's loader, which says why
LOADER = "error while loading shared libraries"


def limited(option, value):
    return ["prlimit", f"--{option}={value}"]


def limit_cases(is_long):
    """Ladders from what no program can start with to what is enough."""
    memory = {OK: "", NOT_STARTED: LOADER, NO_DEVICE: "ulimit -v|CL_OUT_OF_HOST_MEMORY", BUILD_FAILED: "",
              DEVICE_FAILED: "ulimit -v|no memory|CL_OUT_OF|no thread could be created"}
    files = {OK: "", NOT_STARTED: LOADER, NO_DEVICE: "-n\\)", BUILD_FAILED: "ulimit -n", DEVICE_FAILED: "ulimit -n",
             FILE_FAILED: "Too many open files"}
    size = {OK: "", BUILD_FAILED: "POCL_CACHE_DIR", DEVICE_FAILED: "ulimit -f", FILE_FAILED: "File too large"}
    stack = {OK: "", DEVICE_FAILED: "ulimit -s"}
    megabytes = (4, 10, *range(20, 640, 20)) if is_long else (4, 40, 160, 240, 300, 340, 380, 450, 600)
    for mib, cache in itertools.product(megabytes, (WARM, "")):
        yield Case(f"ulimit -v of {mib} MiB, {'warm' if cache else 'cold'}", memory, cache=cache, under=limited("as", mib << 20))
    for number, cache in itertools.product(range(3, 33) if is_long else (3, 4, 5, 6, 8, 12, 24), (WARM, "")):
        yield Case(f"ulimit -n of {number}, {'warm' if cache else 'cold'}", files, cache=cache, under=limited("nofile", number))
    for kib, cache in itertools.product((64, 128, 256, 1024), (WARM, "") if is_long else (WARM,)):
        yield Case(f"ulimit -s of {kib} KiB, {'warm' if cache else 'cold'}", stack, cache=cache,
                   under=limited("stack", kib << 10))
    for kib, cache in itertools.product((0, 1, 4, 8, 30, 64, 300), (WARM, "") if is_long else (WARM,)):
        yield Case(f"ulimit -f of {kib} KiB, {'warm' if cache else 'cold'}", size, cache=cache, under=limited("fsize", kib << 10))


def write_inputs(run):
    for name, values in (("a.txt", "-0.5\n1e-3\n2.25\n"), ("b.txt", "0.5, 1.5")):
        with open(os.path.join(run.out, name), "w", encoding="ascii") as file:
            file.write(values)


def closing(fds):
    return ["sh", "-c", 'exec "$@"' + "".join(f" {fd}{'<' if fd == 0 else '>'}&-" for fd in fds), "sh"]


def descriptor_cases(is_long):
    """A file that is opened must never become one that others print into."""
    for fds in itertools.chain.from_iterable(itertools.combinations((0, 1, 2), k) for k in range(4)):
        said = "" if 2 in fds else "cannot write to standard output"
        printed = {FILE_FAILED: said} if 1 in fds else {OK: ""}
        name = f"closed descriptors {fds}"
        yield Case(name, under=closing(fds), arguments=(*TO_FILE[:-1], "--verbose", "--progress"))
        if is_long or fds == (0, 1, 2):
            yield Case(name + ", empty cache", under=closing(fds), cache="", arguments=(*TO_FILE[:-1], "--verbose"))
        yield Case(name + ", printed", printed, under=closing(fds), arguments=PRINTED)
        yield Case(name + ", devices", printed, under=closing(fds), arguments=("devices",))
        yield Case(name + ", help", printed, under=closing(fds), arguments=("help", "fill"))
        yield Case(name + ", text", printed, under=closing(fds), arguments=("fill", "a.txt", "b.txt"), prepare=write_inputs)
        yield Case(name + ", bad input", {BAD_INPUT: ""}, under=closing(fds), arguments=("fill", "a.txt", "arange:x"),
                   prepare=write_inputs)
        if 0 in fds:
            yield Case(name + ", -", {FILE_FAILED: "" if 2 in fds else "cannot read standard input"}, under=closing(fds),
                       arguments=("fill", "-", "arange:3", *FUNCTION))


def full_output_cases():
    full = ["sh", "-c", 'exec "$@" >/dev/full', "sh"]
    for arguments in (PRINTED, ("devices",), ("devices", "--json"), ("help",), ("help", "fill"), ("--version",)):
        yield Case(f"/dev/full as standard output, {' '.join(arguments[:2])}", {FILE_FAILED: "cannot write"}, under=full,
                   arguments=arguments)
    yield Case("/dev/full as standard error", under=["sh", "-c", 'exec "$@" 2>/dev/full', "sh"])
    yield Case("/dev/full as output", {FILE_FAILED: "/dev/full"}, arguments=("fill", A, B, *FUNCTION, "-o", "/dev/full"))


def text_cases():
    def fed(producer):
        return ["sh", "-c", f'{producer} "$@"', "sh"]

    yield Case("a text without a line's end", {BAD_INPUT: "not a number"}, under=fed("yes | tr -d '\\n' |"),
               arguments=("fill", "-", "arange:3"))
    yield Case("a comment without an end", {BAD_INPUT: "holds no numbers"}, arguments=("fill", "-", "arange:3"),
               under=fed("{ echo '# x' | tr -d '\\n'; yes | tr -d '\\n' | head -c 100000000; } |"))
    yield Case("/dev/zero as vector", {BAD_INPUT: "binary file"}, arguments=("fill", "/dev/zero", "arange:3"))
    yield Case("numbers without an end", {DEVICE_FAILED: "no memory for more than"}, arguments=("fill", "-", "arange:3"),
               under=fed("yes 1 | prlimit --as=100000000"))


def folder_cases():
    """Through mounts, since root may write to any folder that is on a disk."""
    read_only = "mount --bind . .; mount -o remount,bind,ro .; cd .; cd \"$PWD\""
    yield Case("a folder that can only be read", {FILE_FAILED: "Read-only file system"}, under=in_namespace(read_only))
    yield Case("a folder that can only be read, printed", under=in_namespace(read_only), arguments=PRINTED)
    disk = "mount -t tmpfs -o size={} outerfill .; cd \"$PWD\""
    for size in ("4k", "8k", "12k", "16k"):
        yield Case(f"an output's disk of {size}", {FILE_FAILED: "space|bytes"}, under=in_namespace(disk.format(size)))


def hidden_tmp(options):
    """/tmp as another disk. What the run needs is bound to another place before, since it may lie in /tmp."""
    return in_namespace(f"mount --bind {FOLDER} /mnt; mount -t tmpfs -o {options} outerfill /tmp; "
                        'cd /mnt/$(basename FOLDER)/out; shift; set -- /mnt/outerfill "$@"')


def tmp_cases(is_long):
    no_home = {"HOME": None, "XDG_CACHE_HOME": None, "POCL_CACHE_DIR": None}
    failed = {OK: "", NO_DEVICE: "POCL_CACHE_DIR", BUILD_FAILED: "POCL_CACHE_DIR", DEVICE_FAILED: "POCL_CACHE_DIR"}
    shutil.copy(OUTERFILL, FOLDER)
    yield Case("HOME, XDG_CACHE_HOME and POCL_CACHE_DIR unset", environment=no_home, under=hidden_tmp("size=100m"))
    yield Case("the same, /tmp full", failed, environment=no_home, under=hidden_tmp("size=4k"))
    yield Case("the same, /tmp that can only be read", failed, environment=no_home, under=hidden_tmp("ro"))
    for cache in (WARM, ""):
        yield Case(f"/tmp full, {'warm' if cache else 'cold'}", environment={"POCL_CACHE_DIR": "../cache"}, cache=cache,
                   under=hidden_tmp("size=4k"))
    for value in ("/nonexistent", "", "/etc/passwd", "/proc") if is_long else ("/proc",):
        yield Case(f"TMPDIR={value}", environment={"TMPDIR": value}, cache="")
    yield Case("no /sys", {OK: "", NO_DEVICE: "", DEVICE_FAILED: "driver"}, under=in_namespace("mount -t tmpfs outerfill /sys"))


def other_user_cases():
    """Where root runs this, as nobody, with a copy of the command that nobody may run."""
    if os.geteuid() != 0:
        return
    place = tempfile.mkdtemp(prefix="outerfill-")
    atexit.register(shutil.rmtree, place)
    os.chmod(place, 0o755)
    shutil.copy(OUTERFILL, place)
    nobody = ["setpriv", "--reuid=65534", "--regid=65534", "--clear-groups", "sh", "-c",
              f'cd {place}; shift; exec ./outerfill "$@"', "sh"]
    cache = os.path.join(place, "cache")
    os.mkdir(cache)
    os.chmod(cache, 0o777)
    yield Case("another user's folder", {FILE_FAILED: "Permission denied"}, {"POCL_CACHE_DIR": cache}, under=nobody)
    yield Case("another user's kernel cache", {NO_DEVICE: "POCL_CACHE_DIR"}, {"POCL_CACHE_DIR": os.path.join(place, "x")},
               under=nobody, arguments=PRINTED)


def locale_cases():
    """German, which writes 0,5: built here, since a machine may have no locale but C."""
    place = os.path.join(FOLDER, "locale")
    os.makedirs(place, exist_ok=True)
    subprocess.run(["localedef", "-i", "de_DE", "-f", "UTF-8", os.path.join(place, "de_DE.UTF-8")], check=False, timeout=LIMIT,
                   stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    german = {"LOCPATH": place, "LC_ALL": "de_DE.UTF-8", "LANG": "de_DE.UTF-8"}
    point = subprocess.run(["locale", "decimal_point"], env=dict(os.environ, **german), capture_output=True, check=False).stdout
    if point.strip() != b",":
        raise SystemExit(f"there is no locale whose decimal point is a comma: {point!r}; is Debian's package locales missing?")
    for cache in (WARM, ""):
        yield Case(f"a locale of comma decimals, {'warm' if cache else 'cold'}", environment=german, cache=cache)
    yield Case("a locale of comma decimals, printed", environment=german, arguments=PRINTED)
    yield Case("a locale that does not exist", environment={"LC_ALL": "xx_XX.UTF-8"}, arguments=PRINTED)


def cases(is_long):
    yield from limit_cases(is_long)
    yield from descriptor_cases(is_long)
    yield from full_output_cases()
    yield from text_cases()
    yield from folder_cases()
    yield from tmp_cases(is_long)
    yield from other_user_cases()
    yield from locale_cases()
