#!/usr/bin/env python3
"""Measures how many times faster pacbench is than other programs on the same signals, cores and run.

    peers.py [--pacbench BINARY] [--full] [--rounds 5] [--json FILE]

Signals: 16 rows of white noise, 8 s at 512 Hz (the standard case) or 2048 Hz; 20 x 30 bands, 18 bins. In rounds, each
peer and pacbench take their turn, so that a slow moment of the machine meets all of them; figures are medians over
rounds, in seconds per row. The peer's better setting counts. Peers live in a virtual environment of their own under
the build folder, made on first use from PyPI; their NumPy and SciPy bring OpenBLAS. Without --pacbench only peers are
measured.

With surrogates the peer's time is extrapolated linearly from 4 and 20 permutations (not from 0: what the first
permutation costs once must not be multiplied), which the table says, unless --full asks for one complete run.
"""
import argparse
import dataclasses
import json
import logging
import os
import pathlib
import platform
import statistics
import subprocess
import sys
import tempfile
import time
import venv
import warnings

REPOSITORY = pathlib.Path(__file__).resolve().parent.parent
ENVIRONMENT = REPOSITORY / "build" / "peers" / "venv"

N_ROWS = 16
DURATION_S = 8
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
    fs_hz: int = 512

    @property
    def n_times(self):
        return DURATION_S * self.fs_hz


CASES = (
    Case("n_perm=0, cropped", 0, (), 250),
    Case("n_perm=0, extended", 0, ("--hilbert", "extended"), 300),
    Case("n_perm=200, cropped", 200, ("--n-perm", "200"), 1200),
    Case("n_perm=200, 2048 Hz", 200, ("--n-perm", "200"), 2500, 2048),
)


def standard_bands():
    """(phase, amplitude) bands [band, 2] in Hz: centre -+ 1/4 or 1/8 of it, clipped to the range of centres."""
    import numpy as np

    def bands(start_hz, end_hz, n, divisor):
        centres = np.linspace(start_hz, end_hz, n)
        return np.c_[np.maximum(centres - centres / divisor, max(start_hz, 0.5)),
                     np.minimum(centres + centres / divisor, end_hz)]
    return bands(2, 18, 20, 4), bands(40, 148, 30, 8)


class TensorPac:
    """TensorPAC's fastest use: all rows as epochs of one filterfit call. Its jobs share out permutations only."""

    name = "TensorPAC"
    requirements = ("tensorpac==0.6.5", "numpy<2", "scipy<1.14", "joblib", "matplotlib", "pandas<2.3")
    packages = ("tensorpac", "numpy", "scipy", "joblib")
    settings = {"1 job": 1, "2 jobs": 2}

    def __init__(self, rows, fs_hz):
        self.rows = rows
        self.fs_hz = fs_hz

    def call_s(self, n_perm, n_jobs):
        """Seconds of one call on all rows."""
        from tensorpac import Pac
        pha, amp = standard_bands()
        idpac = (2, 2, 4) if n_perm else (2, 0, 0)  # Tort's MI; block swap, z-score
        pac = Pac(idpac=idpac, f_pha=pha, f_amp=amp, n_bins=N_BINS, dcomplex="hilbert", verbose=False)
        extra = {"n_perm": n_perm} if n_perm else {}
        begin = time.perf_counter()
        pac.filterfit(self.fs_hz, self.rows, n_jobs=n_jobs, verbose=False, **extra)
        return time.perf_counter() - begin

    def row_s(self, n_perm, setting, full):
        """Seconds per row; extrapolated where n_perm > 0 and not `full`."""
        n_jobs = self.settings[setting]
        if n_perm == 0 or full:
            return self.call_s(n_perm, n_jobs) / len(self.rows)
        few, many = PROBE_PERMS
        few_s = self.call_s(few, n_jobs)
        many_s = self.call_s(many, n_jobs)
        return (many_s + (many_s - few_s) / (many - few) * (n_perm - many)) / len(self.rows)

    def warm_up(self, n_perm, setting):
        """One call that imports, plans and starts worker processes."""
        self.call_s(2 if n_perm else 0, self.settings[setting])


PEERS = (TensorPac,)


class Pacbench:
    """The product: one process, two threads, seconds per row from the median repetition of its result file."""

    def __init__(self, binary, folder, threads):
        self.binary = binary
        self.folder = pathlib.Path(folder)
        self.threads = threads

    def take(self, rows):
        """The rows that the next measurements are of."""
        import numpy as np
        np.save(self.folder / "rows.npy", rows[:, None, :])  # [batch, channel, time]

    def command(self, case, output):
        pha, amp = standard_bands()
        # A repetition lasts 5 ms without surrogates: as many as fill the time of one of the peer's calls.
        repetitions = "20" if "--n-perm" in case.pacbench_options else "150"
        text = [",".join(f"{float(lo)!r}-{float(hi)!r}" for lo, hi in bands) for bands in (pha, amp)]
        return [str(self.binary), "comodulogram", "--input", str(self.folder / "rows.npy"), "--layout", "bct",
                "--fs", str(case.fs_hz), "--seq-sec", repr(float(DURATION_S)), "--n-bins", str(N_BINS),
                "--pha-bands", text[0], "--amp-bands", text[1], *case.pacbench_options, "--warmups", "3",
                "--repetitions", repetitions, "--no-verify", "--threads", str(self.threads), "--quiet",
                "--output", str(output), "--overwrite"]

    def row_s(self, case):
        """(seconds per row of the median repetition from reading rows to result, {stage: its median, s per row})."""
        import h5py
        output = self.folder / "result.h5"
        finished = subprocess.run(self.command(case, output), capture_output=True, text=True, check=False)
        if finished.returncode != 0:
            raise SystemExit(f"pacbench: exit status {finished.returncode}: {finished.stderr.strip()}")
        with h5py.File(output) as file:
            wall_s = float(file["benchmark/cases/wall_s_median"][0])
            samples = file["benchmark/samples"]
            measured = samples["warmup"][:] == 0
            stages = {name: statistics.median(samples[name][:][measured].tolist()) / N_ROWS for name in samples
                      if name.endswith("_s")}
        return wall_s / N_ROWS, stages


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


def machine():
    """CPU, cores, versions and the BLAS that the peers' NumPy and SciPy loaded."""
    import importlib.metadata
    import scipy.linalg  # noqa: F401  loads SciPy's own BLAS
    import threadpoolctl
    cpu = platform.processor() or platform.machine()
    info = pathlib.Path("/proc/cpuinfo")
    if info.exists():
        lines = [line.partition(":") for line in info.read_text().splitlines()]
        field = {name.strip(): value.strip() for name, _, value in reversed(lines)}
        cpu = (f"{field.get('model name', cpu)} (family {field.get('cpu family', '?')}, "
               f"model {field.get('model', '?')}, AVX-512: {'yes' if 'avx512f' in field.get('flags', '') else 'no'})")
    packages = dict.fromkeys(name for peer in PEERS for name in peer.packages)
    blas = [f"{pool['internal_api']} {pool['version']} ({pool['num_threads']} threads)"
            for pool in threadpoolctl.threadpool_info() if pool["user_api"] == "blas"]
    return {"cpu": cpu, "cores": len(os.sched_getaffinity(0)), "load_before": os.getloadavg()[0],
            "python": platform.python_version(),
            "packages": {name: importlib.metadata.version(name) for name in packages}, "blas": blas}


def print_machine(facts):
    print(f"{facts['cpu']}, {facts['cores']} cores; Python {facts['python']}, "
          + ", ".join(f"{name} {version}" for name, version in facts["packages"].items()))
    print("BLAS: " + ", ".join(facts["blas"]))
    if not all(blas.startswith("openblas") for blas in facts["blas"]):
        print("warning: not OpenBLAS: the peers are slower than they could be, their ratios do not count")
    if facts["load_before"] > 0.5:
        print(f"warning: load average {facts['load_before']:.1f} before the first measurement: other programs are busy")


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


def enter_environment():
    """Goes on inside the peers' own virtual environment, which is made when missing or made for other requirements."""
    python = ENVIRONMENT / "bin" / "python"
    wanted = "\n".join(sorted({"h5py", "threadpoolctl", *(text for peer in PEERS for text in peer.requirements)}))
    made_for = ENVIRONMENT / "requirements.txt"
    if not made_for.exists() or made_for.read_text() != wanted:
        print(f"making {ENVIRONMENT.relative_to(REPOSITORY)}", file=sys.stderr)
        venv.create(ENVIRONMENT, with_pip=True, clear=True)
        subprocess.run([python, "-m", "pip", "install", "--quiet", "--only-binary", "numpy,scipy", *wanted.split()],
                       check=True)
        made_for.write_text(wanted)
    if pathlib.Path(sys.prefix).resolve() != ENVIRONMENT.resolve():
        os.execv(python, [str(python), *sys.argv])


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--pacbench", type=pathlib.Path, help="the product's binary")
    parser.add_argument("--threads", type=int, default=2, help="threads of pacbench (%(default)s)")
    parser.add_argument("--rounds", type=int, default=5,
                        help=f"rounds a case (%(default)s; surrogates: at most {SURROGATE_ROUNDS}, one with --full)")
    parser.add_argument("--full", action="store_true", help="run all permutations of the peers (minutes)")
    parser.add_argument("--json", type=pathlib.Path, help="write machine and table here too")
    arguments = parser.parse_args()
    if arguments.pacbench and not arguments.pacbench.exists():
        parser.error(f"--pacbench {arguments.pacbench}: not found; build it first")
    enter_environment()

    import numpy as np
    warnings.filterwarnings("ignore")
    logging.disable(logging.WARNING)  # TensorPAC advises 200 permutations at every call
    facts = machine()
    print_machine(facts)
    print_header()
    table = []
    with tempfile.TemporaryDirectory() as folder:
        product = arguments.pacbench and Pacbench(arguments.pacbench.resolve(), folder, arguments.threads)
        for case in CASES:
            rows = np.random.default_rng(0).standard_normal((N_ROWS, case.n_times))
            if product:
                product.take(rows)
            for peer in PEERS:
                table.append(measure_case(case, peer(rows, case.fs_hz), product, arguments.rounds, arguments.full))
                print_row(table[-1])
    if arguments.json:
        arguments.json.write_text(json.dumps({"machine": facts, "table": table}, indent=1) + "\n")
    return 1 if any(row.get("met") is False for row in table) else 0


if __name__ == "__main__":
    sys.exit(main())
