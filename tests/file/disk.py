# SPDX-License-Identifier: MIT
#
# A scene on a disk that is full: a tmpfs of a few pages, mounted in a namespace that a helper process keeps, so that nothing of
# it is left when the test dies. A plain user mounts in a user namespace of his own, where the system allows that.

import os
import subprocess

from scene import SMALL, Scene

IS_ROOT = os.geteuid() == 0
UNSHARE = ["unshare", "--mount"] if IS_ROOT else ["unshare", "--mount", "--map-root-user"]
ENTER = ["nsenter", "--mount"] if IS_ROOT else ["nsenter", "--mount", "--user", "--preserve-credentials"]
# Mounts, and gives the disk another size for each line that it reads; options that are shown, such as uid, are not those of its
# namespace, and cannot be given again.
KEEPER = """mount -t tmpfs -o size="$1" outerfill "$2" && cp "$3" "$2" && echo done || exit
while read -r size; do mount --options-mode ignore -o remount,size="$size" outerfill "$2" && echo done || exit; done"""


def may_mount():
    return subprocess.run([*UNSHARE, "mount", "-t", "tmpfs", "outerfill", "/mnt"], stdout=subprocess.DEVNULL,
                          stderr=subprocess.DEVNULL).returncode == 0


class Disk(Scene):
    """A small fill on a disk of so many bytes, in which its body takes a page."""

    def __init__(self, nbytes):
        super().__init__(*SMALL)
        self.mounted_at = os.path.join(self.folder, "disk")
        os.mkdir(self.mounted_at)
        self.keeper = subprocess.Popen([*UNSHARE, "sh", "-c", KEEPER, "sh", str(nbytes), self.mounted_at,
                                        os.path.join(self.folder, "body.cl")],
                                       stdin=subprocess.PIPE, stdout=subprocess.PIPE, encoding="utf-8")
        self.await_keeper()

    def await_keeper(self):
        if self.keeper.stdout.readline() != "done\n":
            raise AssertionError("the tmpfs cannot be mounted, or not get another size")

    def enlarge(self, nbytes):
        self.keeper.stdin.write(f"{nbytes}\n")
        self.keeper.stdin.flush()
        self.await_keeper()

    def __exit__(self, *_):
        self.keeper.stdin.close()
        self.keeper.stdout.close()
        self.keeper.wait()
        super().__exit__()

    def path(self, name):
        """As it is seen from outside; from inside after it is mounted only."""
        keeper = getattr(self, "keeper", None)
        return os.path.join(f"/proc/{keeper.pid}/root{self.mounted_at}" if keeper else self.folder, name)

    def names(self):
        return sorted(set(os.listdir(self.path("."))) - {"body.cl"})

    def start(self, *arguments, under=(), environment=None):
        inside = [*ENTER, f"--target={self.keeper.pid}", f"--wdns={self.mounted_at}", *under]
        return super().start(*arguments, under=inside, environment=environment)
