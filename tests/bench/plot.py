# SPDX-License-Identifier: MIT
#
# The picture: GB/s over the output's size, a line for each system; P = 2, float64, warm.

import matplotlib

matplotlib.use("Agg")
import matplotlib.pyplot as plt  # noqa: E402  (the backend comes first)


def points(entries, system):
    """(bytes, GB/s), one for each size."""
    found = {}
    for entry in entries:
        measured = entry["systems"].get(system, {})
        if measured.get("status") == "ok":
            found.setdefault(entry["nbytes"], []).append(entry["nbytes"] / measured["seconds"] / 1e9)
    return sorted((nbytes, max(rates)) for nbytes, rates in found.items())


def draw(results, path):
    entries = [entry for entry in results["cases"]
               if entry["work"] == "outer" and entry["output"] == "warm" and entry["P"] == 2 and entry["dtype"] == "float64"]
    names = dict.fromkeys(name for entry in entries for name in entry["systems"])
    figure, axes = plt.subplots(figsize=(11, 6.5))
    colours = plt.get_cmap("tab20").colors
    for k, name in enumerate(names):
        line = points(entries, name)
        if line:
            style = {"outerfill": {"color": "black", "linewidth": 2.5}, "limit": {"color": "grey", "linestyle": "--"}}
            style = {"color": colours[k % len(colours)], **style.get(name, {})}
            axes.plot(*zip(*line), marker="os^vDP*X"[k % 8], markersize=4, label=name, **style)
    axes.set(xscale="log", yscale="log", xlabel="bytes of output", ylabel="GB/s of output", ylim=(0.1, None),
             title="ab[0] = a + b, ab[1] = a * b, float64, array there before")
    axes.grid(alpha=0.3)
    if axes.get_legend_handles_labels()[0]:
        axes.legend(loc="upper left", bbox_to_anchor=(1.01, 1), frameon=False)
    figure.savefig(path, dpi=110, bbox_inches="tight")
    plt.close(figure)
