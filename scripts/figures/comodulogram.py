"""Maps over phase and amplitude frequency: one, one per channel, and the strongest value of every pair of channels."""
import matplotlib.pyplot as plt
import numpy as np
from matplotlib.collections import LineCollection
from matplotlib.patheffects import withStroke

from . import style
from .maps import P_VALUES, Maps
from .result import CannotDraw

MOST_PANELS = 64
SEEN = [withStroke(linewidth=3.2, foreground="black")]  # visible on dark and bright cells alike


def cell_edges(centres, bounds):
    """Edges of the drawn cells: the bands' own where bands tile the axis, else half-way between centres (bands overlap or
    leave gaps)."""
    if np.allclose(bounds[1:, 0], bounds[:-1, 1]):
        return np.append(bounds[:, 0], bounds[-1, 1])
    middles = (centres[1:] + centres[:-1]) / 2
    return np.concatenate([[2 * centres[0] - middles[0]], middles, [2 * centres[-1] - middles[-1]]])


def colours(name, values, maps):
    """Colour map and range of a map's values: signed ones about 0, angles round, p-values dark where small."""
    largest = np.nanmax(np.abs(values))
    if maps.attribute(name, "units") == "rad":
        return {"cmap": "twilight", "vmin": -np.pi, "vmax": np.pi}
    if name.endswith(P_VALUES):
        return {"cmap": "viridis_r", "vmin": 0, "vmax": 1}
    if name.endswith("_z"):
        return {"cmap": "PuOr_r", "vmin": -largest, "vmax": largest}
    return {"cmap": "viridis", "vmin": min(0, np.nanmin(values)), "vmax": np.nanmax(values)}


def draw_map(axis, maps, values, **options):
    """One map; cells without a value are grey."""
    x, y = cell_edges(maps.phase, maps.phase_bounds), cell_edges(maps.amplitude, maps.amplitude_bounds)
    mesh = axis.pcolormesh(x, y, values.T, shading="flat", rasterized=True, **options)
    axis.set_facecolor(style.LIGHT)
    axis.set(xlim=(x[0], x[-1]), ylim=(y[0], y[-1]))
    return mesh


def outline(axis, maps, inside, line):
    """Draws the border of the cells `inside` [phase, amplitude], cell edge by cell edge, in a line style."""
    x, y = cell_edges(maps.phase, maps.phase_bounds), cell_edges(maps.amplitude, maps.amplitude_bounds)
    padded = np.pad(inside, 1).astype(int)
    across, along = np.diff(padded, axis=0)[:, 1:-1], np.diff(padded, axis=1)[1:-1]  # borders at x[i], at y[j]
    lines = [[(x[i], y[j]), (x[i], y[j + 1])] for i, j in zip(*np.nonzero(across))]
    lines += [[(x[i], y[j]), (x[i + 1], y[j])] for i, j in zip(*np.nonzero(along))]
    capstyle = "butt" if line == ":" else "projecting"
    axis.add_collection(LineCollection(lines, capstyle="projecting", colors="black", linewidths=3.2))
    axis.add_collection(LineCollection(lines, capstyle=capstyle, colors="white", linewidths=1.4, linestyles=line))


def significance(maps, name, rows):
    """[(cells, words, line style)] to outline. One row: over the family of its pairs where the file says that. Several:
    p-values do not average, so the mean z-score against 1.96."""
    found = []
    if len(rows) == 1:
        tests = (("p_maxstat", "p < 0.05, family-wise", "-"), ("q_fdr", "false discovery rate ≤ 0.05", ":"),
                 ("p_value", "p < 0.05, uncorrected", "-"))
        for ending, words, line in tests:
            if maps.has(maps.statistic(name, ending)) and not (ending == "p_value" and found):
                values = maps.mean(maps.statistic(name, ending), rows)[0]
                found.append((values <= 0.05 if ending == "q_fdr" else values < 0.05, words, line))
    elif maps.has(maps.statistic(name, "z")):
        found.append((maps.mean(maps.statistic(name, "z"), rows)[0] > 1.96, "mean z > 1.96", "-"))
    return [(cells, words + ("" if np.any(cells) else ": nowhere"), line) for cells, words, line in found]


def ring(size):
    """How a planted coupling looks."""
    return {"marker": "o", "markersize": size, "markerfacecolor": "none", "markeredgecolor": "white",
            "markeredgewidth": 0.16 * size, "path_effects": [withStroke(linewidth=0.36 * size, foreground="black")]}


def within(maps, couplings):
    """The couplings (phase Hz, amplitude Hz) that lie on the map."""
    x, y = cell_edges(maps.phase, maps.phase_bounds), cell_edges(maps.amplitude, maps.amplitude_bounds)
    return [(p, a) for p, a in couplings if x[0] <= p <= x[-1] and y[0] <= a <= y[-1]]


def mark_planted(axis, maps, size):
    """Rings at planted couplings."""
    for phase_hz, amplitude_hz in within(maps, maps.planted()):
        axis.plot(phase_hz, amplitude_hz, **ring(size))


def mark_bands(axis, bounds, is_x):
    """Each band from its lower to its upper edge, as one bar of a staircase along the outside of the axis."""
    for i, (low, high) in enumerate(bounds):
        at = [(i + 0.5) / len(bounds)] * 2
        x, y = ([low, high], at) if is_x else (at, [low, high])
        axis.plot(x, y, color="0.45", linewidth=1.2, solid_capstyle="butt")
    for side in ("top", "right", "bottom", "left"):
        axis.spines[side].set_visible(False)
    axis.tick_params(left=not is_x, labelleft=not is_x, bottom=is_x, labelbottom=is_x)
    (axis.set_ylim if is_x else axis.set_xlim)(1, 0)  # the lowest band next to the map


def colour_bar(figure, mesh, maps, name, **where):
    """The bar of a map's values, with its meaning and unit."""
    bar = figure.colorbar(mesh, **where)
    bar.set_label(maps.label(name))
    bar.formatter.set_powerlimits((-3, 3))
    bar.formatter.set_useMathText(True)


def draw_comodulogram(results, options):
    """A map over phase and amplitude frequency, its bands, significant cells and planted couplings."""
    result = results[0]
    maps, name = Maps(result), options.map
    rows = maps.chosen(options.rows)
    values, used = maps.drawable_mean(name, rows)
    tests = significance(maps, name, rows)
    keys = [plt.Line2D([], [], color="white", linestyle=line, linewidth=1.6, path_effects=SEEN, label=words)
            for _, words, line in tests]
    if within(maps, maps.planted()):
        keys.append(plt.Line2D([], [], linestyle="none", label="planted coupling", **ring(9)))
    figure = style.page(f"Comodulogram · {result.path.name}",
                        f"{maps.rows_in_words(rows, used)} · {maps.bands_in_words()}", result.caption, (7.4, 5.4), keys=keys)
    grid = figure.add_gridspec(2, 3, width_ratios=[0.12, 1, 0.05], height_ratios=[1, 0.12])
    axis = figure.add_subplot(grid[0, 1])
    phase_axis = figure.add_subplot(grid[1, 1], sharex=axis)
    amplitude_axis = figure.add_subplot(grid[0, 0], sharey=axis)
    figure.get_layout_engine().set(wspace=0.01, hspace=0.01, w_pad=0.02, h_pad=0.02)
    mesh = draw_map(axis, maps, values, **colours(name, values, maps))
    colour_bar(figure, mesh, maps, name, cax=figure.add_subplot(grid[0, 2]))
    for cells, _, line in tests:
        outline(axis, maps, cells, line)
    mark_planted(axis, maps, 11)
    mark_bands(phase_axis, maps.phase_bounds, is_x=True)
    mark_bands(amplitude_axis, maps.amplitude_bounds, is_x=False)
    axis.tick_params(bottom=False, left=False, labelbottom=False, labelleft=False)
    phase_axis.set_xlabel("phase frequency (Hz); bars: bands from edge to edge")
    amplitude_axis.set_ylabel("amplitude frequency (Hz)")
    return figure


def by_column(maps, name, rows):
    """{channel or pair: mean map over its chosen rows}, strongest first; those without values last, as None."""
    means = {column: values if used else None
             for column, (values, used) in maps.means(name, rows, lambda row: row % maps.n_columns).items()}
    if all(values is None for values in means.values()):
        maps.drawable_mean(name, rows)  # says why
    return dict(sorted(means.items(), key=lambda item: -np.inf if item[1] is None else np.nanmax(item[1]), reverse=True))


def draw_channels(results, options):
    """One map per channel (or pair of channels), the mean over batch items, on one colour scale."""
    result = results[0]
    maps, name = Maps(result), options.map
    maps.need(name)
    rows = maps.chosen(options.rows)
    if name.endswith(P_VALUES) and len(rows) > len({row % maps.n_columns for row in rows}):
        raise CannotDraw("has several batch items, and p-values of several rows have no mean; give --rows of one item")
    means = by_column(maps, name, rows)
    shown = {column: means[column] for column in sorted(list(means)[:MOST_PANELS])}
    across = int(np.ceil(np.sqrt(len(shown))))
    down = int(np.ceil(len(shown) / across))
    panel_in = max(1.25, 4.4 / across)
    left_out = f"the strongest {len(shown)} of {len(means)} {maps.rows_of_item}s" if len(shown) < len(means) else ""
    items = len({row // maps.n_columns for row in rows})
    facts = [left_out or f"{len(shown)} {maps.rows_of_item}s", f"mean of {items} batch items", maps.bands_in_words()]
    figure = style.page(f"Comodulograms of {maps.rows_of_item}s · {result.path.name}", " · ".join(facts), result.caption,
                        (panel_in * across + 1.6, 0.85 * panel_in * down + 0.4),
                        ("phase frequency (Hz)", "amplitude frequency (Hz)"))
    axes = figure.subplots(down, across, sharex=True, sharey=True, squeeze=False)
    scale = colours(name, np.stack([values for values in shown.values() if values is not None]), maps)
    for axis, (column, values) in zip(axes.flat, shown.items()):
        empty = np.full((len(maps.phase), len(maps.amplitude)), np.nan)
        mesh = draw_map(axis, maps, empty if values is None else values, **scale)
        mark_planted(axis, maps, 7)
        axis.set_title(str(maps.columns[column]) + (" (no values)" if values is None else ""), fontsize=style.SMALL, pad=2)
        axis.tick_params(labelsize=style.SMALL)
        axis.locator_params(nbins=3)
    for axis in axes.flat[len(shown):]:
        axis.set_visible(False)
    for axis in axes.flat[max(0, len(shown) - across):len(shown)]:
        axis.tick_params(labelbottom=True)  # also above a place that is left empty
    colour_bar(figure, mesh, maps, name, ax=axes, pad=0.01, aspect=30)
    return figure


def draw_channel_pairs(results, options):
    """The strongest value over all bands for every pair of channels: rows the phase's, columns the amplitude's."""
    result = results[0]
    maps, name = Maps(result), options.map
    if maps.rows_of_item != "pair":
        raise CannotDraw("holds no pairs of channels; run `pacbench comodulogram --pairs all`")
    maps.need(name)
    rows = maps.chosen(options.rows)
    channels = result.values("comodulogram/channel")
    sides = [result.values(f"comodulogram/pair_{side}_channel") for side in ("phase", "amplitude")]
    if any(len(side) != maps.n_columns or np.min(side) < 0 or np.max(side) >= len(channels) for side in sides):
        raise CannotDraw("is damaged: pair_phase_channel and pair_amplitude_channel do not name the channels of its pairs")
    strongest = np.full((len(channels), len(channels)), np.nan)
    for column, values in by_column(maps, name, rows).items():
        if values is not None:
            strongest[sides[0][column], sides[1][column]] = np.nanmax(values)
    side_in = max(3.2, min(9.0, 0.28 * len(channels)))
    figure = style.page(f"Pairs of channels · {result.path.name}",
                        f"largest value over {maps.bands_in_words()} of the mean over "
                        f"{len({row // maps.n_columns for row in rows})} batch items · grey: not among the pairs",
                        result.caption, (side_in + 2.2, side_in + 0.9))
    axis = figure.subplots()
    mesh = axis.imshow(strongest, interpolation="none", **colours(name, strongest, maps))
    axis.set_facecolor(style.LIGHT)
    ticks = range(0, len(channels), -(-len(channels) // 36))
    axis.set_xticks(ticks, [channels[i] for i in ticks], rotation=90, fontsize=style.SMALL)
    axis.set_yticks(ticks, [channels[i] for i in ticks], fontsize=style.SMALL)
    axis.set(xlabel="channel of the amplitude", ylabel="channel of the phase")
    colour_bar(figure, mesh, maps, name, ax=axis)
    return figure
