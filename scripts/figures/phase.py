"""The phase at which the amplitude is largest: directions of rows, and the amplitude in each phase bin."""
import numpy as np
from matplotlib.ticker import FixedLocator, MaxNLocator

from . import style
from .maps import Maps
from .result import CannotDraw

WITHOUT = "no bars: the file holds no amplitude_distribution; run `pacbench comodulogram --distributions`"


def directions(maps, pair, rows):
    """Preferred phases of rows at a pair of bands, in rad; rows without one left out."""
    maps.need("preferred_phase")
    phases = np.array([float(phase) for _, phase in maps.each("preferred_phase", rows, maps.stored(pair))])
    return phases[np.isfinite(phases)]


def distributions(maps, pair, rows):
    """Shares of the amplitude [row, phase bin] at a pair of bands; None where the file does not hold them."""
    if "amplitude_distribution" not in maps.group:
        return None
    bins = maps.result.values("comodulogram/phase_bin")
    if maps.group["amplitude_distribution"].shape != (*maps.group["pac"].shape, len(bins)):
        raise CannotDraw("is damaged: /comodulogram/amplitude_distribution does not fit pac and phase_bin")
    shares = np.array([share for _, share in maps.each("amplitude_distribution", rows, maps.stored(pair))])
    return shares[np.isfinite(shares).all(axis=1)]


def draw_directions(axis, phases, n_bins):
    """How many rows prefer each phase, and the mean direction with its length R (0 none, 1 all the same)."""
    counts, edges = np.histogram(phases, bins=n_bins, range=(-np.pi, np.pi))
    axis.bar(edges[:-1], counts, width=np.diff(edges), align="edge", color=style.SKY, edgecolor="white", linewidth=0.5)
    mean = np.mean(np.exp(1j * phases))
    axis.plot([np.angle(mean)] * 2, [0, np.abs(mean) * counts.max()], color=style.VERMILLION, linewidth=2.5,
              solid_capstyle="round", label=f"mean {np.degrees(np.angle(mean)):.0f}°, R = {np.abs(mean):.2f}")
    axis.set_xticks(np.radians([0, 45, 90, 135, 180, 225, 270, 315]),
                    ["0°", "45°", "90°", "135°", "±180°", "-135°", "-90°", "-45°"])
    axis.tick_params(axis="x", pad=5)
    axis.yaxis.set_major_locator(MaxNLocator(3, integer=True, min_n_ticks=1, prune="lower"))
    axis.set_rlabel_position(67)
    axis.tick_params(axis="y", labelsize=style.SMALL)
    axis.set_ylim(0, counts.max() * 1.05)
    axis.grid(True)
    axis.set_xlabel("preferred phase; radius: rows")
    axis.legend(loc="lower center", bbox_to_anchor=(0.5, 1.08))


def draw_shares(axis, bins, shares):
    """The mean amplitude per phase bin as a share of all; over several rows with its standard deviation."""
    width = 2 * np.pi / len(bins)
    several = len(shares) > 1
    axis.bar(bins, shares.mean(axis=0), width=0.92 * width, color=style.BLUE, yerr=shares.std(axis=0) if several else None,
             error_kw={"elinewidth": 1, "ecolor": style.GREY}, label="mean ± SD over rows" if several else "share")
    axis.axhline(1 / len(bins), color=style.VERMILLION, linestyle="--", linewidth=1.5, label=f"no coupling: 1/{len(bins)}")
    axis.xaxis.set_major_locator(FixedLocator(np.radians([-180, -90, 0, 90, 180])))
    axis.set_xticklabels(["-180°", "-90°", "0°\n(peak of the slow wave)", "90°", "180°"])
    axis.set(xlim=(-np.pi, np.pi), xlabel="phase", ylabel="share of the amplitude per phase bin (1)")
    style.legend_above(axis, 2)


def draw_preferred_phase(results, options):
    """Preferred phases of the rows at the strongest (or a chosen) pair of bands, and the amplitude over phase bins."""
    result = results[0]
    maps = Maps(result)
    rows = maps.chosen(options.rows)
    pair = maps.pair(options.pair, "pac", rows)
    phases, shares = directions(maps, pair, rows), distributions(maps, pair, rows)
    if not len(phases):
        raise CannotDraw(f"has no preferred phase in {len(rows)} rows: {maps.without_values(rows) or 'all NaN'}")
    which = "chosen pair" if options.pair else "strongest pair"
    rows_in_words = maps.row_name(rows[0]) if len(rows) == 1 else f"{len(phases)} rows"
    facts = [f"{which} of bands: {maps.pair_in_words(pair)}", rows_in_words] + ([WITHOUT] if shares is None else [])
    figure = style.page(f"Preferred phase · {result.path.name}", " · ".join(facts), result.caption,
                        (8.2, 3.9) if shares is not None else (5.2, 4.2))
    grid = figure.add_gridspec(1, 1 if shares is None else 2, width_ratios=[1] if shares is None else [1, 1.25])
    bins = result.values("comodulogram/phase_bin")
    draw_directions(figure.add_subplot(grid[0], projection="polar"), phases, len(bins))
    if shares is not None:
        draw_shares(figure.add_subplot(grid[1]), bins, shares)
    return figure
