"""What README.md and docs/performance.md show of result files: one visible table of regions, each with its files, its
picture and the rows of its table, lists of text. The command is readme_figures.py, which makes files of these names.
"""
import dataclasses
from typing import Callable

import numpy as np

import figures
from figures.peers import peak_bytes
from figures.result import TIME
from figures.scaling import captions
from figures.stages import case_name, floor_s, stages_of
from figures.style import amount, times


@dataclasses.dataclass(frozen=True)
class Region:
    name: str
    files: tuple  # patterns within the folder of results, each of which must be met
    columns: tuple
    rows: Callable  # open results -> rows of the table
    figure: str  # of figures.FIGURES
    alt: str  # what the picture shows, for those who do not see it
    drawn: Callable = list  # open results -> those of the picture


def share(value):
    return f"{100 * value:.1f} %" if np.isfinite(value) else ""


def agreement_rows(results):
    """Each other program's map beside pacbench's."""
    return [[other.program, f"{n:,}", f"{correlation:.6f}", f"{largest:.1e}"]
            for other in results[1:] for correlation, largest, n in [figures.difference(results[0], other)]]


def agreement_texts(own, peer):
    """Correlation and largest difference of two maps; empty where the peer was not done with its own in time."""
    if peer.group("comodulogram") is None:
        return ["", ""]
    correlation, largest, _ = figures.difference(own, peer)
    return [f"{correlation:.6f}", f"{largest:.1e}"]


def beside_pacbench(results):
    """[(a peer, pacbench in turns with it)]: STEM-PEER.h5 and STEM-PEER-pacbench.h5 of peers.py."""
    by_name = {result.path.stem: result for result in results}
    return [(result, by_name[f"{name}-pacbench"]) for name, result in by_name.items() if f"{name}-pacbench" in by_name]


def drawn_peers(results):
    """pacbench in the turns that went on the least disturbed, then the programs that have times."""
    pairs = beside_pacbench(results)
    own = min((own for _, own in pairs), key=lambda result: row_s_and_bytes(result)[0])
    return [own, *(peer for peer, _ in pairs if np.any(peer.cases.get(TIME) > 0))]


def row_s_and_bytes(result):
    """(seconds per row, peak memory of all its processes) of a program's better setting; NaN where it has no times."""
    row_s = result.cases.get(TIME) / result.cases.get("n_rows")
    if not np.any(row_s > 0):
        return np.nan, np.nan
    best = int(np.nanargmin(row_s))
    return row_s[best], peak_bytes(result, best)


def peer_rows(results):
    """Each peer and pacbench in turns with it: times, memory, maps."""
    rows = []
    for peer, own in beside_pacbench(results):
        (peer_s, peer_bytes), (own_s, own_bytes) = row_s_and_bytes(peer), row_s_and_bytes(own)
        if not np.isfinite(peer_s):
            rows.append([peer.program, "; ".join(sorted({text for text in peer.cases["failure"] if text})), *[""] * 6])
            continue
        sizes = [amount(size, "byte") if np.isfinite(size) else "" for size in (peer_bytes, own_bytes)]
        extrapolated = ", extrapolated" if np.any(peer.cases.get("extrapolated") > 0) else ""
        rows.append([peer.program, amount(peer_s, "s") + extrapolated, amount(own_s, "s"), times(peer_s / own_s), *sizes,
                     *agreement_texts(own, peer)])
    return rows


def peer_rows_of_cases(results):
    """The same of several cases, each named."""
    names = [peer.path.stem.rpartition("-")[0] for peer, _ in beside_pacbench(results)]
    return [[name, *row] for name, row in zip(names, peer_rows(results))]


def strong_rows(results):
    """Every case of `speed`."""
    cases = results[0].timed
    return [[f"{cases['n_rows'][i]:.0f}", f"{cases['n_ranks'][i]:.0f}", amount(cases[TIME][i], "s"),
             share(cases.get("wall_relative_spread")[i]), f"{cases['speedup'][i]:.2f}", f"{cases['efficiency'][i]:.3f}"]
            for i in range(len(cases))]


def weak_rows(results):
    """The cases of `throughput` that have an efficiency: those that grow with the ranks."""
    cases = results[0].timed
    return [[f"{cases['n_rows'][i] / cases['n_ranks'][i]:.0f}", f"{cases['n_ranks'][i]:.0f}",
             f"{cases['rows_per_s'][i]:,.0f}", f"{cases['efficiency'][i]:.3f}"]
            for i in range(len(cases)) if np.isfinite(cases.get("efficiency")[i])]


def memory_rows(results):
    """Every case of `vram`."""
    cases = results[0].timed
    return [[str(cases["label"][i]), f"{cases['n_ranks'][i]:.0f}", f"{cases['n_rows'][i]:,.0f}",
             amount(cases["predicted_bytes"][i], "byte"), amount(cases["measured_bytes"][i], "byte"),
             share(cases["prediction_error"][i]), amount(cases["host_peak_bytes"][i], "byte")] for i in range(len(cases))]


def stage_rows(results):
    """The stages of every case that have floors, beside them, and the wall time."""
    cases = results[0].timed
    rows = []
    for i in range(len(cases)):
        for stage in stages_of(cases):
            floors = [cases.get(f"{stage}_{kind}_floor_s")[i] for kind in ("memory", "arithmetic")]
            seconds = cases[f"{stage}_s_median"][i]
            if seconds > 0 and max(floors) > 0:
                rows.append([case_name(cases, i), f"`{stage}`", *(amount(floor, "s") for floor in floors),
                             amount(seconds, "s"), share(floor_s(cases, stage)[i] / seconds)])
        rows.append([case_name(cases, i), "wall time", "", "", amount(cases[TIME][i], "s"), ""])
    return rows


PEERS = ("program", "a row", "pacbench in turns", "ratio", "peak memory", "pacbench's", "correlation",
         "largest difference of MI")
STRONG = ("rows", "ranks", "time", "spread", "speed-up", "efficiency")
WEAK = ("rows a rank", "ranks", "rows/s", "efficiency")
MEMORY = ("case", "ranks", "rows", "predicted", "measured", "off by", "peak of the process")
STAGES = ("case", "stage", "floor: memory", "floor: arithmetic", "time", "share of the floor")
PROGRAMS = "Seconds per row and peak memory of pacbench and of other programs"
REGIONS = {region.name: region for region in (
    Region("seeg", ("demo.h5", "demo-tensorpac.h5"), ("program", "pairs of bands", *PEERS[-2:]), agreement_rows, "beside",
           "Comodulograms of four trials of human sEEG by pacbench and by TensorPAC: they look the same"),
    Region("peers", ("standard-[!2]*.h5",), PEERS, peer_rows, "peers", PROGRAMS, drawn_peers),
    Region("peers-200", ("standard-200-*.h5",), PEERS, peer_rows, "peers", f"{PROGRAMS}, 200 surrogates", drawn_peers),
    Region("peers-production", ("production-*.h5",), PEERS, peer_rows, "peers", f"{PROGRAMS}, gPAC's production case",
           drawn_peers),
    Region("peers-gpu", ("gpu/*-gpac*.h5",), ("case", *PEERS), peer_rows_of_cases, "peers",
           f"{PROGRAMS} on a GPU, gPAC's production case",
           lambda results: drawn_peers([result for result in results if result.path.stem.startswith("production-")])),
    Region("scaling", ("speed.h5",), STRONG, strong_rows, "strong-scaling",
           "Time of the same batch on more ranks, and efficiency"),
    Region("weak-scaling", ("throughput.h5",), WEAK, weak_rows, "weak-scaling",
           "Rows per second where the batch grows with the ranks, and efficiency"),
    Region("memory", ("vram.h5",), MEMORY, memory_rows, "memory",
           "Predicted and measured memory against the batch, with the limit"),
    Region("stages", ("stages.h5",), STAGES, stage_rows, "stages", "Time of each stage beside its floors, on CPUs"),
    Region("stages-gpu", ("stages-gpu.h5",), STAGES, stage_rows, "stages", "Time of each stage beside its floors, on a GPU"),
)}


def picture_text(region, results, picture):
    """The picture (its path), and where and when."""
    return f"![{region.alt}]({picture})\n\n{captions(results)}\n"


def table_text(region, results):
    """The table; without results its header alone."""
    rows = [region.columns, ["---"] * len(region.columns), *(region.rows(results) if results else [])]
    return "".join(f"| {' | '.join(row)} |\n" for row in rows)
