# SPDX-License-Identifier: MIT
#
# Reads the file `reasons`, which says of every side of a branch that no test runs why that is so. A paragraph of it is a reason, over
# several lines if need be, and behind it, each on a line of its own, what it holds for, in the words of uncovered.py:
#
#     | FILE: FUNCTION: true|false: TEXT
#     ? FILE: FUNCTION: true|false: TEXT     of what is run now and then, as two threads happen to meet
#
# The same place may stand there several times, as often as its text occurs in the function. For a line there is no reason.

import collections

from uncovered import Place

Reason = collections.namedtuple("Reason", "place text is_rare")


def read_reasons(path):
    found, words, is_whole = [], [], False
    with open(path, encoding="utf-8") as file:
        for line in map(str.strip, file):
            if line[:2] in ("| ", "? "):
                is_whole = True
                found.append(Reason(Place(*line[2:].split(": ", 3)), " ".join(words), line[0] == "?"))
            elif line and not line.startswith("#"):
                words = [line] if is_whole else [*words, line]
                is_whole = False
    return found


def compare(missing, reasons):
    """What was not run and is not listed, with its line's number; and what is listed and was run, or has no reason."""
    listed = collections.Counter(reason.place for reason in reasons if reason.place.what != "line")
    unlisted = []
    for place, number in sorted(missing):
        listed[place] -= 1
        if listed[place] < 0:
            unlisted.append((place, number))
    rare = {reason.place for reason in reasons if reason.is_rare}
    return unlisted, [place for place, number in listed.items() if number > 0 and place not in rare] + [
        reason.place for reason in reasons if not reason.text or reason.place.what == "line"]
