# SPDX-License-Identifier: MIT
#
# Where the numbers come from: processor, memory, system, compilers, packages and commit. What cannot be found out is left out.

import importlib.metadata
import os
import platform
import subprocess

import cases

PACKAGES = ("numpy", "numexpr", "numba", "pyopencl", "pygpu", "joblib", "matplotlib")
DEBIAN_PACKAGES = ("pocl-opencl-icd", "python3-halide", "libgpuarray3", "libgomp1", "libc6")


def first_line(*command):
    try:
        result = subprocess.run(command, capture_output=True, text=True, timeout=30, cwd=cases.HERE, check=False)
    except OSError:
        return ""
    return result.stdout.strip().splitlines()[0] if result.returncode == 0 and result.stdout.strip() else ""


def field(path, key):
    """The value of a line "key : value"."""
    try:
        with open(path, encoding="utf-8") as file:
            lines = [line.partition(":") for line in file]
    except OSError:
        return ""
    return next((value.strip() for name, _, value in lines if name.strip() == key), "")


def whole(path):
    try:
        with open(path, encoding="utf-8") as file:
            return file.read().strip()
    except OSError:
        return ""


def kibibytes(path, key):
    words = field(path, key).split()
    return int(words[0]) if words else 0


def package_versions():
    found = []
    for name in PACKAGES:
        try:
            found.append(f"{name} {importlib.metadata.version(name)}")
        except importlib.metadata.PackageNotFoundError:
            pass
    for name in DEBIAN_PACKAGES:
        version = first_line("dpkg-query", "-W", "-f", "${Version}", name)
        found += [f"{name} {version}"] if version else []
    return ", ".join(found)


def commit():
    name = first_line("git", "describe", "--always", "--dirty", "--abbrev=12")
    return name or first_line("git", "rev-parse", "HEAD")


def describe():
    found = {
        "processor": f"{field('/proc/cpuinfo', 'model name')}, {os.cpu_count()} cores",
        "memory": f"{kibibytes('/proc/meminfo', 'MemTotal') / 2**20:.1f} GiB",
        "system": f"{first_line('sh', '-c', '. /etc/os-release && echo $PRETTY_NAME')}, Linux {platform.release()}",
        "huge pages": whole("/sys/kernel/mm/transparent_hugepage/enabled"),
        "compilers": ", ".join(filter(None, (first_line("gcc", "--version"), first_line("clang", "--version")))),
        "python": platform.python_version(),
        "packages": package_versions(),
        "commit": commit(),
        "load before": whole("/proc/loadavg").rsplit(" ", 2)[0],
    }
    return {name: value for name, value in found.items() if value}
