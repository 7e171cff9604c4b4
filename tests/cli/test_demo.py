#!/usr/bin/python3
# SPDX-License-Identifier: MIT
#
# ci/demo: its figures are of a run whose function is compiled already, and it tells the time of compiling apart. Scripts stand for
# the command, the installation and the build.

import os
import re
import shutil
import subprocess
import unittest

from command import LIMIT, CommandTest

DEMO = os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "..", "ci", "demo")
# The first fill with a body takes longer than the later ones, whatever it prints.
COMMAND = """#!/bin/sh
case "$*" in
  *--body*) [ -e compiled ] && run=warm || run=cold; [ -e compiled ] || sleep 1; : >compiled ;;
  *) exit ;;
esac
case "$*" in *--quiet*) ;; *) echo "figures of a $run run" ;; esac
"""


class Demo(CommandTest):
    def setUp(self):
        super().setUp()
        os.makedirs(self.path("ci"))
        os.makedirs(self.path("build/bin"))
        shutil.copy(DEMO, self.path("ci"))
        for name, text in (("ci/setup", "#!/bin/sh\n"), ("ci/build", "#!/bin/sh\n"), ("build/bin/outerfill", COMMAND)):
            self.write(name, text)
            os.chmod(self.path(name), 0o755)

    def demo(self):
        return subprocess.run([self.path("ci/demo")], stdout=subprocess.PIPE, timeout=LIMIT, check=True, encoding="utf-8").stdout

    def test_the_figures_are_of_a_warm_run(self):
        said = self.demo()
        self.assertEqual(re.findall("figures of a .* run", said), ["figures of a warm run"])
        self.assertRegex(said, r"took \d{3,4} ms more, because the driver compiled the function")

    def test_a_function_that_is_compiled_already(self):
        self.write("compiled", "")
        self.assertNotIn("compiled the function", self.demo())


if __name__ == "__main__":
    unittest.main()
