"""Where the time goes: stages of each case, beside their floors, and stages of each rank."""
import numpy as np
from matplotlib.patches import Patch

from . import style
from .result import TIME, CannotDraw

ORDER = ("read", "spectrum", "analytic", "bin_sums", "surrogates", "gather")
MOST_CASES = 40
ENDING = "_s_median"
FLOORS = {"alpha": 0.55, "hatch": "////", "edgecolor": "white"}


def stages_of(cases):
    """Names of the stages that have times, in the order of the pipeline."""
    names = [name.removesuffix(ENDING) for name in cases.columns if name.endswith(ENDING) and name != TIME]
    names = [name for name in names if np.any(cases[name + ENDING] > 0)]
    if not names:
        raise CannotDraw("has no times of stages (columns <stage>_s_median)")
    return sorted(names, key=lambda name: (ORDER.index(name) if name in ORDER else len(ORDER), name))


def colours_of(stages):
    return {name: style.COLOURS[(ORDER.index(name) if name in ORDER else len(ORDER)) % 8] for name in stages}


def floor_s(cases, stage):
    """The larger floor of a stage in each case; NaN where the file has none."""
    return np.fmax(cases.get(f"{stage}_memory_floor_s"), cases.get(f"{stage}_arithmetic_floor_s"))


def case_name(cases, i):
    ranks = int(cases["n_ranks"][i])
    return f"{cases['label'][i]}, {ranks} rank{'s' * (ranks > 1)}"


def draw_bars(axis, cases, stages):
    """A stacked bar of stage medians per case, a hatched one of their floors under it, and a mark at the wall time."""
    shades = colours_of(stages)
    with_floors = any(np.nansum(floor_s(cases, stage)) > 0 for stage in stages)
    height, at = (0.42, -0.16) if with_floors else (0.62, 0)
    factor, unit = style.scaled(cases[TIME], "s")
    y = np.arange(len(cases))
    handles = []
    ends, floor_ends = np.zeros(len(cases)), np.zeros(len(cases))
    for stage in stages:
        seconds, floors = (np.nan_to_num(values) * factor for values in (cases[stage + ENDING], floor_s(cases, stage)))
        handles.append(axis.barh(y + at, seconds, height, left=ends, color=shades[stage], label=stage))
        if with_floors:
            axis.barh(y + 0.22, floors, 0.26, left=floor_ends, color=shades[stage], linewidth=0, **FLOORS)
        ends, floor_ends = ends + seconds, floor_ends + floors
    if with_floors:
        handles.append(Patch(facecolor=style.GREY, label="floors", **FLOORS))
    handles.append(axis.scatter(cases[TIME] * factor, y + at, marker="|", s=160, color=style.BLACK, zorder=3,
                                label="wall time"))
    axis.set_yticks(y, [case_name(cases, i) for i in y])
    axis.set(xlabel=f"time of a repetition, median ({unit})", ylim=(len(cases) - 0.45, -0.55), xlim=(0, None))
    axis.grid(True, axis="x")
    style.legend_above(axis, 4, handles=handles)


def draw_floors(axis, cases, i, stages):
    """Of one case: each stage's time beside both of its floors, and the share of the larger one that is reached."""
    shown = [stage for stage in stages if floor_s(cases, stage)[i] > 0 and cases[stage + ENDING][i] > 0]
    for y, stage in enumerate(shown):
        seconds, floor = cases[stage + ENDING][i], floor_s(cases, stage)[i]
        axis.plot([floor, seconds], [y, y], color=style.LIGHT, linewidth=4, zorder=1)
        axis.text(max(floor, seconds) * 1.35, y, f"{100 * floor / seconds:.3g} %", va="center", fontsize=style.SMALL)
    for ending, marker, colour, words in (("_memory_floor_s", "s", style.ORANGE, "memory floor"),
                                          ("_arithmetic_floor_s", "^", style.GREEN, "arithmetic floor"),
                                          (ENDING, "o", style.BLUE, "measured (share reached)")):
        seconds = np.array([cases[stage + ending][i] for stage in shown])
        axis.plot(seconds, range(len(shown)), marker, color=colour, label=words, linestyle="none")
    style.log_axis(axis.xaxis, "s", 1000)
    low, high = axis.get_xlim()
    axis.set(xlim=(low, high * (high / low) ** 0.2), ylim=(len(shown) - 0.5, -0.5),
             xlabel=f"time (s): {case_name(cases, i)}")
    axis.set_yticks(range(len(shown)), shown)
    axis.grid(True, axis="x")
    style.legend_above(axis, 2)


def draw_stages(results, options):
    """Median time of each stage, stacked, for every case; the floors beside them where the file has them."""
    result = results[0]
    cases = result.timed
    stages = stages_of(cases)
    n_cases = len(cases)
    if n_cases > MOST_CASES:
        cases = cases.only(np.sort(np.argsort(cases[TIME])[-MOST_CASES:]))
    longest = int(np.nanargmax(cases[TIME]))
    has_floors = any(floor_s(cases, stage)[longest] > 0 for stage in stages)
    facts = ["seconds of a stage: mean over a rank's threads, the largest of the ranks"]
    if n_cases > MOST_CASES:
        facts.append(f"the {MOST_CASES} longest of {n_cases} cases")
    facts.append("floors: the larger of memory and arithmetic" if has_floors else
                 "no floors in the file: they need --verbose, and rows that are not long ones")
    size = (11.0, max(2.6, 1.1 + 0.42 * len(cases))) if has_floors else (7.6, max(1.7, 1.1 + 0.34 * len(cases)))
    figure = style.page(f"Stages · {result.path.name}", " · ".join(facts), result.caption, size)
    axes = np.atleast_1d(figure.subplots(1, 2 if has_floors else 1))
    draw_bars(axes[0], cases, stages)
    if has_floors:
        draw_floors(axes[1], cases, longest, stages)
    return figure


def rank_medians(result, wanted):
    """(case, ranks, {stage: medians over repetitions [rank]}) of a case, or of the longest of those on most ranks."""
    samples, cases = result.table("benchmark/samples"), result.cases
    measured = samples.only(samples["warmup"] == 0)
    many = [i for i in range(len(cases)) if len(np.unique(measured["rank"][measured["case"] == i])) > 1]
    if wanted is not None:
        if not 0 <= wanted < len(cases):
            raise CannotDraw(f"has no case {wanted}; it has cases 0 to {len(cases) - 1}")
        if wanted not in many:
            raise CannotDraw(f"has no case {wanted} on several ranks ({case_name(cases, wanted)})")
        many = [wanted]
    if not many:
        raise CannotDraw("has times of one rank alone, nothing to compare; run under `mpirun -np N`, N > 1")
    case = max(many, key=lambda i: (cases["n_ranks"][i], np.nan_to_num(cases[TIME][i])))
    own = measured.only(measured["case"] == case)
    ranks = np.unique(own["rank"])
    names = [name for name in own.columns if name.endswith("_s")]
    medians = {name.removesuffix("_s"): np.array([np.median(own[name][own["rank"] == rank]) for rank in ranks])
               for name in names}
    return case, ranks.astype(int), medians


def draw_ranks(results, options):
    """Stage by rank: the median time of each rank beside the mean over ranks."""
    result = results[0]
    case, ranks, seconds = rank_medians(result, options.case)
    wall = seconds.pop("wall", np.array([np.nan]))
    if not np.all(wall > 0):
        raise CannotDraw(f"has no wall times of all ranks in case {case}")
    stages = sorted((name for name, values in seconds.items() if values.max() > 1e-3 * wall.max()),
                    key=lambda name: (ORDER.index(name) if name in ORDER else len(ORDER), name))
    rows = np.array([seconds[stage] for stage in stages] + [wall])
    ratio = rows / rows.mean(axis=1, keepdims=True)
    largest = np.clip(np.nanmax(np.abs(ratio - 1)), 0.01, 1)
    left_out = [name for name in seconds if name not in stages]
    facts = [f"{case_name(result.cases, case)} (case {case})",
             "medians over repetitions; colour: beside the mean over ranks"]
    if left_out:
        facts.append(f"below 0.1 % of the wall time: {', '.join(left_out)}")
    figure = style.page(f"Ranks and stages · {result.path.name}", " · ".join(facts), result.caption,
                        (min(14, max(6.0, 2.8 + 0.75 * min(len(ranks), 12))), 1.1 + 0.45 * len(rows)))
    axis = figure.subplots()
    mesh = axis.imshow(100 * (ratio - 1), aspect="auto", cmap="PuOr_r", vmin=-100 * largest, vmax=100 * largest,
                       interpolation="none")
    names = [*stages, "wall"]
    axis.set_yticks(range(len(rows)), names)
    ticks = range(0, len(ranks), -(-len(ranks) // 24))
    axis.set_xticks(ticks, [ranks[i] for i in ticks])
    axis.set_xlabel("rank")
    if len(ranks) <= 12:
        for (y, x), value in np.ndenumerate(rows):
            strong = abs(ratio[y, x] - 1) > 0.65 * largest
            axis.text(x, y, style.amount(value, "s"), ha="center", va="center", fontsize=style.SMALL,
                      color="white" if strong else "black")
    extend = "max" if np.nanmax(ratio) > 2 else "neither"
    figure.colorbar(mesh, ax=axis, pad=0.02, extend=extend).set_label("from the mean (%)")
    return figure
