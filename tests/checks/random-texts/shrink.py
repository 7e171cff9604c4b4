# SPDX-License-Identifier: MIT
#
# Makes a failing program small: first the planes that fail without the others, then less text in
# each. One text without a result can take all planes of its program along, so a plane that fails
# is not always the one to blame.

import time

from grammar import Node, is_integer
from judge import OracleError

LIMIT = 60  # seconds of a fill with few planes
SECONDS = 60  # for the text of one plane


def kind_of(failures):
    """What has to stay the same while a program shrinks."""
    return {failure.what.split("(")[0].split(":")[0] for failure in failures}


def isolate(program, failures, run):
    """Programs with as few planes as possible that fail, and their failures."""
    if len(program.planes) == 1:
        return [(program, failures)]
    half = len(program.planes) // 2
    found = []
    for planes in (program.planes[:half], program.planes[half:]):
        part = program.with_planes(planes)
        part_failures = run(part)
        if part_failures:
            found += isolate(part, part_failures, run)
    return found or [(program, failures)]


def may_replace(node, other):
    """Whether a piece may stand in the place of another."""
    if node.kind in ("real", "float"):
        return other.kind == node.kind or (node.kind == "real" and other.kind == "float")
    if is_integer(node):
        return other.kind == node.kind and node.low <= other.low and other.high <= node.high
    return node.kind == other.kind == "condition"


def descendants(node):
    for child in node.children():
        yield child
        yield from descendants(child)


def smaller(node):
    """The text with one piece replaced by a smaller one, or without one statement."""
    for other in descendants(node):
        if may_replace(node, other):
            yield other
    if node.kind == "statement":
        yield Node("statement", "")
    for k, part in enumerate(node.parts):
        if isinstance(part, Node):
            for less in smaller(part):
                yield node.with_part(k, less)


def programs_with_less(program):
    """Programs of one plane with a smaller text, the smallest first."""
    for name in ("definitions", "shared", "parameters"):
        if getattr(program, name):
            other = program.with_planes(program.planes)
            setattr(other, name, {} if name == "parameters" else [])
            yield other
    judged, node = program.planes[0]
    texts = {}
    for less in smaller(node):
        texts.setdefault(less.text(), less)
    for text in sorted(texts, key=len):
        if len(text) < len(node.text()):
            yield program.with_planes([(judged, texts[text])])


def run_or_skip(program, run):
    """A text that lost a definition or a variable is no C."""
    try:
        return run(program)
    except OracleError:
        return []


def shrink(program, failures, run):
    """The smallest program with the same kind of failure that is found in a minute."""
    end, kind = time.monotonic() + SECONDS, kind_of(failures)
    if len(program.planes) > 1:
        return program, failures
    progress = True
    while progress:
        progress = False
        for other in programs_with_less(program):
            if time.monotonic() > end:
                return program, failures
            other_failures = run_or_skip(other, run)
            if other_failures and kind_of(other_failures) == kind:
                program, failures, progress = other, other_failures, True
                break
    return program, failures
