# SPDX-License-Identifier: MIT
#
# What a measured case is held against: ratios between systems, and the bounds that outerfill sets itself. A missed bound is told,
# it is no failure: times depend on the machine.

import cases

OF_LIMIT = 0.95
OF_LIMIT_COPY = 0.85
OF_DEVICES = 0.9
OF_FILE = 0.9
FILE_NBYTES = 300_000_000
OF_C_OPENMP = 1.0
OF_NUMPY_FRESH = 2.5
SMALL_FACTOR, SMALL_MORE = 2, 2e-6  # of c-serial, and seconds
OF_C_OPENMP_EXPENSIVE = {"expression": 1.6, "option": 1.6, "iterate1000": 1.0, "iterate2000": 1.0}

NO_PEERS = (*cases.OURS, *cases.LIMITS, "opencl-bare")


def seconds(entry, system):
    found = entry["systems"].get(system, {})
    return found["seconds"] if found.get("status") == "ok" else None


def times_faster(entry, system, than):
    """How many times the rate of `than` is `system`'s; None where one of them has none."""
    ours, theirs = seconds(entry, system), seconds(entry, than)
    return theirs / ours if ours and theirs else None


def best_peer(entry):
    """The name of the fastest peer, or None."""
    times = {name: seconds(entry, name) for name in entry["systems"] if name not in NO_PEERS}
    times = {name: time for name, time in times.items() if time}
    return min(times, key=times.get) if times else None


def small_bound(entry):
    serial = seconds(entry, "c-serial")
    return SMALL_FACTOR * serial + SMALL_MORE if serial else None


def ratio_bounds(entry):
    """(system, the bound's name, with what it is compared, the least ratio) for one case."""
    kind, work = entry["kind"], entry["work"]
    if kind == "warm" and entry["nbytes"] >= cases.COPY_NBYTES:  # below, caches and not memory are the limit
        return [("outerfill", "of the limit, warm", "limit", OF_LIMIT),
                ("outerfill", "of c-openmp, warm", "c-openmp", OF_C_OPENMP),
                ("outerfill-staged", "of limit-copy, staged", "limit-copy", OF_LIMIT_COPY)]
    if kind == "warm":
        return []
    if kind == "fresh":
        return [("outerfill", "of the limit's first touch, fresh", "limit", OF_LIMIT),
                ("outerfill", "of numpy, fresh", "numpy", OF_NUMPY_FRESH)]
    least = OF_C_OPENMP_EXPENSIVE.get(work)
    what = f"of c-openmp, {work.rstrip('0123456789')}"
    return [("outerfill", what, "c-openmp", least)] if kind == "expensive" and least else []


def verdicts(entry):
    """(bound, measured, met) for each bound that the case has and that could be measured."""
    found = []
    for system, what, than, least in ratio_bounds(entry):
        ratio = times_faster(entry, system, than)
        if ratio is not None:
            found.append((f"{least:g} {what}", f"{ratio:.2f}", ratio >= least))
    limit, ours = small_bound(entry), seconds(entry, "outerfill")
    if entry["kind"] == "small" and limit and ours:
        what = f"{SMALL_FACTOR} x c-serial + {SMALL_MORE * 1e6:g} us, small"
        found.append((what, f"{ours * 1e6:.2f} us, bound {limit * 1e6:.2f}", ours <= limit))
    return found


def file_verdicts(section):
    """What a file as output takes: time against the best way to write memory into a file, and memory."""
    bounds = {"disk": f"{OF_FILE:g} of the best way to write memory into a file", "tmpfs": f"{OF_FILE:g} of a parallel copy into tmpfs"}
    found = [(f"section/file: {line['name']}", bounds[line["kind"]], f"{line['ratio']:.2f}", line["ratio"] >= OF_FILE)
             for line in section.get("lines", ())]
    peak = (section.get("peak") or {}).get("peak_nbytes")
    if peak:
        found.append(("section/file", f"{FILE_NBYTES / 1e6:g} MB of memory for a file of 8 GB", f"{peak / 1e6:.0f} MB", peak <= FILE_NBYTES))
    return found


def section_verdicts(sections):
    """The same for the sections, with the section's name in front."""
    ratio = sections.get("devices", {}).get("unequal_ratio")
    bound = f"{OF_DEVICES:g} of the sum of two devices, one much slower"
    found = [] if ratio is None else [("section/devices", bound, f"{ratio:.2f}", ratio >= OF_DEVICES)]
    return found + file_verdicts(sections.get("file", {}))


def remarks(entry):
    """What an honest table says of outerfill in this case, "" if there is nothing."""
    found = []
    peer = best_peer(entry)
    ratio = times_faster(entry, "outerfill", peer) if peer else None
    if ratio is not None and ratio < 1 and entry["kind"] != "small":
        found.append(f"loses to {peer}")
    found += [f"below {bound}" for bound, _, met in verdicts(entry) if not met and "c-openmp, warm" not in bound]
    return "; ".join(found)
