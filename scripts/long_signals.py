#!/usr/bin/env python3
"""Measures what a sample costs in rows of 2^10 to 2^24 samples, prime lengths included.

    long_signals.py --pacbench BINARY [--threads 2] [--rounds 3] [--longest 24] [--tensorpac] [--json FILE]

Rows of synthetic signals at 512 Hz, 20 x 30 bands, 18 bins, no surrogates, both definitions. In rounds, every length
takes its turn, and so does T = 4096 before each of them: a ratio compares neighbours in time, and figures are medians
over rounds. Short rows come in numbers that make a run last; the first read of the rows is outside the time. Memory is
the model's own, requested bytes with the rows' samples, per sample, and the peak of the process, which includes the
staging of a row in double precision while it is read.

With --tensorpac, TensorPAC runs one row of the prime length 1,000,003 with the same bands, completely and once, in the
environment of peers.py (a minute, 2 GB).
"""
import argparse
import json
import pathlib
import statistics
import subprocess
import sys
import tempfile
import time

from peers import environment, targets

REFERENCE = 4096
PRIME = 1000003
LENGTHS = (2**10, 2**12, 2**14, 2**17, PRIME, 2**20, 2**22, 2**24)
TARGET = 2.0  # times what a sample costs at T = 4096
TARGET_LENGTHS = (PRIME, 2**24)
N_SAMPLES = 2**21  # of a run where rows are shorter
DEFINITIONS = ("cropped", "extended")


class Pacbench:
    """One process a measurement."""

    def __init__(self, binary, threads, folder):
        self.binary = binary
        self.threads = threads
        self.output = pathlib.Path(folder) / "result.h5"

    def run(self, definition, n_times):
        """(nanoseconds per sample of the median repetition, requested bytes, peak bytes of the process, rows)."""
        n_rows = max(1, N_SAMPLES // n_times)
        command = [str(self.binary), "comodulogram", "--batch-size", "1", "--n-channels", str(n_rows), "--seq-sec",
                   repr(n_times / targets.FS_HZ), "--hilbert", definition, "--threads", str(self.threads), "--warmups",
                   "1", "--repetitions", "3", "--no-verify", "--quiet", "--json", "-", "--output", str(self.output),
                   "--overwrite"]
        finished = subprocess.run(command, capture_output=True, text=True, check=False)
        if finished.returncode != 0:
            raise SystemExit(f"pacbench: exit status {finished.returncode}: {finished.stderr.strip()}")
        document = json.loads(finished.stdout)
        case, memory = document["cases"][0], document["memory"]
        if case["n_times"] != n_times:
            raise SystemExit(f"pacbench ran rows of {case['n_times']} samples instead of {n_times}")
        return (case["wall_s_median"] / n_rows / n_times * 1e9, memory["requested_bytes"][0],
                memory["host_peak_bytes"][0], n_rows)


def measure(product, lengths, rounds):
    """One row of the table per definition and length."""
    costs, ratios, last = {}, {}, {}
    for _ in range(rounds):
        for definition in DEFINITIONS:
            for n_times in lengths:
                reference = product.run(definition, REFERENCE)
                one = reference if n_times == REFERENCE else product.run(definition, n_times)
                costs.setdefault((definition, n_times), []).append(one[0])
                ratios.setdefault((definition, n_times), []).append(one[0] / reference[0])
                last[definition, n_times] = one
    table = []
    for (definition, n_times), values in costs.items():
        _, requested, peak, n_rows = last[definition, n_times]
        ratio = statistics.median(ratios[definition, n_times])
        table.append({"definition": definition, "n_times": n_times, "n_rows": n_rows, "rounds": rounds,
                      "ns_per_sample": statistics.median(values), "ratio": ratio, "rounds_ns_per_sample": values,
                      "rounds_ratio": ratios[definition, n_times], "requested_bytes": requested,
                      "peak_bytes": peak, "met": ratio <= TARGET if n_times in TARGET_LENGTHS else None})
    return table


def print_table(table, threads):
    print(f"\n20 x 30 bands, {targets.N_BINS} bins, {threads} threads; medians over {table[0]['rounds']} rounds")
    print(f"{'definition':10} {'T':>9} {'rows':>5} {'ns/sample':>10} {'of T=4096':>10} {'model, MB':>10} "
          f"{'bytes/sample':>12} {'peak, MB':>9}")
    for row in table:
        samples = row["n_times"] * row["n_rows"]
        verdict = {True: f"at most {TARGET:g}: met", False: f"at most {TARGET:g}: NOT met", None: ""}[row["met"]]
        print(f"{row['definition']:10} {row['n_times']:9} {row['n_rows']:5} {row['ns_per_sample']:10.1f} "
              f"{row['ratio']:10.2f} {row['requested_bytes'] / 1e6:10.1f} {row['requested_bytes'] / samples:12.1f} "
              f"{row['peak_bytes'] / 1e6:9.1f} {verdict}", flush=True)


def tensorpac_s(n_times):
    """Seconds of one row with 20 x 30 bands: the complete run, once."""
    import numpy as np
    from tensorpac import Pac
    pha, amp = targets.standard_bands()
    row = np.random.default_rng(0).standard_normal((1, n_times))
    pac = Pac(idpac=(2, 0, 0), f_pha=pha, f_amp=amp, n_bins=targets.N_BINS, dcomplex="hilbert", verbose=False)
    begin = time.perf_counter()
    pac.filterfit(targets.FS_HZ, row, n_jobs=1, verbose=False)
    return time.perf_counter() - begin


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--pacbench", type=pathlib.Path, required=True, help="the product's binary")
    parser.add_argument("--threads", type=int, default=2, help="threads of pacbench (%(default)s)")
    parser.add_argument("--rounds", type=int, default=3, help="rounds (%(default)s)")
    parser.add_argument("--longest", type=int, default=24, help="longest row, as a power of two (%(default)s)")
    parser.add_argument("--tensorpac", action="store_true", help="time TensorPAC on the prime length too")
    parser.add_argument("--json", type=pathlib.Path, help="write the table here too")
    arguments = parser.parse_args()
    if not arguments.pacbench.exists():
        parser.error(f"--pacbench {arguments.pacbench}: not found; build it first")
    if arguments.tensorpac and 2**arguments.longest < PRIME:
        parser.error(f"--tensorpac compares rows of {PRIME} samples; give --longest 20 or more")
    if arguments.tensorpac:
        environment.enter()
        environment.print_machine(environment.machine(targets.TensorPac.packages))
    lengths = [n_times for n_times in LENGTHS if n_times <= 2**arguments.longest]
    with tempfile.TemporaryDirectory() as folder:
        table = measure(Pacbench(arguments.pacbench.resolve(), arguments.threads, folder), lengths, arguments.rounds)
    print_table(table, arguments.threads)
    document = {"threads": arguments.threads, "table": table}
    if arguments.tensorpac:
        peer_s = tensorpac_s(PRIME)
        ours = next(row for row in table if row["n_times"] == PRIME and row["definition"] == "cropped")
        ours_s = ours["ns_per_sample"] * PRIME / 1e9
        print(f"\nOne row of {PRIME} samples, 20 x 30 bands: TensorPAC {peer_s:.1f} s (once), pacbench, cropped, "
              f"{ours_s:.3f} s: {peer_s / ours_s:.0f} times faster")
        document["tensorpac"] = {"n_times": PRIME, "seconds": peer_s}
    if arguments.json:
        arguments.json.write_text(json.dumps(document, indent=1) + "\n")
    return 1 if any(row["met"] is False for row in table) else 0


if __name__ == "__main__":
    sys.exit(main())
