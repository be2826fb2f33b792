"""Times and rates against the number of ranks and against the batch; ideal lines and efficiency."""
import numpy as np

from . import style
from .result import TIME, CannotDraw, named


def joined(results):
    """Cases with times of all files: a list of dictionaries."""
    cases = []
    for result in results:
        with named(result):
            table = result.timed
        low, high = style.quartiles(table)
        for i in range(len(table)):
            cases.append({"label": str(table["label"][i]), "n_ranks": int(table["n_ranks"][i]),
                          "n_rows": int(table["n_rows"][i]), "n_times": np.nan_to_num(table.get("n_times")[i]),
                          "wall_s": table[TIME][i], "errors_s": (low[i], high[i]),
                          "rows_per_s": table["n_rows"][i] / table[TIME][i]})
    return cases


def over_ranks(results, key, otherwise):
    """[[case of the fewest ranks, ..]]: cases of equal key that were run on several numbers of ranks."""
    series = {}
    for case in joined(results):
        series.setdefault((case["label"], case["n_times"], key(case)), {})[case["n_ranks"]] = case
    lines = [[line[n] for n in sorted(line)] for line in series.values() if len(line) > 1]
    if not lines:
        raise CannotDraw(f"has no work that was done on several numbers of ranks; run {otherwise}")
    return sorted(lines, key=lambda line: line[0]["n_rows"])


def ranks_axis(axis, lines):
    style.marked_values(axis.xaxis, [case["n_ranks"] for line in lines for case in line])
    axis.set_xlabel("ranks")
    axis.grid(True)


def draw_efficiency(axis, lines, styles):
    """Efficiency in per cent of each line against its fewest ranks; 100 % is ideal."""
    highest = 100
    for line, look in zip(lines, styles):
        percent = [100 * efficiency(line, case) for case in line]
        highest = max(highest, *percent)
        axis.plot([case["n_ranks"] for case in line], percent, **look)
    axis.axhline(100, color=style.GREY, linestyle="--", linewidth=1.2)
    axis.set(ylim=(0, 1.08 * highest), ylabel="efficiency (%)")
    ranks_axis(axis, lines)


def efficiency(line, case):
    """Rows per second and rank, beside those of the line's fewest ranks."""
    return case["rows_per_s"] / case["n_ranks"] / (line[0]["rows_per_s"] / line[0]["n_ranks"])


LONGEST_TITLE = 72  # letters that the narrowest page has room for


def names(results):
    """Names of the files, for a title: as many as it has room for, the first at least."""
    texts = [result.path.name for result in results]
    shown = next((n for n in range(len(texts), 1, -1) if len(", ".join(texts[:n])) <= LONGEST_TITLE), 1)
    more = f" and {len(texts) - shown} more" if shown < len(texts) else ""
    return ", ".join(texts[:shown]) + more


def captions(results):
    """Captions of all files, none twice."""
    return " | ".join(dict.fromkeys(result.caption for result in results))


def draw_strong_scaling(results, options):
    """Time of the same batch, and efficiency, on a growing number of ranks."""
    lines = over_ranks(results, lambda case: case["n_rows"], "`mpirun -np N pacbench speed`, N > 1")
    styles = style.looks(len(lines))
    labels = [f"{first['n_rows']} rows: ×{last['rows_per_s'] / first['rows_per_s']:.2f} on {last['n_ranks']} ranks"
              for first, *_, last in lines]
    figure = style.page(f"Strong scaling · {names(results)}",
                        "the same batch on more ranks; bars: quartiles over repetitions; dashed: ideal, the time of the "
                        "fewest ranks shared among more", captions(results), (8.6, 3.8), keys=style.keys(labels))
    left, right = figure.subplots(1, 2)
    for line, look in zip(lines, styles):
        ranks, wall_s = [case["n_ranks"] for case in line], np.array([case["wall_s"] for case in line])
        left.plot(ranks, wall_s[0] * ranks[0] / np.array(ranks), color=look["color"], linestyle="--", linewidth=1.2)
        left.errorbar(ranks, wall_s, yerr=np.transpose([case["errors_s"] for case in line]), capsize=3,
                      **look)
    style.log_axis(left.yaxis, "s")
    left.set_ylabel("time of a batch, median (s)")
    ranks_axis(left, lines)
    draw_efficiency(right, lines, styles)
    return figure


def draw_weak_scaling(results, options):
    """Rows per second, and efficiency, where the batch grows with the number of ranks."""
    lines = over_ranks(results, lambda case: round(case["n_rows"] / case["n_ranks"], 6),
                       "`mpirun -np N pacbench throughput`, N > 1")
    styles = style.looks(len(lines))
    labels = [f"{line[0]['n_rows'] / line[0]['n_ranks']:g} rows a rank" for line in lines]
    figure = style.page(f"Weak scaling · {names(results)}",
                        "the same batch per rank on more ranks; dashed: ideal, the rate grows as the ranks do",
                        captions(results), (8.6, 3.8), keys=style.keys(labels))
    left, right = figure.subplots(1, 2)
    for line, look in zip(lines, styles):
        ranks, rate = np.array([case["n_ranks"] for case in line]), np.array([case["rows_per_s"] for case in line])
        left.plot(ranks, rate[0] * ranks / ranks[0], color=look["color"], linestyle="--", linewidth=1.2)
        left.plot(ranks, rate, **look)
    style.log_axis(left.yaxis)
    left.set_ylabel("rows per second (1/s)")
    ranks_axis(left, lines)
    draw_efficiency(right, lines, styles)
    return figure


def draw_batch(results, options):
    """Rows per second against the batch, for each number of ranks; the best batch is marked."""
    result = results[0]
    batches, label = result.batches(result.timed)
    by_ranks = {}
    for case, batch in zip(joined(results), batches):
        points = by_ranks.setdefault(case["n_ranks"], {})
        points[batch] = max(points.get(batch, 0), case["rows_per_s"])
    by_ranks = {n: points for n, points in sorted(by_ranks.items()) if len(points) > 1}
    if not by_ranks:
        raise CannotDraw("has no cases of several batches; run `pacbench throughput`")
    figure = style.page(f"Throughput against batch · {result.path.name}",
                        "medians; the better one where a batch was measured twice · ring: the largest rate", result.caption,
                        (6.4, 4.0))
    axis = figure.subplots()
    for (n, points), look in zip(by_ranks.items(), style.looks(len(by_ranks))):
        batches = sorted(points)
        axis.plot(batches, [points[batch] for batch in batches], label=f"{n} rank{'s' * (n > 1)}", **look)
    largest, best = max((rate, batch) for points in by_ranks.values() for batch, rate in points.items())
    axis.plot(best, largest, "o", markersize=14, markerfacecolor="none", markeredgecolor=style.BLACK)
    style.marked_values(axis.xaxis, [batch for points in by_ranks.values() for batch in points])
    axis.set(xlabel=label, ylabel="rows per second (1/s)")
    axis.set_ylim(0, 1.1 * largest)
    axis.grid(True)
    style.legend_above(axis, 4)
    return figure
