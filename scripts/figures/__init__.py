"""The figures of result files: one visible table. A figure is a function of open results and options that returns a
matplotlib figure, or raises CannotDraw with what is missing."""
import dataclasses
from typing import Callable

from .beside import difference, draw_beside
from .comodulogram import draw_channel_pairs, draw_channels, draw_comodulogram
from .memory import draw_memory
from .peers import draw_peers
from .phase import draw_preferred_phase
from .result import CannotDraw, Result
from .scaling import draw_batch, draw_strong_scaling, draw_weak_scaling
from .stages import draw_ranks, draw_stages
from .style import close, show
from .surrogates import draw_surrogates
from .sweep import draw_sweep

__all__ = ["FIGURES", "CannotDraw", "Figure", "Options", "Result", "close", "default_figure", "difference", "show"]


@dataclasses.dataclass(frozen=True)
class Options:
    """What to draw of a result; None: the figure's own choice."""
    rows: list = None  # row numbers: one, or those to take the mean over
    map: str = "pac"
    pair: tuple = None  # (phase Hz, amplitude Hz)
    case: int = None  # of /benchmark/cases


@dataclasses.dataclass(frozen=True)
class Figure:
    name: str
    question: str
    draw: Callable  # (results, options) -> matplotlib figure
    several: bool = False  # takes several result files at once
    benchmark: str = ""  # whose files it is drawn of where no figure is named


FIGURES = {figure.name: figure for figure in (
    Figure("comodulogram", "which frequencies couple?", draw_comodulogram, benchmark="comodulogram"),
    Figure("channels", "which channels, or pairs of them, couple where?", draw_channels),
    Figure("channel-pairs", "whose phase goes with whose amplitude?", draw_channel_pairs),
    Figure("preferred-phase", "at which phase is the amplitude largest?", draw_preferred_phase),
    Figure("surrogates", "is a row's largest value more than chance?", draw_surrogates),
    Figure("strong-scaling", "how much faster do more ranks finish the same batch?", draw_strong_scaling, True, "speed"),
    Figure("weak-scaling", "how many rows per second when the batch grows with the ranks?", draw_weak_scaling, True,
           "throughput"),
    Figure("batch", "which batch is computed fastest?", draw_batch),
    Figure("memory", "how much memory does a batch take, and what was predicted?", draw_memory, benchmark="vram"),
    Figure("stages", "where does the time go, and how near are the floors?", draw_stages),
    Figure("ranks", "which rank waits for which?", draw_ranks),
    Figure("sweep", "how does each parameter act?", draw_sweep, True, "sweep"),
    Figure("beside", "do several programs give the same map?", draw_beside, True),
    Figure("peers", "how do we stand beside other programs?", draw_peers, True),
)}


def default_figure(results):
    """What is drawn where no figure is named: that of the files' benchmark; of several files the one that takes them."""
    benchmarks = {result.benchmark for result in results}
    fitting = [figure for figure in FIGURES.values()
               if {figure.benchmark} == benchmarks and (figure.several or len(results) == 1)]
    return fitting[0] if fitting else FIGURES["peers" if len(results) > 1 else "stages"]
