# SPDX-License-Identifier: MIT
#
# What the command is asked to do while an allocation fails, each in a folder of its own, and what may be in that folder afterwards:
# nothing of the user's is lost or half there. Knows the names of the files, and what the command says where nothing fails.

import json
import os
import shutil
import struct
import subprocess

LIMIT = 120  # seconds; a run takes 0.1
OUTPUT, PART, STATUS = "ab.npy", "ab.npy.part", "s.json"
JOURNALS = (".journal", ".journal-1-of-2", ".journal-2-of-2")
EARLIER = b"what was there before, and may not be lost"
FILES = {
    "a.txt": b"\xef\xbb\xbf# a comment\nx\n0.5\n1\n2 # three\n" + b"".join(b"%d.25\n" % k for k in range(40)),
    "b.npy": (b"\x93NUMPY\x01\x00\x76\x00" + b"%-117s\n" % b"{'descr': '<f8', 'fortran_order': False, 'shape': (61,), }"
              + struct.pack("<61d", *(k / 8 for k in range(61)))),
    "body.cl": b"out[0] = twice(a) + b;\nout[1] = a * b;\n",
    "pre.cl": b"static double twice(double x) { return 2 * x; }\n",
    "empty.cl": b"",
}
FILL = ("fill", "a.txt", "b.npy", "-o", OUTPUT, "--quiet", "--memory", "64K")
EXPRESSIONS = ("-e", "a * exp(-b)", "-e", "a + k", "-p", "k=2")
BODY = ("--body", "body.cl", "-P", "2", "--preamble", "pre.cl")


class Scene:
    """What is there beforehand, after a run of `before`, and the arguments of the command. What needs a device takes 0.1 s; what varies
    says how fast something was, or what memory a driver believes to have."""

    def __init__(self, name, arguments, before=(), files=(), stdin=b"", needs_device=True, varies=False):
        self.name, self.arguments, self.before, self.stdin = name, arguments, before, stdin
        self.files = {**FILES, **dict(files)}
        self.needs_device, self.varies = needs_device, varies


SCENES = (
    Scene("fill", (*FILL, *EXPRESSIONS)),
    Scene("replace", (*FILL, "--force", "--status-json", STATUS, "--verify", "5"),
          files={OUTPUT: EARLIER, STATUS: b'{"state": "earlier"}'}),
    Scene("body", (*FILL, *BODY, "--dtype", "float32")),
    Scene("empty preamble", ("fill", "arange:3", "arange:4", "-e", "a + b", "--preamble", "empty.cl")),
    Scene("print", ("fill", "a.txt", "b.npy", "--verbose")),
    Scene("standard input", ("fill", "-:y", "linspace:0:1:5"), stdin=b"x,y\n1,2\n3,4"),
    Scene("build error", ("fill", "arange:3", "arange:4", "-e", "a +* b")),
    Scene("dry run", (*FILL, "--dry-run"), varies=True),
    Scene("first shard", (*FILL, "--shard", "1/2")),
    Scene("last shard", (*FILL, "--shard", "2/2"), before=(*FILL, "--shard", "1/2")),
    Scene("resume", ("resume", OUTPUT, "--quiet", "--status-json", STATUS), before=(*FILL, *EXPRESSIONS, "--shard", "1/2")),
    Scene("resume of a whole file", ("resume", OUTPUT), before=FILL, needs_device=False),
    Scene("status", ("status", OUTPUT), before=(*FILL, "--shard", "1/2"), needs_device=False),
    Scene("status as JSON", ("status", "--json", OUTPUT), before=(*FILL, "--shard", "1/2"), needs_device=False),
    Scene("devices", ("devices",), varies=True),
    Scene("devices as JSON", ("devices", "--json"), varies=True),
    Scene("help", ("help", "fill"), needs_device=False),
    Scene("version", ("--version",), needs_device=False),
    Scene("bad input", ("fill", "a.txt", "body.cl"), needs_device=False),
)


class Done:
    """A run to its end."""

    def __init__(self, command, scene_input, folder, environment=None):
        self.code, self.output, self.errors, self.is_hung = None, "", "", False
        try:
            done = subprocess.run(command, cwd=folder, input=scene_input, capture_output=True, timeout=LIMIT,
                                  env={**os.environ, **(environment or {})})
            self.code = done.returncode
            self.output, self.errors = (text.decode("utf-8", "replace") for text in (done.stdout, done.stderr))
        except subprocess.TimeoutExpired:
            self.is_hung = True


def content(folder):
    """The bytes of all files."""
    found = {}
    for name in sorted(os.listdir(folder)):
        with open(os.path.join(folder, name), "rb") as file:
            found[name] = file.read()
    return found


class Place:
    """A scene's folder: as it is before the command, and after a run in which nothing fails."""

    def __init__(self, scene, command, folder):
        self.scene, self.command, self.folder = scene, command, folder
        self.clear()
        for name, text in scene.files.items():
            self.write(name, text)
        if scene.before:
            done = Done([command, *scene.before], b"", folder)
            if done.code:
                raise SystemExit(f"{scene.name}: {scene.before} ended with {done.code}: {done.errors}")
        self.before = content(folder)

    def write(self, name, text):
        with open(os.path.join(self.folder, name), "wb") as file:
            file.write(text)

    def clear(self):
        shutil.rmtree(self.folder, ignore_errors=True)
        os.makedirs(self.folder)

    def run(self, environment=None, arguments=None):
        return Done([self.command, *(arguments or self.scene.arguments)], self.scene.stdin, self.folder, environment)

    def run_afresh(self, environment):
        self.clear()
        for name, text in self.before.items():
            self.write(name, text)
        return self.run(environment)


# ---- What may be there ----


def status_of(text):
    """The state that a status file gives; None where it is not one."""
    try:
        return json.loads(text)["state"]
    except (ValueError, KeyError, TypeError):
        return None


def files_are_wrong(place, after, is_done, right):
    """What may not be, where the folder holds `after` and after a run without failures holds `right`."""
    for name, text in place.before.items():
        is_of_the_fill = name in (OUTPUT, STATUS) or name.startswith(PART) or name.startswith(OUTPUT + ".journal")
        if not is_of_the_fill and after.get(name) != text:
            return f"{name} has changed"
    if after.get(OUTPUT) not in (right.get(OUTPUT),) if is_done else after.get(OUTPUT) not in (place.before.get(OUTPUT),):
        return f"{OUTPUT} is not {'right' if is_done else 'what it was'}"
    journals = [name for name in after if name.startswith(OUTPUT + ".journal")]
    if (PART in after) != bool(journals):
        return f"{PART} without a journal, or the other way round"
    if set(after) - set(place.before) - set(right) - {PART, STATUS} - {OUTPUT + ending for ending in JOURNALS}:
        return f"left: {sorted(after)}"
    if is_done and set(after) != set(right):
        return f"{sorted(after)} instead of {sorted(right)}"
    if STATUS in after and after[STATUS] != place.before.get(STATUS) and status_of(after[STATUS]) is None:
        return f"{STATUS}: {after[STATUS]!r}"
    return ""
