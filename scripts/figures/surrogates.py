"""The largest value of a row beside the largest value of each of its surrogates: the test of the maximum statistic."""
import numpy as np

from . import style
from .maps import Maps
from .result import CannotDraw

SUPERSCRIPT = str.maketrans("-0123456789", "⁻⁰¹²³⁴⁵⁶⁷⁸⁹")


def draw_surrogates(results, options):
    """Histogram of a row's surrogate maxima, with its observed maximum and their 95 % quantile."""
    result = results[0]
    maps = Maps(result)
    name = maps.measured(options.map)
    stored = maps.statistic(name, "surrogate_max")
    if stored not in maps.group:
        raise CannotDraw(f"holds no {stored}; run `pacbench comodulogram --n-perm 200 --surrogate-max`")
    if len(np.shape(maps.group[stored])) != 3 or maps.group[stored].shape[:2] != maps.group["pac"].shape[:2]:
        raise CannotDraw(f"is damaged: /comodulogram/{stored} does not fit pac")
    rows = maps.chosen(options.rows)
    peaks = {row: np.nanmax(values) for row, values in maps.each(name, rows) if np.isfinite(values).any()}
    if not peaks:
        raise CannotDraw(f"has no value of {name} in {len(rows)} rows: {maps.without_values(rows) or 'all NaN'}")
    row = max(peaks, key=peaks.get)
    observed = peaks[row]
    maxima = np.asarray(result.values(f"comodulogram/{stored}", divmod(row, maps.n_columns)), dtype=float)
    maxima = maxima[np.isfinite(maxima)]
    if not len(maxima):
        raise CannotDraw(f"has no surrogates of row {row}: all NaN")

    p = (1 + np.sum(maxima >= observed)) / (1 + len(maxima))
    quantile = np.quantile(maxima, 0.95)
    why = "" if len(rows) == 1 else " (the largest of the chosen)"
    figure = style.page(f"Surrogates · {result.path.name}", f"{maps.row_name(row)}{why} · {len(maxima)} surrogates, the "
                        f"largest of {maps.bands_in_words()} each · family-wise p = {p:.3g}", result.caption, (7.0, 3.9))
    axis = figure.subplots()
    factor, prefix = style.scaled([observed, *maxima], "")
    axis.hist(factor * maxima, bins=min(40, max(10, int(np.sqrt(len(maxima))))), color=style.SKY, edgecolor="white",
              linewidth=0.5, label="surrogates")
    axis.axvline(factor * quantile, color=style.BLUE, linestyle="--", linewidth=1.8,
                 label=f"their 95 % quantile: {quantile:.4g}")
    axis.axvline(factor * observed, color=style.VERMILLION, linewidth=2.2, label=f"observed: {observed:.4g}")
    unit = maps.attribute(name, "units", "1")
    power = f" × 10{str(round(np.log10(factor))).translate(SUPERSCRIPT)}" if prefix else ""
    meaning = f"largest {maps.attribute(name, 'long_name', name)} of the row{power}"
    axis.set(xlabel=meaning + ("" if unit == "1" else f" ({unit})"), ylabel="surrogates")
    axis.yaxis.get_major_locator().set_params(integer=True)
    style.legend_above(axis)
    return figure
