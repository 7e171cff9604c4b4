# SPDX-License-Identifier: MIT
#
# The OpenCL drivers of Debian that run without a graphics card, one for each process: the environment in which a program finds
# this one and no other. Mesa's are not installed, since they would then stand in the list of every program's devices: their
# package is unpacked into a folder. Knows nothing of what is run.

import glob
import os
import platform
import subprocess

POCL = {"OCL_ICD_VENDORS": "libpocl.so.2", "OUTERFILL_DEVICE": "cpu"}
# All that Oclgrind can look for, also two work-items that write the same value to one place; more compute units than its one,
# so that launches have several work-groups.
OCLGRIND_CHECKS = {"OCLGRIND_DATA_RACES": "1", "OCLGRIND_UNIFORM_WRITES": "1", "OCLGRIND_UNINITIALIZED": "1",
                   "OCLGRIND_CHECK_API": "1", "OCLGRIND_COMPUTE_UNITS": "4", "OCLGRIND_MAX_ERRORS": "100"}
OCLGRIND_LIBRARY = "/usr/lib/oclgrind/liboclgrind-rt-icd.so"
# Oclgrind (21.10) knows neither a fence nor what clang makes of `restrict` in a function that it inlines.
OCLGRIND = {"OCL_ICD_VENDORS": OCLGRIND_LIBRARY, "OUTERFILL_DEVICE": "oclgrind",
            "OCLGRIND_BUILD_OPTIONS": "-Drestrict= -D__sync_synchronize()="}


def has_oclgrind():
    """Debian 12 has it, and ci/setup installs it there; Debian 13 has not."""
    return os.path.exists(OCLGRIND_LIBRARY)


MESA_PACKAGE = "mesa-opencl-icd"  # the libraries that it needs are installed by ci/setup


def unpack_mesa(folder):
    """The folder with Mesa's libraries, fetched from Debian where it is not there yet."""
    target = os.path.join(folder, "mesa")
    pattern = os.path.join(target, "usr", "lib", "*", "libMesaOpenCL.so.1")
    if not glob.glob(pattern):
        fetch = ["apt-get", "download", "-qq", MESA_PACKAGE]
        if subprocess.run(fetch, cwd=folder, check=False, stderr=subprocess.DEVNULL).returncode:
            subprocess.run([*([] if os.geteuid() == 0 else ["sudo"]), "apt-get", "update", "-qq"], check=True)
            subprocess.run(fetch, cwd=folder, check=True)
        archive = max(glob.glob(os.path.join(folder, f"{MESA_PACKAGE}_*.deb")), key=os.path.getmtime)
        subprocess.run(["dpkg", "-x", archive, target + ".new"], check=True)
        os.rename(target + ".new", target)
    (library,) = glob.glob(pattern)
    return os.path.dirname(library)


def mesa(folder, library, switch):
    libraries = unpack_mesa(folder)
    return dict([switch], OCL_ICD_VENDORS=os.path.join(libraries, library), OUTERFILL_DEVICE="llvmpipe",
                GALLIUM_PIPE_SEARCH_DIR=os.path.join(libraries, "gallium-pipe"))


def has_clover():
    """Debian 12's finds the CPU; Debian 13's (Mesa 25.0) finds graphics cards alone, whatever LP_CL says."""
    return platform.freedesktop_os_release().get("VERSION_ID") == "12"


def clover(folder):
    return mesa(folder, "libMesaOpenCL.so.1", ("LP_CL", "1"))


# clover has OpenCL C 1.1, which the library refuses; it understands 1.2 where it is told to. Its compiler (22.3.6) dies of an
# array with an initializer: that line is replaced for it, which the default functions, who set all planes, do not see.
CLOVER_HELP = {"CLOVER_DEVICE_CLC_VERSION_OVERRIDE": "1.2", "PLANT_OLD": "real out[NUM_OUTS] = {0};",
               "PLANT_NEW": "real out[NUM_OUTS];"}


def rusticl(folder):
    return mesa(folder, "libRusticlOpenCL.so.1", ("RUSTICL_ENABLE", "llvmpipe"))
