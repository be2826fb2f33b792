"""How each parameter acts: one panel per option of a sweep, other programs' results of the same cases beside it."""
import matplotlib.pyplot as plt
import numpy as np

from . import style
from .result import TIME, CannotDraw, named
from .scaling import captions, names

FAILED = {"linestyle": "none", "marker": "X", "color": style.VERMILLION, "markersize": 8}


def settings_of(label):
    """'fs=512 n_perm=20' -> {'fs': '512', 'n_perm': '20'}; of the base case {}."""
    return dict(word.split("=", 1) for word in label.split() if "=" in word)


def number(text):
    try:
        return float(text)
    except ValueError:
        return None


class Sweep:
    """The cases of one file by what they set."""

    def __init__(self, result):
        with named(result):
            self._read(result)

    def _read(self, result):
        self.result, self.cases = result, result.cases
        self.settings = [settings_of(str(label)) for label in self.cases["label"]]
        self.axes = list(dict.fromkeys(name for settings in self.settings for name in settings))
        if not self.axes:
            raise CannotDraw(f"has no cases that vary an option (benchmark {result.benchmark}); run "
                             "`pacbench sweep --vary NAME=V1,V2`")
        base = {name: self._base(name) for name in self.axes}
        self.settings = [{**base, **settings} for settings in self.settings]

    def _base(self, name):
        """The base case's value: as the case says it, else as the option was given."""
        i = next((i for i, settings in enumerate(self.settings) if not settings), None)
        value = self.cases.get(name)[i] if i is not None and name in self.cases else self.result.parameter(name, "?")
        return f"{value:g}" if isinstance(value, (int, float, np.floating)) else str(value)

    def lines(self, axis):
        """[[(value, case), ..]] in the order of the cases: all cases that differ in nothing but the axis; only several."""
        groups = {}
        for i, settings in enumerate(self.settings):
            rest = tuple(sorted((name, value) for name, value in settings.items() if name != axis))
            groups.setdefault(rest, []).append((settings[axis], i))
        return [line for line in groups.values() if len({value for value, _ in line}) > 1]


def places(values):
    """{text: position} and whether the axis is of numbers (then positions are the numbers)."""
    numbers = {value: number(value) for value in values}
    if None in numbers.values():
        return {value: float(i) for i, value in enumerate(values)}, False
    return numbers, True


def draw_panel(axis, name, sweeps, looks):
    """Wall times over the values of one option; crosses at the bottom where a case could not be computed."""
    values = list(dict.fromkeys(value for sweep in sweeps for line in sweep.lines(name) for value, _ in line))
    at, numeric = places(values)
    failed = set()
    for sweep, look in zip(sweeps, looks):
        low, high = style.quartiles(sweep.cases)
        for line in sweep.lines(name):
            good = sorted((at[value], i) for value, i in line if sweep.cases[TIME][i] > 0)
            failed |= {at[value] for value, i in line if not sweep.cases[TIME][i] > 0}
            chosen = [i for _, i in good]
            axis.errorbar([x for x, _ in good], sweep.cases[TIME][chosen], yerr=[low[chosen], high[chosen]], capsize=2,
                          **look)
    axis.set_xlabel(name)
    axis.grid(True)
    if not numeric:
        axis.set_xticks(list(at.values()), list(at))
        axis.set_xlim(-0.5, len(at) - 0.5)
        return failed
    positive = [x for x in at.values() if x > 0]
    if len(positive) < len(at):  # 0 has a place beside powers of two
        axis.set_xscale("symlog", base=2, linthresh=min(positive, default=1))
    style.marked_values(axis.xaxis, list(at.values()))
    return failed


def draw_sweep(results, options):
    """Wall time against each varied option; several files: the same cases of several programs."""
    sweeps = [Sweep(result) for result in results]
    axes_names = [name for name in sweeps[0].axes if any(sweep.lines(name) for sweep in sweeps)]
    if not axes_names or not any(np.any(sweep.cases[TIME] > 0) for sweep in sweeps):
        raise CannotDraw("has no option with times of two values"
                         + ("" if results[0].complete else ": the run was interrupted"))
    across = min(3, len(axes_names))
    down = -(-len(axes_names) // across)
    programs = [result.program for result in results]
    labels = programs if len(set(programs)) == len(results) else [result.path.stem for result in results]
    looks = style.looks(len(results))
    keys = style.keys(labels) if len(results) > 1 else []
    if any(not np.all(sweep.cases[TIME] > 0) for sweep in sweeps):
        keys.append(plt.Line2D([], [], label="could not be computed (column failure)", **FAILED))
    figure = style.page(f"Sweep · {names(results)}", "time of a repetition, median; bars: quartiles"
                        + ("; each panel varies one option from the base case" if "base" in sweeps[0].cases["label"] else
                           "; each line varies one option, the others fixed"), captions(results),
                        (max(5.2, 3.1 * across), 2.5 * down), keys=keys)
    axes = figure.subplots(down, across, sharey=True, squeeze=False)
    failed = {}
    for axis, name in zip(axes.flat, axes_names):
        failed[axis] = draw_panel(axis, name, sweeps, looks)
    for axis in axes.flat[len(axes_names):]:
        axis.set_visible(False)
    style.log_axis(axes[0, 0].yaxis, "s")
    bottom = axes[0, 0].get_ylim()[0]
    for axis, places_of in failed.items():
        if places_of:
            axis.plot(list(places_of), [bottom] * len(places_of), clip_on=False, zorder=5, **FAILED)
    for axis in axes[:, 0]:
        axis.set_ylabel("time (s)")
    return figure
