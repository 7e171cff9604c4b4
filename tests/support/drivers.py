# SPDX-License-Identifier: MIT
#
# The OpenCL drivers of Debian that run without a graphics card, one for each process: the environment in which a program finds
# this one and no other. Mesa's are not installed, since they would then stand in the list of every program's devices: their
# package is unpacked into a folder. Knows nothing of what is run.

import glob
import os
import platform
import subprocess
import tempfile
import zipfile

POCL = {"OCL_ICD_VENDORS": "libpocl.so.2", "OUTERFILL_DEVICE": "cpu"}
# All that Oclgrind can look for, also two work-items that write the same value to one place; more compute units than its one,
# so that launches have several work-groups.
OCLGRIND_CHECKS = {"OCLGRIND_DATA_RACES": "1", "OCLGRIND_UNIFORM_WRITES": "1", "OCLGRIND_UNINITIALIZED": "1",
                   "OCLGRIND_CHECK_API": "1", "OCLGRIND_COMPUTE_UNITS": "4", "OCLGRIND_MAX_ERRORS": "100"}
OCLGRIND_LIBRARY = "/usr/lib/oclgrind/liboclgrind-rt-icd.so"
# Oclgrind (21.10) knows neither a fence nor what clang makes of `restrict` in a function that it inlines, nor the vectors of an
# unrolled loop.
OCLGRIND = {"OCL_ICD_VENDORS": OCLGRIND_LIBRARY, "OUTERFILL_DEVICE": "oclgrind",
            "OCLGRIND_BUILD_OPTIONS": "-Drestrict= -D__sync_synchronize()= -DOUTERFILL_NO_UNROLL"}


def has_oclgrind():
    """Debian 12 has it, and ci/setup installs it there; Debian 13 has not."""
    return os.path.exists(OCLGRIND_LIBRARY)


MESA_PACKAGE = "mesa-opencl-icd"  # the libraries that it needs are installed by ci/setup


def unpack(folder, name, packages, pattern):
    """The path of the file that the pattern names in the folder `name`, where Debian's packages are unpacked; they are fetched
    if it is not there yet."""
    target = os.path.join(folder, name)
    if not glob.glob(os.path.join(target, pattern)):
        fetch = ["apt-get", "download", "-qq", *packages]
        if subprocess.run(fetch, cwd=folder, check=False, stderr=subprocess.DEVNULL).returncode:
            subprocess.run([*([] if os.geteuid() == 0 else ["sudo"]), "apt-get", "update", "-qq"], check=True)
            subprocess.run(fetch, cwd=folder, check=True)
        for package in packages:
            archive = max(glob.glob(os.path.join(folder, f"{package}_*.deb")), key=os.path.getmtime)
            subprocess.run(["dpkg", "-x", archive, target + ".new"], check=True)
        os.rename(target + ".new", target)
    (path,) = glob.glob(os.path.join(target, pattern))
    return path


def mesa(folder, library, switch):
    pattern = os.path.join("usr", "lib", "*", "libMesaOpenCL.so.1")
    libraries = os.path.dirname(unpack(folder, "mesa", [MESA_PACKAGE], pattern))
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


INTEL_PACKAGES = ("intel-opencl-rt", "intel-cmplr-lib-rt", "tbb")  # of PyPI; 265 MB


def fetch_intel(folder):
    """The folder with the unpacked packages, which are fetched if it is not there yet; None where pip fails."""
    target = os.path.join(folder, "intel")
    if os.path.exists(target):
        return target
    with tempfile.TemporaryDirectory(dir=folder) as wheels:
        command = ["/usr/bin/python3", "-m", "pip", "download", "--quiet", "--no-deps", "--dest", wheels, *INTEL_PACKAGES]
        if subprocess.run(command, check=False).returncode:
            return None
        for wheel in glob.glob(os.path.join(wheels, "*.whl")):
            with zipfile.ZipFile(wheel) as archive:
                archive.extractall(target + ".new")
    os.rename(target + ".new", target)
    return target


def intel(folder):
    """Intel's runtime for CPUs: where OUTERFILL_INTEL_OPENCL says, or from PyPI. None where there is neither."""
    given = os.environ.get("OUTERFILL_INTEL_OPENCL")
    if given:
        return {"OCL_ICD_VENDORS": given, "LD_LIBRARY_PATH": os.environ.get("OUTERFILL_INTEL_LIBRARIES", "")}
    fetched = fetch_intel(folder)
    if not fetched:
        return None
    for loader in glob.glob(os.path.join(fetched, "*", "data", "lib", "libOpenCL.so*")):
        os.unlink(loader)  # Debian's loader has layers, and reads OCL_ICD_VENDORS as the tests mean it
    (library,) = glob.glob(os.path.join(fetched, "*", "data", "lib", "libintelocl.so"))
    return {"OCL_ICD_VENDORS": library, "LD_LIBRARY_PATH": ":".join(glob.glob(os.path.join(fetched, "*", "data", "lib")))}


def rusticl(folder):
    return mesa(folder, "libRusticlOpenCL.so.1", ("RUSTICL_ENABLE", "llvmpipe"))
