# SPDX-License-Identifier: MIT
#
# Which cases of a test program run. Those marked @slow take seconds each: they run where the program is called with --slow, and
# then they alone; so ctest has two tests of such a program, of which the second has the label "slow". A case that is named on the
# command line runs in any case.

import sys
import unittest


def slow(case):
    """Marks a test method, or all of a class."""
    case.is_slow = True
    return case


class Selection(unittest.TestLoader):
    """Loads the slow cases, or the others."""

    def __init__(self, is_slow):
        super().__init__()
        self.is_slow = is_slow

    def getTestCaseNames(self, testCaseClass):
        names = super().getTestCaseNames(testCaseClass)
        return [name for name in names if self.is_slow == is_marked(testCaseClass, name)]


def is_marked(test_class, name):
    return getattr(test_class, "is_slow", False) or getattr(getattr(test_class, name), "is_slow", False)


def main():
    is_slow = "--slow" in sys.argv
    arguments = [argument for argument in sys.argv if argument != "--slow"]
    unittest.main(argv=arguments, testLoader=Selection(is_slow))
