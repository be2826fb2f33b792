"""The ratios that have targets: how many times faster pacbench is than TensorPAC's better setting.

Signals: 16 rows of white noise, 8 s at 512 Hz (the standard case) or 2048 Hz; 20 x 30 bands, 18 bins. In rounds, the
peer and pacbench take their turn, so that a slow moment of the machine meets all of them; figures are medians over
rounds, in seconds per row. With surrogates the peer's time is extrapolated linearly from 4 and 20 permutations (not from
0: what the first permutation costs once must not be multiplied), which the table says, unless all are asked for.
"""
import dataclasses
import logging
import pathlib
import statistics
import tempfile
import time
import warnings

from peers.environment import machine, print_machine
from peers.pacbench import Pacbench, row_words, wall_and_stages
from peers.peer import Work
from peers.tensorpac_peer import TensorPac

N_ROWS = 16
DURATION_S = 8
FS_HZ = 512
N_BINS = 18
PROBE_PERMS = (4, 20)  # permutations that a peer really runs where its time is extrapolated
SURROGATE_ROUNDS = 3


@dataclasses.dataclass(frozen=True)
class Case:
    """One line of the table; peers have no counterpart of --hilbert extended and run their own definition."""
    name: str
    n_perm: int
    pacbench_options: tuple
    target: float  # times faster than the peer's better setting
    fs_hz: int = FS_HZ

    @property
    def n_times(self):
        return DURATION_S * self.fs_hz


CASES = (
    Case("n_perm=0, cropped", 0, (), 250),
    Case("n_perm=0, extended", 0, ("--hilbert", "extended"), 300),
    Case("n_perm=200, cropped", 200, ("--n-perm", "200"), 1200),
    Case("n_perm=200, 2048 Hz", 200, ("--n-perm", "200"), 2500, 2048),
)


def standard_bands(n_pha=20, n_amp=30):
    """(phase, amplitude) bands [band, 2] in Hz: centre -+ 1/4 or 1/8 of it, clipped to the range of centres."""
    import numpy as np

    def bands(start_hz, end_hz, n, divisor):
        centres = np.linspace(start_hz, end_hz, n)
        return np.c_[np.maximum(centres - centres / divisor, max(start_hz, 0.5)),
                     np.minimum(centres + centres / divisor, end_hz)]
    return bands(2, 18, n_pha, 4), bands(40, 148, n_amp, 8)


class Timed:
    """TensorPAC in this process. Its jobs share out permutations only."""

    name = TensorPac.name
    settings = {"1 job": 1, "2 jobs": 2}

    def __init__(self, rows, fs_hz):
        pha, amp = standard_bands()
        work = Work("", fs_hz, pha.tolist(), amp.tolist(), N_BINS, 0, 0, 1, [3, 6], *rows.shape)
        self.n_rows = len(rows)
        self.peers = {setting: TensorPac(work, rows, n_jobs, "cpu") for setting, n_jobs in self.settings.items()}

    def call_s(self, n_perm, setting):
        """Seconds of one call on all rows."""
        begin = time.perf_counter()
        self.peers[setting].call(self.n_rows, n_perm)
        return time.perf_counter() - begin

    def row_s(self, n_perm, setting, full):
        """Seconds per row; extrapolated where n_perm > 0 and not `full`."""
        if n_perm == 0 or full:
            return self.call_s(n_perm, setting) / self.n_rows
        few, many = PROBE_PERMS
        few_s = self.call_s(few, setting)
        many_s = self.call_s(many, setting)
        return (many_s + (many_s - few_s) / (many - few) * (n_perm - many)) / self.n_rows

    def warm_up(self, n_perm, setting):
        """One call that imports, plans and starts worker processes."""
        self.call_s(2 if n_perm else 0, setting)


class Product:
    """pacbench on the rows of a case: seconds per row from the median repetition of its result file."""

    def __init__(self, pacbench, folder):
        self.pacbench = pacbench
        self.folder = pathlib.Path(folder)

    def take(self, rows):
        """The rows that the next measurements are of."""
        import numpy as np
        np.save(self.folder / "rows.npy", rows[:, None, :])  # [batch, channel, time]

    def row_s(self, case):
        """(seconds per row of the median repetition from reading rows to result, {stage: its median, s per row})."""
        pha, amp = standard_bands()
        # A repetition lasts 5 ms without surrogates: as many as fill the time of one of the peer's calls.
        repetitions = "20" if "--n-perm" in case.pacbench_options else "150"
        output = self.folder / "result.h5"
        self.pacbench.run([*row_words(self.folder / "rows.npy", case.fs_hz, case.n_times, pha, amp, N_BINS),
                           *case.pacbench_options, "--warmups", "3", "--repetitions", repetitions], output)
        wall_s, stages = wall_and_stages(output)
        return wall_s / N_ROWS, {name: seconds / N_ROWS for name, seconds in stages.items()}


def measure_case(case, peer, product, rounds, full):
    """Alternates the peer's settings and pacbench; medians over rounds."""
    if case.n_perm:
        rounds = 1 if full else min(rounds, SURROGATE_ROUNDS)
    for setting in peer.settings:
        peer.warm_up(case.n_perm, setting)
    peer_s = {setting: [] for setting in peer.settings}
    product_s, stages = [], {}
    for _ in range(rounds):
        for setting in peer.settings:
            peer_s[setting].append(peer.row_s(case.n_perm, setting, full))
        if product:
            seconds, stages = product.row_s(case)
            product_s.append(seconds)
    medians = {setting: statistics.median(seconds) for setting, seconds in peer_s.items()}
    row = {"case": case.name, "peer": peer.name, "rounds": rounds, "n_perm": case.n_perm,
           "extrapolated": bool(case.n_perm and not full), "peer_row_s": medians, "peer_rounds_row_s": peer_s,
           "target": case.target}
    if product:
        row["pacbench_row_s"] = statistics.median(product_s)
        row["pacbench_rounds_row_s"] = product_s
        row["pacbench_last_round_stages_row_s"] = stages
        row["ratio"] = min(medians.values()) / row["pacbench_row_s"]
        row["met"] = row["ratio"] >= case.target
    return row


def print_header():
    print(f"\n{N_ROWS} rows of {DURATION_S} s at 512 Hz or as said, 20 x 30 bands, {N_BINS} bins; seconds per row, medians")
    print(f"{'case':21} {'peer':10} {'rounds':>6} {'1 job':>10} {'2 jobs':>10} {'pacbench':>10} {'ratio':>7} "
          f"{'target':>7}")


def print_row(row):
    numbers = "".join(f" {seconds:10.5f}" for seconds in row["peer_row_s"].values())
    product = f" {row['pacbench_row_s']:10.6f} {row['ratio']:7.1f}" if "ratio" in row else f" {'-':>10} {'-':>7}"
    verdict = {True: "met", False: "NOT met", None: "not measured"}[row.get("met")]
    note = f"; peer extrapolated from {PROBE_PERMS[0]} and {PROBE_PERMS[1]} permutations" if row["extrapolated"] else ""
    print(f"{row['case']:21} {row['peer']:10} {row['rounds']:6}{numbers}{product} {row['target']:7g} {verdict}{note}",
          flush=True)


def measure_targets(binary, threads, rounds, full):
    """Runs and prints all cases in this process; {machine, table}. Without a binary only the peer is measured."""
    import numpy as np
    import scipy.linalg  # noqa: F401  loads SciPy's BLAS, which is told of
    warnings.filterwarnings("ignore")
    logging.disable(logging.WARNING)  # TensorPAC advises 200 permutations at every call
    facts = machine(TensorPac.packages)
    print_machine(facts)
    print_header()
    table = []
    with tempfile.TemporaryDirectory() as folder:
        product = Product(Pacbench(binary, threads, "cpu"), folder) if binary else None
        for case in CASES:
            rows = np.random.default_rng(0).standard_normal((N_ROWS, case.n_times))
            if product:
                product.take(rows)
            table.append(measure_case(case, Timed(rows, case.fs_hz), product, rounds, full))
            print_row(table[-1])
    return {"machine": facts, "table": table}
