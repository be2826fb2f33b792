"""The same map of several programs on the same signals, side by side, and how far they are apart."""
import numpy as np

from . import style
from .comodulogram import colour_bar, colours, draw_map
from .maps import Maps
from .result import CannotDraw
from .scaling import captions, names


def difference(first, second, name="pac"):
    """(correlation, largest difference, values compared) of a map in two files, over the rows that both have and where both
    have a value."""
    maps = [Maps(result) for result in (first, second)]
    for one in maps:
        one.need(name)
    for a, b in zip(*((one.phase_bounds, one.amplitude_bounds) for one in maps)):
        if a.shape != b.shape or not np.allclose(a, b):
            raise CannotDraw("and the other files are of different bands")
    rows = range(min(one.n_rows for one in maps))
    values = [np.stack([row for _, row in one.each(name, rows)]) for one in maps]
    both = np.isfinite(values[0]) & np.isfinite(values[1])
    if not both.any():
        raise CannotDraw(f"has no value of {name} that the other files have too")
    a, b = values[0][both], values[1][both]
    return np.corrcoef(a, b)[0, 1], np.abs(a - b).max(), a.size


def draw_beside(results, options):
    """The mean over rows in each file, on one colour scale; correlation and largest difference to the first."""
    if len(results) < 2:
        raise CannotDraw("is one result file; give those of other programs on the same signals too")
    name = options.map
    apart = [difference(results[0], result, name) for result in results[1:]]
    maps = [Maps(result) for result in results]
    rows = options.rows or list(range(min(one.n_rows for one in maps)))
    means = [one.drawable_mean(name, one.chosen(rows))[0] for one in maps]
    facts = [f"{maps[0].label(name)}, mean of {len(rows)} rows", maps[0].bands_in_words()]
    facts += [f"{result.program}: correlation {r:.6f}, largest difference {largest:.1e} over all {n:,} values"
              for result, (r, largest, n) in zip(results[1:], apart)]
    figure = style.page(f"Side by side · {names(results)}", " · ".join(facts), captions(results),
                        (3.6 * len(results) + 1.0, 3.3), ("phase frequency (Hz)", "amplitude frequency (Hz)"))
    axes = figure.subplots(1, len(results), sharex=True, sharey=True)
    scale = colours(name, np.stack(means), maps[0])
    for axis, result, one, values in zip(axes, results, maps, means):
        mesh = draw_map(axis, one, values, **scale)
        axis.set_title(result.program)
    colour_bar(figure, mesh, maps[0], name, ax=axes, pad=0.02, aspect=24)
    return figure
