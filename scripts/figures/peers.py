"""pacbench beside other programs on the same case: seconds per row and peak memory, with ratios."""
import numpy as np

from . import style
from .result import TIME, CannotDraw, named
from .scaling import captions, names

SAME = ("fs", "n_perm", "n_bins", "measure", "surrogate")  # options in which compared cases must not differ
DIFFERENT = "and the other files are of different cases"


def check_same(results):
    """Complains where the files are of different work."""
    for name in SAME:
        values = dict.fromkeys(str(value) for result in results if (value := result.parameter(name)) is not None)
        if len(values) > 1:
            raise CannotDraw(f"{DIFFERENT}: {name} is {' and '.join(values)}")
    shapes = dict.fromkeys(group["pac"].shape[2:] for result in results
                           if (group := result.group("comodulogram")) is not None and "pac" in group)
    if len(shapes) > 1:
        raise CannotDraw(f"{DIFFERENT}: bands are {' and '.join('×'.join(map(str, shape)) for shape in shapes)}")


def peak_bytes(result, case):
    """Peak memory of all ranks together: on their devices, else resident; NaN where it was not taken."""
    if result.group("benchmark/memory") is None:
        return np.nan
    memory = result.table("benchmark/memory")
    own = memory.only(memory["case"] == case)
    device = own.get("device_peak_bytes")
    peak = device if len(own) and np.isfinite(device).all() else own.get("host_peak_bytes")
    return peak.sum() if len(own) and np.isfinite(peak).all() else np.nan


def entries(results):
    """[(program, label, samples a row, seconds per row, bytes)] of every case with times."""
    found = []
    for result in results:
        with named(result):
            cases = result.timed
        for i in range(len(cases)):
            ranks = int(cases["n_ranks"][i])
            program = result.program + (f", {ranks} ranks" if ranks > 1 else "")
            found.append({"program": program, "result": result, "label": str(cases["label"][i]),
                          "n_times": cases.get("n_times")[i], "row_s": cases[TIME][i] / cases["n_rows"][i],
                          "bytes": peak_bytes(result, int(cases["case"][i])),
                          "extrapolated": cases.get("extrapolated")[i] > 0})
    return found


def compared(results):
    """{label: its entries}, of the labels that every file has; of one case a file the labels do not matter."""
    found = entries(results)
    if all(sum(entry["result"] is result for entry in found) == 1 for result in results):
        groups = {found[0]["label"]: found}
    else:
        groups = {}
        for entry in found:
            groups.setdefault(entry["label"], []).append(entry)
        groups = {label: group for label, group in groups.items()
                  if {id(entry["result"]) for entry in group} == {id(result) for result in results}}
    if not groups:
        raise CannotDraw("and the other files have no case of the same label")
    for label, group in groups.items():
        lengths = dict.fromkeys(f"{entry['n_times']:g}" for entry in group if entry["n_times"] > 0)
        if len(lengths) > 1:
            raise CannotDraw(f"{DIFFERENT}: {label} has rows of {' and '.join(lengths)} samples")
    return groups


def in_words(entry, reference, key, unit):
    """A value and its ratio to the reference's."""
    ratio = "" if entry is reference or not np.isfinite(reference[key]) else f" (×{style.times(entry[key] / reference[key])})"
    note = ", extrapolated" if key == "row_s" and entry["extrapolated"] else ""
    return style.amount(entry[key], unit) + ratio + note


def draw_bars(axis, groups, key, unit, label, colours):
    """Horizontal bars on a log axis, groups one under the other; at their ends value and ratio."""
    positions, texts, y = [], [], 0
    for entries_here in groups.values():
        for entry in entries_here:
            value = entry[key]
            axis.barh(y, value, 0.72, color=colours[entry["program"]])
            if np.isfinite(value):
                axis.annotate(in_words(entry, reference_of(entries_here), key, unit), (value, y), xytext=(4, 0),
                              textcoords="offset points", va="center", fontsize=style.SMALL)
            positions.append(y)
            texts.append(entry["program"])
            y += 1
        y += 0.7
    axis.set_yticks(positions, texts)
    axis.set_ylim(y - 1.1, -0.6)
    values = [entry[key] for entries_here in groups.values() for entry in entries_here if np.isfinite(entry[key])]
    axis.set_xlim(min(values) / 3, max(values))
    style.log_axis(axis.xaxis, unit)
    low, high = axis.get_xlim()
    axis.set_xlim(low, high * (high / low) ** 0.35)  # room for what stands at the ends
    axis.set_xlabel(label)
    axis.grid(True, axis="x")


def reference_of(group):
    """What ratios are taken against: pacbench's fastest entry, or the fastest of all."""
    own = [entry for entry in group if entry["program"].startswith("pacbench")]
    return min(own or group, key=lambda entry: entry["row_s"])


def draw_peers(results, options):
    """Seconds per row and peak memory of several programs on the same case; ratios to pacbench."""
    if len(results) < 2:
        raise CannotDraw("is one result file; give those of other programs on the same case too (scripts/peers.py)")
    check_same(results)
    groups = compared(results)
    programs = list(dict.fromkeys(entry["program"] for group in groups.values() for entry in group))
    colours = {program: style.COLOURS[i % 8] for i, program in enumerate(programs)}
    with_memory = any(np.isfinite(entry["bytes"]) for group in groups.values() for entry in group)

    first = results[0]
    facts = [f"medians; ×: beside {reference_of(next(iter(groups.values())))['program']}"]
    facts += [f"{name} {first.parameter(name)}" for name in SAME if first.parameter(name) is not None]
    n_bars = sum(len(group) for group in groups.values())
    figure = style.page(f"Peers · {names(results)}", " · ".join(facts), captions(results),
                        (11.0 if with_memory else 7.4, 0.9 + 0.42 * n_bars + 0.25 * len(groups)))
    axes = figure.subplots(1, 2 if with_memory else 1, sharey=True, squeeze=False)[0]
    draw_bars(axes[0], groups, "row_s", "s", "time per row (s)", colours)
    if len(groups) > 1:
        y = -0.55
        for label, group in groups.items():
            axes[0].text(1, y, label, transform=axes[0].get_yaxis_transform(), fontsize=style.SMALL, ha="right", va="bottom",
                         color=style.GREY)
            y += len(group) + 0.7
    if with_memory:
        draw_bars(axes[1], groups, "bytes", "byte", "peak memory of all ranks (B)", colours)
    return figure
