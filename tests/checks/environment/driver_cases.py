# SPDX-License-Identifier: MIT
#
# What can be wrong with the driver: its ICD, its kernel cache, its disk, its variables.

import os

from surroundings import (BUILD_FAILED, DEVICE_FAILED, NO_DEVICE, OK, PRINTED, TO_FILE, WARM, Case, in_namespace)

NO_PLATFORM = {NO_DEVICE: "no OpenCL platform was found.*install"}
CACHE = {OK: "", NO_DEVICE: "POCL_CACHE_DIR", BUILD_FAILED: "POCL_CACHE_DIR", DEVICE_FAILED: "POCL_CACHE_DIR"}
DAMAGED = {OK: "", DEVICE_FAILED: "POCL_CACHE_DIR"}

WAYS = {
    "half": lambda content: content[:len(content) // 2],
    "zeroed": lambda content: bytes(len(content)),
    "garbled": lambda content: bytes((7 * byte + 13 * k + 5) % 256 for k, byte in enumerate(content)),
}
MORE_WAYS = {
    "empty": lambda content: b"",
    "a tail too short": lambda content: content[:-100],
    "half zeroed": lambda content: content[:len(content) // 2] + bytes(len(content) - len(content) // 2),
    "a page of zeros first": lambda content: bytes(min(len(content), 4096)) + content[4096:],
    "a page of zeros second": lambda content: content[:4096] + bytes(max(0, min(len(content) - 4096, 4096))) + content[8192:],
    "a byte too many": lambda content: content + b"x",
}


def no_icd(content):
    """Prepares a folder of vendors with one ICD, or an empty one."""
    def prepare(run):
        vendors = os.path.join(run.folder, "vendors")
        os.mkdir(vendors)
        if content is not None:
            with open(os.path.join(vendors, "broken.icd"), "w", encoding="utf-8") as file:
                file.write(content)
        with open(os.path.join(run.folder, "no-library.so"), "w", encoding="utf-8") as file:
            file.write("this is not a library\n")
    return prepare


def icd_cases():
    contents = {"no ICD": None, "an ICD whose library is missing": "/nonexistent/libOpenCL.so\n", "an empty ICD": "",
                "an ICD that names no library": "FOLDER/no-library.so\n", "an ICD that names another library": "libm.so.6\n"}
    for name, content in contents.items():
        def prepare(run, content=content):
            no_icd(content and content.replace("FOLDER", run.folder))(run)
        for what, arguments in {"": TO_FILE, ", devices": ("devices",), ", devices --json": ("devices", "--json")}.items():
            yield Case(name + what, NO_PLATFORM, {"OCL_ICD_VENDORS": "FOLDER/vendors/"}, prepare=prepare, arguments=arguments)
    yield Case("OCL_ICD_VENDORS names nothing", NO_PLATFORM, {"OCL_ICD_VENDORS": "/nonexistent"})
    for layer in ("/nonexistent/layer.so", "/etc/passwd", ""):
        yield Case(f"OPENCL_LAYERS={layer}", environment={"OPENCL_LAYERS": layer})


def files_of(folder):
    return sorted(os.path.relpath(os.path.join(place, name), folder) for place, _, names in os.walk(folder) for name in names)


def change(name, way):
    def prepare(run):
        path = os.path.join(run.folder, "cache", name)
        with open(path, "rb") as file:
            content = file.read()
        os.unlink(path)
        if way is None:
            os.mkdir(path)
        elif way:
            with open(path, "wb") as file:
                file.write(way(content))
    return prepare


def damage_cases(is_long):
    ways = dict(WAYS, **MORE_WAYS, missing=False, **{"a folder": None}) if is_long else WAYS
    for name in files_of(WARM):
        for way, function in ways.items():
            yield Case(f"{os.path.basename(name)} in the kernel cache: {way}", DAMAGED, prepare=change(name, function),
                       may_be_scalar=function is None)
    for name in (name for name in files_of(WARM) if is_long or name.endswith(".so")):
        yield Case(f"{os.path.basename(name)} garbled, and the advice followed", environment={"POCL_CACHE_DIR": "FOLDER/other"},
                   prepare=change(name, WAYS["garbled"]))


def all_damaged(run):
    for name in files_of(os.path.join(run.folder, "cache")):
        change(name, WAYS["garbled"])(run)


def cache_cases(is_long):
    yield from damage_cases(is_long)
    yield Case("all of the kernel cache garbled", DAMAGED, prepare=all_damaged)
    yield Case("all of the kernel cache garbled, printed", DAMAGED, prepare=all_damaged, arguments=PRINTED)
    yield Case("an empty kernel cache", cache="")
    for value in ("", "/proc/nonexistent", "/etc/passwd", "/dev/full", "/dev/null"):
        yield Case(f"POCL_CACHE_DIR={value}", CACHE, {"POCL_CACHE_DIR": value})
    yield Case("HOME that cannot be made", CACHE, {"HOME": "/proc/nonexistent", "POCL_CACHE_DIR": None, "XDG_CACHE_HOME": None})
    yield Case("XDG_CACHE_HOME that cannot be made", CACHE, {"XDG_CACHE_HOME": "/proc/nonexistent", "POCL_CACHE_DIR": None})
    yield Case("XDG_CACHE_HOME alone", environment={"XDG_CACHE_HOME": "FOLDER/xdg", "POCL_CACHE_DIR": None, "HOME": None})


def cache_disk_cases(is_long):
    mount = "mkdir FOLDER/disk; mount -t tmpfs -o {} outerfill FOLDER/disk"
    disk = {"POCL_CACHE_DIR": "FOLDER/disk"}
    for size in ("4k", "40k", "200k", *(("12k", "24k", "64k", "100k", "150k", "400k", "800k", "2m") if is_long else ())):
        yield Case(f"a disk of {size} for the kernel cache", CACHE, disk, in_namespace(mount.format("size=" + size)))
    yield Case("a kernel cache that can only be read", CACHE, disk, in_namespace(mount.format("ro")))
    yield Case("a warm kernel cache that can only be read", CACHE,
               under=in_namespace("mount --bind FOLDER/cache FOLDER/cache; mount -o remount,bind,ro FOLDER/cache"))


def variable_cases(is_long):
    right = {"POCL_DEVICES": ("basic", "pthread", "basic pthread", "pthread pthread pthread"),
             "POCL_MEMORY_LIMIT": ("1", "2", "x", "-1"), "POCL_AFFINITY": ("0", "1"), "POCL_KERNEL_CACHE": ("0", "1"),
             "POCL_MAX_WORK_GROUP_SIZE": ("1", "7", "100000"), "POCL_WORK_GROUP_METHOD": ("cbs", "nonsense", "loopvec"),
             "POCL_MAX_PTHREAD_COUNT": ("0", "1", "100"), "POCL_DEBUG": ("1", "all"), "POCL_VECTORIZER_REMARKS": ("1",),
             "POCL_LEAVE_KERNEL_COMPILER_TEMP_FILES": ("1",), "POCL_CPU_MAX_CU_COUNT": ("1",)}
    flags = ("-cl-fast-relaxed-math", "-cl-unsafe-math-optimizations", "--nonsense", "-Da=b", "-I/nonexistent", "-cl-opt-disable")
    for name, values in dict(right, POCL_EXTRA_BUILD_FLAGS=flags).items():
        for value in values if is_long else values[:2]:
            yield Case(f"{name}={value}", environment={name: value}, arguments=(*TO_FILE, "--verify", "50"))
    yield Case("POCL_EXTRA_BUILD_FLAGS, printed", {OK: "POCL_EXTRA_BUILD_FLAGS is left out"},
               {"POCL_EXTRA_BUILD_FLAGS": "-cl-fast-relaxed-math"}, arguments=PRINTED)
    wrong = {NO_DEVICE: "POCL_DEVICES"}
    yield Case("POCL_DEVICES=", wrong, {"POCL_DEVICES": ""})
    yield Case("POCL_DEVICES=nonsense", wrong, {"POCL_DEVICES": "nonsense"})
    for value in ("0", "-3"):
        for arguments in (TO_FILE, ("devices",)):
            yield Case(f"POCL_MAX_WORK_GROUP_SIZE={value}, {arguments[0]}", {DEVICE_FAILED: "variable that begins with POCL_"},
                       {"POCL_MAX_WORK_GROUP_SIZE": value}, arguments=arguments)
    yield Case("POCL_OFFLINE_COMPILE=1", {OK: "", DEVICE_FAILED: "clCreateBuffer"}, {"POCL_OFFLINE_COMPILE": "1"})


def cases(is_long):
    yield from icd_cases()
    yield from cache_cases(is_long)
    yield from cache_disk_cases(is_long)
    yield from variable_cases(is_long)
