# SPDX-License-Identifier: MIT
#
# When kernels and read-backs ran, from the lines of timeline_layer.c: as a picture of some bands, and in shares of the time.

WIDTH = 104  # characters for the time
NUM_BANDS = 12
NUM_LAST = 2  # the last bands of a fill are the shorter rest, with nothing behind them
KINDS = ("kernel", "read-back")


def read_commands(path):
    """The (begin, end) of each kind in the order of their beginning."""
    found = {kind: [] for kind in KINDS}
    with open(path, encoding="utf-8") as file:
        for text in file:
            kind, begin, end = text.split()
            found[kind].append((int(begin), int(end)))
    return {kind: sorted(commands) for kind, commands in found.items()}


def read_bands(path, num_planes):
    """(band, begin, end) of each kind: a band is a kernel and as many read-backs for each plane as there are queues for them."""
    found = read_commands(path)
    kernels, reads = (found[kind] for kind in KINDS)
    if len(kernels) < NUM_BANDS + NUM_LAST or not reads or len(reads) % (num_planes * len(kernels)):
        raise RuntimeError(f"{len(kernels)} kernels and {len(reads)} read-backs are no time line")
    per_kernel = len(reads) // len(kernels)
    return {"kernel": [(k, *command) for k, command in enumerate(kernels)],
            "read-back": [(k // per_kernel, *command) for k, command in enumerate(reads)]}


def window(bands):
    """The first of the bands looked at, and from when to when: at the end of the last fill, where everything is learned."""
    kernels = bands["kernel"]
    first = len(kernels) - NUM_BANDS - NUM_LAST
    return first, kernels[first][1], kernels[first + NUM_BANDS - 1][2]


def busy_times(commands):
    """The (begin, end) in which at least one of the commands runs."""
    times = []
    for _, begin, end in sorted(commands, key=lambda command: command[1]):
        if times and begin <= times[-1][1]:
            times[-1] = (times[-1][0], max(times[-1][1], end))
        else:
            times.append((begin, end))
    return times


def overlap(commands, begin, end):
    return sum(max(0, min(end, last) - max(begin, first)) for first, last in busy_times(commands))


def overlap_of_both(bands, begin, end):
    """The time in which both kinds are busy."""
    return sum(overlap(bands["read-back"], max(begin, first), min(end, last)) for first, last in busy_times(bands["kernel"])
               if first < end and last > begin)


def shares(bands):
    """Of the time: kernels busy, read-backs busy, both; and both as a share of the kernels' time."""
    _, begin, end = window(bands)
    kernel, read = (overlap(bands[kind], begin, end) / (end - begin) for kind in KINDS)
    both = overlap_of_both(bands, begin, end) / (end - begin)
    return {"kernel": kernel, "read-back": read, "both": both, "hidden": both / kernel}


def letter(commands, first, begin, end):
    """The band that has most of this time, A for the first; a point where less than half of it has one."""
    times = [(overlap([command], begin, end), command[0]) for command in commands]
    longest, band = max(times)
    return chr(ord("A") + (band - first) % 26) if 2 * longest >= end - begin else "."


def picture(bands):
    """The lines: one for each kind, time to the right."""
    first, begin, end = window(bands)
    step = (end - begin) / WIDTH
    lines = []
    for kind in KINDS:
        near = [command for command in bands[kind] if command[1] < end and command[2] > begin]
        letters = [letter(near, first, begin + k * step, begin + (k + 1) * step) for k in range(WIDTH)]
        lines.append(f"{kind:10}{''.join(letters)}")
    right = f"{(end - begin) / 1e6:.1f} ms"
    return [f"{'':10}0{right:>{WIDTH - 1}}", *lines]
