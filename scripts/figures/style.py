"""How all figures look: colours, letters, units, and a page with title, facts and caption.

Colours of lines and bars are those of Okabe & Ito 2008 (jfly.uni-koeln.de/color), told apart with every common colour
blindness; lines differ in markers too. Maps are viridis (values), PuOr (signed) and twilight (angles).
"""
import textwrap

import matplotlib
import matplotlib.pyplot as plt
import numpy as np
from matplotlib.ticker import EngFormatter, FixedLocator, FuncFormatter, LogLocator, NullFormatter, NullLocator

BLUE, ORANGE, GREEN, VERMILLION = "#0072B2", "#E69F00", "#009E73", "#D55E00"
SKY, PURPLE, YELLOW, BLACK = "#56B4E9", "#CC79A7", "#F0E442", "#000000"
COLOURS = (BLUE, ORANGE, GREEN, PURPLE, SKY, VERMILLION, BLACK, YELLOW)
MARKERS = "osD^vPX*"
GREY, LIGHT = "0.35", "0.85"
PLAIN = FuncFormatter(lambda value, _: f"{value:g}")
SMALL = 8  # pt; nothing is smaller
SYMBOLS = {"byte": "B", "1": ""}  # of units in result files, where they differ
HEAD_IN, LINE_IN, MARGIN_IN, LABEL_IN = 0.42, 0.175, 0.12, 0.24

matplotlib.rcParams.update({
    "font.family": "sans-serif", "font.size": 10, "axes.titlesize": 10, "axes.labelsize": 10, "xtick.labelsize": 9,
    "ytick.labelsize": 9, "legend.fontsize": 9, "legend.frameon": False, "axes.spines.top": False,
    "axes.spines.right": False, "axes.grid": False, "grid.color": "0.9", "axes.axisbelow": True,
    "svg.fonttype": "none", "pdf.fonttype": 42, "figure.max_open_warning": 0,
})


def page(title, facts, caption, size, labels=None, keys=()):
    """A figure whose drawing area of `size` inches lies between a title with a line of facts and a caption; both are
    wrapped, and the page grows with them. `labels`: of the x and y axes that all panels share; `keys`: artists of a
    legend over all panels."""
    width, height = size
    letters = int((width - 2 * MARGIN_IN) * 72 / (0.53 * 9))
    facts, caption = (textwrap.wrap(text, n) for text, n in ((facts, letters), (caption, int(letters * 9 / SMALL))))
    facts_end = HEAD_IN + LINE_IN * len(facts)
    across = max(1, letters // (8 + max((len(key.get_label()) for key in keys), default=0)))
    head = facts_end + LINE_IN * (-(-len(keys) // across) + bool(keys))
    foot = MARGIN_IN + LINE_IN * len(caption) + (LABEL_IN if labels else 0)
    total = height + head + foot
    figure = plt.figure(figsize=(width, total), layout="constrained")
    beside = LABEL_IN / width if labels else 0
    figure.get_layout_engine().set(rect=(beside, foot / total, 1 - beside, height / total), w_pad=0.08, h_pad=0.06)
    if labels:
        figure.text(0.5, (foot - LABEL_IN) / total, labels[0], ha="center", va="bottom")
        figure.text(MARGIN_IN / width, (foot + height / 2) / total, labels[1], rotation=90, ha="left", va="center")
    left = MARGIN_IN / width
    if keys:
        figure.legend(handles=keys, loc="upper left", bbox_to_anchor=(0, 1 - facts_end / total), ncol=min(across, len(keys)))
    figure.text(left, 1 - MARGIN_IN / total, title, fontsize=12, fontweight="bold", va="top")
    figure.text(left, 1 - HEAD_IN / total, "\n".join(facts), fontsize=9, color=GREY, va="top", linespacing=1.2)
    figure.text(left, MARGIN_IN / 2 / total, "\n".join(caption), fontsize=SMALL, color=GREY, va="bottom", linespacing=1.2)
    return figure


def times(ratio):
    """A ratio of some digits: "1.98", "2,379"."""
    return f"{ratio:.3g}" if ratio < 1000 else f"{ratio:,.0f}"


def amount(value, unit):
    """'1.79 s', '3.2 MB': three digits with a prefix, powers of 1000 for bytes too; seconds are not put together."""
    if unit == "s" and value >= 999.5:
        return f"{float(f'{value:.3g}'):,.0f} s"
    return EngFormatter(unit=SYMBOLS.get(unit, unit))(float(f"{value:.3g}"))


def scaled(values, unit):
    """(factor, 'ms') so that the largest value times the factor lies in 1 .. 1000."""
    finite = np.abs(np.asarray(values, dtype=float))
    largest = np.max(finite[np.isfinite(finite)], initial=0)
    power = int(np.clip(np.floor(np.log10(largest) / 3), -4, 4)) if largest > 0 else 0
    prefix = EngFormatter.ENG_PREFIXES[3 * power]
    return 10.0 ** (-3 * power), prefix + SYMBOLS.get(unit, unit)


def log_axis(axis, unit="", at_least=10.0):
    """Makes an xaxis or yaxis logarithmic, over a range of `at_least` about the data so that it has labels to read by."""
    set_scale, get, put = ((axis.axes.set_xscale, axis.axes.get_xlim, axis.axes.set_xlim) if axis.axis_name == "x" else
                           (axis.axes.set_yscale, axis.axes.get_ylim, axis.axes.set_ylim))
    set_scale("log")
    low, high = get()
    if high < low * at_least:
        wider = np.sqrt(at_least * low / high)
        low, high = low / wider, high * wider
        put(low, high)
    decades = np.log10(high / low)
    few = decades < (1.5 if axis.axis_name == "x" else 3)
    axis.set_major_locator(LogLocator(subs=(1, 2, 5) if few else (1,), numticks=12))
    axis.set_major_formatter(FuncFormatter(lambda value, _: amount(value, unit)) if unit else PLAIN)
    axis.set_minor_formatter(NullFormatter())


def marked_values(axis, values):
    """A logarithmic axis of powers of two, or a linear one from 0, with ticks at the values alone (at most 9 of them)."""
    values = np.unique(values)
    ticks = values[::-(-len(values) // 9)]
    if values[0] > 0:
        (axis.axes.set_xscale if axis.axis_name == "x" else axis.axes.set_yscale)("log", base=2)
    axis.set_major_locator(FixedLocator(ticks))
    axis.set_major_formatter(PLAIN)
    axis.set_minor_locator(NullLocator())


def looks(n):
    """How n lines look: colour, marker, width."""
    return [{"color": COLOURS[i % 8], "marker": MARKERS[i % 8], "linewidth": 1.5, "markersize": 6} for i in range(n)]


def keys(labels):
    """Artists for a legend of lines that look as looks() says."""
    return [plt.Line2D([], [], label=label, **look) for label, look in zip(labels, looks(len(labels)))]


def quartiles(cases, time="wall_s"):
    """Lengths [2, case] of bars from the median to the quartiles; NaN where they are not known."""
    median = cases[f"{time}_median"]
    return np.clip([median - cases.get(f"{time}_q25"), cases.get(f"{time}_q75") - median], 0, None)


def legend_above(axis, columns=3, **options):
    """A legend over the axis, on none of its data."""
    axis.legend(loc="lower left", bbox_to_anchor=(-0.01, 1), ncol=columns, borderaxespad=0.3, columnspacing=1.4, **options)


def close(figure):
    plt.close(figure)


def show():
    """Opens a window for every figure that is not closed; blocks until all windows are."""
    plt.show()
