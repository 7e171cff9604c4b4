# SPDX-License-Identifier: MIT
#
# The results as tables: lists of rows of text, printed aligned or as Markdown.

import bounds
import cases

SHORT = {"float64": "f64", "float32": "f32"}
COLUMNS = {"outerfill-staged": "staged", "outerfill-user": "user", "outerfill-relaxed": "relaxed", "opencl-naive": "cl-naive", "opencl-bare": "cl-bare",
           "limit-copy": "lim-copy",
           "c-openmp-fast": "c-fast"}
OF_LIMITS = {"limit": ("outerfill", "/limit"), "limit-copy": ("outerfill-staged", "staged/lim-copy")}


def text_table(header, rows):
    widths = [max(len(row[k]) for row in [header, *rows]) for k in range(len(header))]

    def line(row):
        cells = [row[0].ljust(widths[0])] + [cell.rjust(width) for cell, width in zip(row[1:-1], widths[1:-1])]
        return "  ".join([*cells, row[-1]]).rstrip()
    return "\n".join(line(row) for row in [header, *rows])


def markdown_table(header, rows):
    ruler = ["---"] + ["--:"] * (len(header) - 2) + ["---"]
    return "\n".join("| " + " | ".join(row) + " |" for row in [header, ruler, *rows])


def ratio_text(ratio):
    return "-" if ratio is None else f"{ratio:.2f}"


def used_systems(entries, kind):
    """The columns: the systems with a number, or with a wrong one, in one case at least, in their usual order."""
    statuses = {name: {entry["systems"].get(name, {}).get("status") for entry in entries if entry["kind"] == kind}
                for name in cases.systems("")}
    return [name for name in statuses if statuses[name] & {"ok", "wrong", "error"} and name not in cases.ONCE]


def titles(systems):
    return [COLUMNS.get(name, name) for name in systems]


def number(entry, name, convert):
    found = entry["systems"].get(name)
    if not found or found["status"] == "skip":
        return "-"
    if found["status"] == "ok":
        return convert(entry, found["seconds"])
    return {"wrong": "WRONG", "error": "failed"}.get(found["status"], "-")


def gigabytes_per_second(entry, seconds):
    return f"{entry['nbytes'] / seconds / 1e9:.2f}"


def megacells_per_second(entry, seconds):
    return f"{entry['n'] * entry['m'] / seconds / 1e6:.2f}"


def microseconds(_, seconds):
    return f"{seconds * 1e6:.2f}"


def case_label(entry):
    shape = f"{entry['n']} x {entry['m']}, P={entry['P']}, {SHORT[entry['dtype']]}"
    return shape if entry["work"] == "outer" else f"{entry['work']} {shape}"


def peer_cells(entry, systems):
    """The ratios that end a line, and the remark."""
    peer = bounds.best_peer(entry)
    best = f"{ratio_text(bounds.times_faster(entry, 'outerfill', peer))} {peer}" if peer else "-"
    of_limit = [ratio_text(bounds.times_faster(entry, ours, limit)) for limit, (ours, _) in OF_LIMITS.items() if limit in systems]
    return [*of_limit, ratio_text(bounds.times_faster(entry, "outerfill", "c-openmp")), best, bounds.remarks(entry)]


def rate_table(entries, kind, convert):
    chosen = [entry for entry in entries if entry["kind"] == kind]
    systems = used_systems(entries, kind)
    of_limits = [title for limit, (_, title) in OF_LIMITS.items() if limit in systems]
    header = ["case", "GB", *titles(systems), *of_limits, "/c-openmp", "/best peer", "remark"]
    rows = [[case_label(entry), f"{entry['nbytes'] / 1e9:.3f}", *(number(entry, name, convert) for name in systems),
             *peer_cells(entry, systems)] for entry in chosen]
    return header, rows


def limit_table(entries, limit):
    """A limit's ways, whose best is the limit."""
    chosen = [entry for entry in entries if entry["kind"] in ("warm", "fresh")
              and entry["systems"].get(limit, {}).get("status") == "ok"]
    ways = list(dict.fromkeys(way for entry in chosen for way in entry["systems"][limit]["medians"]))
    rows = [[f"{case_label(entry)}, {entry['output']}",
             *(gigabytes_per_second(entry, entry["systems"][limit]["medians"][way]) for way in ways),
             entry["systems"][limit]["variant"]] for entry in chosen]
    return ["case", *ways, "best"], rows


def small_table(entries):
    chosen = [entry for entry in entries if entry["kind"] == "small"]
    systems = used_systems(entries, "small")
    rows = []
    for entry in chosen:
        limit, ours = bounds.small_bound(entry), bounds.seconds(entry, "outerfill")
        kept = "-" if not limit or not ours else "kept" if ours <= limit else "missed"
        rows.append([case_label(entry), *(number(entry, name, microseconds) for name in systems),
                     microseconds(entry, limit) if limit else "-", kept])
    return ["case", *titles(systems), "bound", "it is"], rows


def bound_lines(entries, sections):
    """How often each bound is met, and where it is not."""
    counts, missed = {}, []
    found = [(entry["name"], *verdict) for entry in entries for verdict in bounds.verdicts(entry)]
    for name, bound, measured, met in found + bounds.section_verdicts(sections):
        count = counts.setdefault(bound, [0, 0])
        count[0] += met
        count[1] += 1
        if not met:
            missed.append(f"missed: {bound}: {name}: {measured}")
    beaten = [entry for entry in entries if entry["kind"] != "small" and bounds.best_peer(entry)
              and (bounds.times_faster(entry, "outerfill", bounds.best_peer(entry)) or 1) < 1]
    lines = [f"{bound}: met in {met} of {total}" for bound, (met, total) in counts.items()]
    return lines + [f"a peer is faster in {len(beaten)} of {sum(entry['kind'] != 'small' for entry in entries)}"] + missed


def reason_lines(entries):
    """Who could not take part, or was wrong, and why; the same reason once."""
    found = {}
    for entry in entries:
        for name, system in entry["systems"].items():
            if system["status"] in ("skip", "error", "wrong"):
                found.setdefault((name, system["status"], system["reason"]), []).append(entry["name"])
    words = {"skip": "left out", "error": "failed", "wrong": "WRONG"}
    return [f"{name}: {words[status]}: {reason} ({names[0]}{f' and {len(names) - 1} more' if len(names) > 1 else ''})"
            for (name, status, reason), names in found.items()]


def once_table(entries):
    """The slow ways that a question about this work begins with: measured once, on one case."""
    rows = []
    for entry in entries:
        for name in cases.ONCE:
            found = entry["systems"].get(name)
            if found and found["status"] != "skip":
                faster = bounds.times_faster(entry, "outerfill", name)
                rows.append([name, case_label(entry), number(entry, name, lambda _, seconds: f"{seconds:.3f}"),
                             f"{faster:.0f}" if faster else "-"])
    return ["system", "case", "seconds", "outerfill is faster by"], rows


TITLES = (
    ("warm", "outer, warm: the array is there before. GB/s of output, median of the rounds", gigabytes_per_second),
    ("fresh", "outer, fresh: every repetition allocates memory (malloc, np.empty or outerfill_alloc) and fills it. GB/s of output", gigabytes_per_second),
    ("small", "outer, small: microseconds for a call", None),
    ("expensive", "Expensive functions: Mcells/s", megacells_per_second),
)


def all_tables(entries):
    """(title, header, rows) of every table that has rows."""
    found = []
    for kind, title, convert in TITLES:
        header, rows = small_table(entries) if kind == "small" else rate_table(entries, kind, convert)
        found.append((title, header, rows))
    found.append(("limit: the same bytes stored without any computation, in three ways. GB/s", *limit_table(entries, "limit")))
    found.append(("limit-copy: the same bytes stored in a second array and copied into the first, in three ways. GB/s",
                  *limit_table(entries, "limit-copy")))
    found.append(("Slow ways, measured once", *once_table(entries)))
    return [table for table in found if table[2]]


def picture_text(section, is_markdown):
    lines = "\n".join(section["picture"])
    return f"## {section['title']}\n\n```\n{lines}\n```" if is_markdown else f"{section['title']}\n\n{lines}"


def section_tables(sections):
    return [(section["table_title"], *section["table"]) for section in sections.values() if "table" in section]


def report(results, is_markdown):
    """The whole report as text."""
    parts = []
    for title, header, rows in all_tables(results["cases"]) + section_tables(results["sections"]):
        table = (markdown_table if is_markdown else text_table)(header, rows)
        parts.append(f"## {title}\n\n{table}" if is_markdown else f"{title}\n\n{table}")
    parts += [picture_text(section, is_markdown) for section in results["sections"].values() if "picture" in section]
    sections = [("Sections", [f"{name}: {section['text']}" for name, section in results["sections"].items()]),
                ("Bounds", bound_lines(results["cases"], results["sections"])), ("Left out, failed or wrong", reason_lines(results["cases"])),
                ("Environment", [f"{name}: {value}" for name, value in results["environment"].items()])]
    for title, lines in sections:
        if lines:
            bullets = "\n".join(f"- {line}" if is_markdown else f"  {line}" for line in lines)
            parts.append(f"## {title}\n\n{bullets}" if is_markdown else f"{title}\n\n{bullets}")
    return "\n\n".join(parts) + "\n"
