#!/usr/bin/env python3
"""Draws a pacbench result file.

    plot.py RESULT.h5 [-o FILE.png|.svg|.pdf] [--row N] [--figure comodulogram]

Exit status: 0 drawn, 2 usage, 3 the file cannot be drawn (absent, not a result, without what the figure needs), 4 a
Python package is missing. Each figure is one function in FIGURES; nothing is computed here but means for display.
"""
import argparse
import pathlib
import sys

try:
    import h5py
    import matplotlib
    import numpy as np

    matplotlib.use("Agg")
    import matplotlib.pyplot as plt
    from matplotlib.patheffects import withStroke
except ImportError as error:
    package = error.name or str(error)
    print(f"plot.py: Python package {package} is missing; install it: apt install python3-{package}, or "
          f"{sys.executable} -m pip install {package}", file=sys.stderr)
    sys.exit(4)


class CannotDraw(Exception):
    """What is missing, in words for the user."""


def parse_coupling(text):
    """'6:80:0.8,..' -> [(phase Hz, amplitude Hz, strength)]."""
    return [tuple(float(part) for part in pair.split(":")) for pair in text.split(",") if pair]


def planted_pairs(file):
    """Planted couplings of a synthetic run; none for a recording."""
    parameters = file["parameters"].attrs
    return [] if parameters.get("input", "") else parse_coupling(parameters.get("coupling", ""))


def cell_edges(centres, bounds):
    """Edges of the drawn cells: the bands' own where bands tile the axis, else half-way between centres (bands overlap or
    leave gaps)."""
    if np.allclose(bounds[1:, 0], bounds[:-1, 1]):
        return np.append(bounds[:, 0], bounds[-1, 1])
    middles = (centres[1:] + centres[:-1]) / 2
    return np.concatenate([[2 * centres[0] - middles[0]], middles, [2 * centres[-1] - middles[-1]]])


def mark_bands(axis, bounds, is_x):
    """Each band from its lower to its upper edge, as one bar of a staircase along the outside of the axis."""
    for i, (low, high) in enumerate(bounds):
        at = [(i + 0.5) / len(bounds)] * 2
        x, y = ([low, high], at) if is_x else (at, [low, high])
        axis.plot(x, y, color="0.45", linewidth=1.2, solid_capstyle="butt")
    for side in ("top", "right", "bottom", "left"):
        axis.spines[side].set_visible(False)
    axis.tick_params(left=False, bottom=False, labelleft=False, labelbottom=False)
    (axis.set_ylim if is_x else axis.set_xlim)(1, 0)  # the lowest band next to the map


def rows_of(group, name, row):
    """A map [phase, amplitude]: of one row, or the mean over all rows with values."""
    values = group[name][()]
    values = values.reshape(-1, *values.shape[2:]).astype(float)
    if row is not None:
        return values[row], 1
    valid = ~np.all(np.isnan(values), axis=(1, 2))
    if not valid.any():
        return values[0], 0
    return np.nanmean(values[valid], axis=0), int(valid.sum())


def significance(group, row):
    """(map, level, words) of the contour to draw where there are statistics; None without. One row: p < 0.05, over the
    family of its pairs where the file says that. Mean over rows: p-values do not average, so the mean z-score against
    1.96."""
    if row is not None:
        for name, words in (("p_maxstat", "p < 0.05, family-wise"), ("p_value", "p < 0.05 (uncorrected)")):
            if name in group:
                return rows_of(group, name, row)[0], 0.05, words
    if "pac_z" in group:
        return rows_of(group, "pac_z", row)[0], 1.96, "mean z = 1.96" if row is None else "z = 1.96"
    return None


def row_title(file, group, row, used):
    total = group["pac"].shape[0] * group["pac"].shape[1]
    if row is None:
        left_out = f", {total - used} without values left out" if used < total else ""
        return f"mean of {used} rows{left_out}"
    batch, column = divmod(row, group["pac"].shape[1])
    rows_of_item = "pair" if "pair" in group else "channel"  # pairs of channels have a coordinate of their own
    name = group[rows_of_item].asstr()[column]
    return f"row {row}: batch item {batch} (from {group['start_s'][batch]:g} s), {rows_of_item} {name}"


def draw_comodulogram(file, options):
    """Modulation index over phase and amplitude frequency, with planted pairs and a contour of significance."""
    if "comodulogram" not in file:
        name = file["benchmark"].attrs.get("name", "?")
        raise CannotDraw(f"holds no comodulogram (benchmark {name}); run `pacbench comodulogram`")
    group = file["comodulogram"]
    total = group["pac"].shape[0] * group["pac"].shape[1]
    if options.row is not None and not 0 <= options.row < total:
        raise CannotDraw(f"has no row {options.row}; give --row 0 to {total - 1}")
    values, used = rows_of(group, "pac", options.row)
    if not np.isfinite(values).any():
        rows = "no row" if options.row is None else f"no value in row {options.row}"
        raise CannotDraw(f"has {rows} to draw (constant signal: its quality is 'undefined')")
    # Explicit bands may come in any order.
    by_phase, by_amplitude = np.argsort(group["phase_frequency"]), np.argsort(group["amplitude_frequency"])
    phase, phase_bounds = (group["phase_frequency" + end][()][by_phase] for end in ("", "_bounds"))
    amplitude, amplitude_bounds = (group["amplitude_frequency" + end][()][by_amplitude] for end in ("", "_bounds"))
    values = values[np.ix_(by_phase, by_amplitude)]

    figure = plt.figure(figsize=(7.6, 6.0))
    grid = figure.add_gridspec(2, 3, width_ratios=[0.11, 1, 0.05], height_ratios=[1, 0.11], wspace=0.03, hspace=0.03,
                               left=0.115, right=0.87, bottom=0.11, top=0.86)
    axis = figure.add_subplot(grid[0, 1])
    phase_axis = figure.add_subplot(grid[1, 1], sharex=axis)
    amplitude_axis = figure.add_subplot(grid[0, 0], sharey=axis)
    x, y = cell_edges(phase, phase_bounds), cell_edges(amplitude, amplitude_bounds)
    mesh = axis.pcolormesh(x, y, values.T, cmap="viridis", shading="flat", rasterized=True, vmin=0)
    mesh.cmap.set_bad("0.85")
    bar = figure.colorbar(mesh, cax=figure.add_subplot(grid[0, 2]))
    bar.set_label("modulation index")
    bar.formatter.set_powerlimits((-3, 3))
    bar.formatter.set_useMathText(True)

    handles = []
    outline = [withStroke(linewidth=3.2, foreground="black")]  # visible on dark and bright cells alike
    contour = significance(group, options.row)
    if contour is not None and min(values.shape) > 1:
        field, level, words = contour
        field = field[np.ix_(by_phase, by_amplitude)]
        if np.nanmin(field) < level < np.nanmax(field):
            lines = axis.contour(phase, amplitude, field.T, levels=[level], colors="white", linewidths=1.6)
            plt.setp(lines.collections if hasattr(lines, "collections") else lines, path_effects=outline)
            handles.append(plt.Line2D([], [], color="white", linewidth=1.6, label=words))
    pairs = [(p, a) for p, a, *_ in planted_pairs(file) if x[0] <= p <= x[-1] and y[0] <= a <= y[-1]]
    if pairs:
        handles += axis.plot(*zip(*pairs), linestyle="none", marker="o", markersize=11, markerfacecolor="none",
                             markeredgecolor="white", markeredgewidth=1.8, label="planted coupling",
                             path_effects=[withStroke(linewidth=4, foreground="black")])
    if handles:
        axis.legend(handles=handles, loc="upper right", facecolor="0.15", edgecolor="none", framealpha=0.75,
                    labelcolor="white", fontsize=9)

    mark_bands(phase_axis, phase_bounds, is_x=True)
    mark_bands(amplitude_axis, amplitude_bounds, is_x=False)
    axis.tick_params(labelbottom=False, labelleft=False)
    axis.set_xlim(x[0], x[-1])
    axis.set_ylim(y[0], y[-1])
    phase_axis.tick_params(bottom=True, labelbottom=True)
    amplitude_axis.tick_params(left=True, labelleft=True)
    phase_axis.set_xlabel("phase frequency (Hz); bars: bands from edge to edge")
    amplitude_axis.set_ylabel("amplitude frequency (Hz)")

    verdict = file["benchmark"].attrs.get("verdict", "?")
    figure.suptitle(pathlib.Path(file.filename).name, x=0.115, y=0.955, ha="left", fontsize=13, fontweight="bold")
    figure.text(0.115, 0.878, f"{row_title(file, group, options.row, used)} · {len(phase)} × {len(amplitude)} bands · "
                f"verdict: {verdict}", fontsize=10, color="0.3")
    return figure


FIGURES = {
    "comodulogram": draw_comodulogram,
}


def main():
    parser = argparse.ArgumentParser(description="Draws a pacbench result file.")
    parser.add_argument("result", help="result file (.h5)")
    parser.add_argument("-o", "--output", help="picture; the ending says the format (RESULT.png)")
    parser.add_argument("--figure", choices=FIGURES, default="comodulogram")
    parser.add_argument("--row", type=int, help="one row, counted from 0 (batch item * channels + channel); default: mean")
    options = parser.parse_args()
    output = pathlib.Path(options.output) if options.output else pathlib.Path(options.result).with_suffix(".png")
    try:
        try:
            file = h5py.File(options.result, "r")
        except OSError as error:
            raise CannotDraw(f"cannot be read: {error}") from error
        with file:
            if file.attrs.get("schema") != "pacbench":
                raise CannotDraw("is no pacbench result (attribute schema is not 'pacbench')")
            figure = FIGURES[options.figure](file, options)
        try:
            figure.savefig(output, dpi=160)
        except (OSError, ValueError) as error:
            raise CannotDraw(f"cannot be drawn to {output}: {error}") from error
    except CannotDraw as problem:
        print(f"plot.py: {options.result} {problem}", file=sys.stderr)
        return 3
    print(output)
    return 0


if __name__ == "__main__":
    sys.exit(main())
