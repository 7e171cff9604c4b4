# SPDX-License-Identifier: MIT
#
# Compilers of GPU vendors that need no GPU. Each compiles a program for one target, and tells what
# has become of the kernel for GPUs. Knows nothing of what is right.

import dataclasses
import glob
import os
import platform
import re
import shutil
import subprocess
import sys

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "..", "support"))
import drivers  # noqa: E402

LIMIT = 300  # seconds of a compiler; the slowest takes 6
# The bitcode of libclc has the built-in functions. It belongs to one version of LLVM.
LLVM = {"12": "15", "13": "19"}
LIBCLC = "/usr/lib/clc"
INTEL_PACKAGES = ["intel-opencl-icd", "libigc1", "libigdfcl1", "libigdgmm12", "libopencl-clang14",
                  "libllvmspirvlib14"]


class CompileError(Exception):
    """The first lines of what a compiler said."""


@dataclasses.dataclass
class Figures:
    """Of the kernel: its instructions, how many of them compute in float64, its registers in
    words, and the bytes of memory that a work-item has for what is in no register. For Intel, the
    bytes may be those of a thread with all its work-items."""
    instructions: int
    float64: int
    registers: str
    memory: int


@dataclasses.dataclass
class Program:
    """path: a file FOLDER/NAME.cl. options: as clBuildProgram gets them."""
    name: str
    path: str
    options: str

    @property
    def cells(self):
        """Of a work-item."""
        return number(r"^#define RUN_CELLS (\d+)", read(self.path))

    @property
    def kernel(self):
        """The one that a GPU runs."""
        return "outerfill_fill_runs" if self.cells > 1 else "outerfill_fill_cells"


def run(command, **environment):
    """What the command printed."""
    done = subprocess.run(command, env=dict(os.environ, **environment), stdin=subprocess.DEVNULL,
                          capture_output=True, text=True, timeout=LIMIT, check=False,
                          errors="replace")
    if done.returncode:
        said = (done.stderr + done.stdout).strip().splitlines()
        raise CompileError("\n".join(said[:8]) or f"exit code {done.returncode}")
    return done.stdout + done.stderr


def release():
    return platform.freedesktop_os_release().get("VERSION_ID")


def read(path):
    with open(path, encoding="utf-8", errors="replace") as file:
        return file.read()


def number(pattern, text):
    """The number of the pattern's group, 0 if it is not there."""
    match = re.search(pattern, text, re.MULTILINE)
    return int(match[1]) if match else 0


# ---- clang ---------------------------------------------------------------------------------------


def clang():
    return f"clang-{LLVM.get(release(), '19')}"


def clang_compile(program, folder, target, processor, library):
    """The path of the assembler's text."""
    out = os.path.join(folder, f"{program.name}.{target}.s")
    run([clang(), "-target", target, processor, "-x", "cl", *program.options.split(), "-O2", "-S",
         "-Xclang", "-finclude-default-header", "-nogpulib", "-Wno-linker-warnings",
         "-Xclang", "-mlink-builtin-bitcode", "-Xclang", os.path.join(LIBCLC, library),
         program.path, "-o", out])
    return out


class Ptx:
    """NVIDIA's virtual instructions."""
    name = "PTX sm_80"

    def version(self):
        return run([clang(), "--version"]).splitlines()[0]

    def text(self, program, folder):
        return clang_compile(program, folder, "nvptx64-nvidia-cuda", "-march=sm_80",
                             "nvptx64--nvidiacl.bc")

    def compile(self, program, folder):
        text = read(self.text(program, folder))
        body = re.search(rf"\.entry {program.kernel}\(.*?^{{\n(.*?)^}}", text, re.MULTILINE | re.DOTALL)[1]
        parts = re.sub(r"//.*|^\S+:", "", body, flags=re.MULTILINE).split(";")
        words = [part.strip(" \t\n{}") for part in parts]
        instructions = [word for word in words if word and not word.startswith(".")]
        return Figures(len(instructions), sum(".f64" in word for word in instructions), "",
                       number(r"\.local .*__local_depot\d+\[(\d+)\]", body))


class Sass(Ptx):
    """NVIDIA's instructions, from the PTX."""
    name = "SASS sm_80"
    NBYTES, NOP = 16, 0x918  # of an instruction; its opcode is in the lowest twelve bits

    def version(self):
        return re.search(r"Cuda .*", run(["ptxas", "--version"]))[0]

    def compile(self, program, folder):
        out = os.path.join(folder, f"{program.name}.cubin")
        said = run(["ptxas", "-arch", "sm_80", "-v", self.text(program, folder), "-o", out])
        _, _, ours = said.partition(f"Function properties for {program.kernel}\n")
        memory = number(r"(\d+) bytes stack frame", ours.splitlines()[0])
        return Figures(len(self.opcodes(out, program.kernel)), super().compile(program, folder).float64,
                       str(number(r"Used (\d+) registers", ours)), memory)

    def opcodes(self, path, kernel):
        """Without the NOPs that fill the section."""
        sections = run(["readelf", "-SW", path])
        place = re.search(rf"\.text\.{kernel} +\S+ +\S+ +(\S+) +(\S+)", sections)
        with open(path, "rb") as file:
            file.seek(int(place[1], 16))
            code = file.read(int(place[2], 16))
        opcodes = [int.from_bytes(code[k:k + 2], "little") & 0xFFF
                   for k in range(0, len(code), self.NBYTES)]
        while opcodes and opcodes[-1] == self.NOP:
            opcodes.pop()
        return opcodes


class Amdgcn:
    name = "AMD gfx90a"

    def version(self):
        return run([clang(), "--version"]).splitlines()[0]

    def compile(self, program, folder):
        text = read(clang_compile(program, folder, "amdgcn-amd-amdhsa", "-mcpu=gfx90a",
                                  "amdgcn--amdhsa.bc"))
        body = re.search(rf"^{program.kernel}:(.*?)^\.Lfunc_end", text, re.MULTILINE | re.DOTALL)[1]
        code = re.findall(r"^\t([sv]_\w+|[a-z]\w+)", body.partition("\t.section")[0], re.MULTILINE)
        kernels = re.split(r"\n  - ", text[text.index("amdhsa.kernels:"):])
        (ours,) = (kernel for kernel in kernels if f".name:           {program.kernel}\n" in kernel)
        registers = (f"{number(r'.vgpr_count: +(.*)', ours)} vector, "
                     f"{number(r'.sgpr_count: +(.*)', ours)} scalar")
        spilled = number(r"\.sgpr_spill_count: +(.*)", ours)
        return Figures(len(code), sum("_f64" in word for word in code),
                       registers + (f", {spilled} in vectors" if spilled else ""),
                       number(r"\.private_segment_fixed_size: +(.*)", ours))


# ---- Intel's compiler ----------------------------------------------------------------------------


class Intel:
    """One of ocloc's devices. Its package is unpacked, since its driver would stand in the list of
    every program's devices."""

    def __init__(self, device, has_float64, folder):
        self.device, self.has_float64, self.name = device, has_float64, f"Intel {device}"
        path = drivers.unpack(folder, "intel", INTEL_PACKAGES, os.path.join("usr", "bin", "ocloc"))
        libraries = glob.glob(os.path.join(folder, "intel", "usr", "lib", "*"))[0]
        # ocloc loads its disassembler by the name that the development package has.
        link = os.path.join(libraries, "libiga64.so")
        if not os.path.exists(link):
            os.symlink("libiga64.so.1", link)
        self.ocloc, self.environment = path, {"LD_LIBRARY_PATH": libraries}

    def version(self):
        (archive,) = glob.glob(os.path.join(os.path.dirname(self.ocloc), "..", "share", "doc",
                                            "intel-opencl-icd", "changelog.Debian.gz"))
        return "intel-opencl-icd " + re.search(r"\((.*?)\)", run(["zcat", archive]))[1]

    def compile(self, program, folder):
        out = os.path.join(folder, f"{program.name}.{self.device}")
        shutil.rmtree(out, ignore_errors=True)
        os.mkdir(out)
        device = ["-device", self.device]
        run([self.ocloc, "compile", "-q", "-file", program.path, *device, "--format", "zebin",
             "-output", program.name, "-out_dir", out, "-options", program.options],
            **self.environment)
        (binary,) = glob.glob(os.path.join(out, "*.bin"))
        run([self.ocloc, "disasm", "-file", binary, *device, "-dump", out], **self.environment)
        return self.figures(out, program.kernel)

    def figures(self, folder, name):
        lines = read(os.path.join(folder, f".text.{name}.asm")).splitlines()
        code = [line for line in lines
                if line.strip() and not re.match(r"L\d+:|\s*illegal", line)]
        kernels, _, _ = read(os.path.join(folder, ".ze_info")).partition("kernels_misc_info:")
        (ours,) = (kernel for kernel in re.split(r"\n  - name:", kernels)
                   if kernel.split()[0] == name)
        registers = (f"{number(r'grf_count: +(.*)', ours)}, "
                     f"SIMD {number(r'simd_size: +(.*)', ours) or 1}")
        buffers = re.search(r"\n    per_thread_memory_buffers:((?:\n      .*)+)", ours)
        sizes = re.findall(r"\bsize: +(\d+)", buffers[1]) if buffers else []
        return Figures(len(code), sum(":df" in line for line in code), registers,
                       sum(map(int, sizes)))


def all_compilers(folder):
    """Those that can be had here, and a sentence for each one that cannot."""
    found, lacking = [Ptx(), Amdgcn()], []
    if shutil.which("ptxas"):
        found.append(Sass())
    else:
        lacking.append("no ptxas in PATH: PTX alone")
    if release() == "12":
        devices = {"skl": True, "tgllp": False, "dg2-g10": False, "pvc": True}
        found += [Intel(device, has, folder) for device, has in devices.items()]
    else:
        lacking.append("no intel-opencl-icd in this release of Debian")
    return found, lacking
