#!/usr/bin/env python3
"""Measures all pairs of channels of a recording, and checks some of them against runs of one pair each.

    check_pairs.py --pacbench BINARY [--mpirun "mpirun -np"] [--channels 64] [--seconds 60] [--fs 512] [--pairs 3]
                   [--n-perm 0] [--repetitions 3]

Makes pink noise in a temporary folder and runs `pacbench comodulogram --pairs all` on 2 ranks of one thread and on one
rank of 2 threads. Prints one table: time, pairs of channels a second, the largest memory of a rank. Exit status 0: both
runs and the single pairs have the same bytes and no rank took 2 GB; 1: not so; 2: the program failed.
"""
import argparse
import itertools
import os
import pathlib
import shlex
import subprocess
import sys
import tempfile

import h5py
import numpy as np

ENVIRONMENT = {"OMPI_ALLOW_RUN_AS_ROOT": "1", "OMPI_ALLOW_RUN_AS_ROOT_CONFIRM": "1", "OMPI_MCA_mpi_yield_when_idle": "1",
               "OMPI_MCA_rmaps_base_oversubscribe": "1", "OMPI_MCA_hwloc_base_binding_policy": "none"}
ROW = "{:<24} {:>9} {:>9} {:>11} {:>14} {:>10}"
LIMIT_BYTES = 2e9
EXACT = ("pac", "preferred_phase", "quality")  # surrogates depend on the result row, which a single pair has not


def pink_noise(n_channels, n_times, fs):
    """[channel][time], power falling as 1/f, with a weak rhythm that all channels share."""
    random = np.random.default_rng(1)
    frequency = np.fft.rfftfreq(n_times, 1 / fs)
    shape = 1 / np.sqrt(np.maximum(frequency, 0.5))
    spectrum = random.standard_normal((n_channels, len(shape))) + 1j * random.standard_normal((n_channels, len(shape)))
    noise = np.fft.irfft(spectrum * shape, n_times)
    slow = np.sin(2 * np.pi * 6 * np.arange(n_times) / fs)
    fast = (1 + slow) * np.sin(2 * np.pi * 80 * np.arange(n_times) / fs)
    return (noise / noise.std() + 0.2 * slow + 0.05 * fast).astype(np.float32)


def run(options, n_ranks, threads, folder, *words):
    """The result file of a run."""
    output = folder / f"result-{n_ranks}-{threads}.h5"
    command = [*shlex.split(options.mpirun), str(n_ranks), options.pacbench, "comodulogram", "--input", "noise.npy", "--fs",
               str(options.fs), "--layout", "ct", "--seq-sec", str(options.seconds), "--threads", str(threads), "--backend",
               "cpu", "--output", str(output), "--overwrite", "--quiet", *words]
    done = subprocess.run(command, cwd=folder, env={**os.environ, **ENVIRONMENT}, capture_output=True, text=True, check=False)
    if done.returncode != 0:
        print(f"{shlex.join(command)}: exit status {done.returncode}\n{done.stdout}{done.stderr}", file=sys.stderr)
        sys.exit(2)
    return output


def maps_of(path, pair=None):
    """{name: bytes} of all rows, or of one pair."""
    with h5py.File(path) as file:
        group = file["comodulogram"]
        names = EXACT if pair is not None else [name for name in group if group[name].dtype != object]
        return {name: (group[name][()] if pair is None else group[name][:, pair]).tobytes() for name in names}


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--pacbench", required=True, type=lambda path: str(pathlib.Path(path).resolve()))
    parser.add_argument("--mpirun", default="mpirun -np", help='the launcher ("%(default)s")')
    for name, default in (("channels", 64), ("seconds", 60), ("fs", 512), ("pairs", 3), ("n-perm", 0), ("repetitions", 3)):
        parser.add_argument(f"--{name}", type=int, default=default)
    options = parser.parse_args()
    n_pairs = options.channels**2
    statistics = ("--n-perm", str(options.n_perm)) if options.n_perm else ()
    failed = False
    print(ROW.format("case", "time s", "spread", "pairs/s", "largest rank", "predicted"))
    with tempfile.TemporaryDirectory() as name:
        folder = pathlib.Path(name)
        np.save(folder / "noise.npy", pink_noise(options.channels, options.seconds * options.fs, options.fs))
        results = []
        for n_ranks, threads in ((2, 1), (1, 2)):
            path = run(options, n_ranks, threads, folder, "--pairs", "all", "--repetitions", str(options.repetitions),
                       *statistics)
            results.append(maps_of(path))
            with h5py.File(path) as file:
                cases, memory = file["benchmark/cases"], file["benchmark/memory"]
                wall_s, spread = cases["wall_s_median"][0], cases["wall_relative_spread"][0]
                peak, predicted = memory["host_peak_bytes"][()].max(), memory["predicted_bytes"][()].max()
            failed |= not peak < LIMIT_BYTES
            print(ROW.format(f"{n_ranks} ranks x {threads} threads", f"{wall_s:.3f}", f"{100 * spread:.1f} %",
                             f"{n_pairs / wall_s:.0f}", f"{peak / 1e6:.0f} MB", f"{predicted / 1e6:.0f} MB"))
        differing = [key for key in results[0] if results[0][key] != results[1][key]]
        chosen = np.random.default_rng(2).choice(n_pairs, size=options.pairs, replace=False)
        for at in sorted(chosen.tolist()):
            phase, amplitude = list(itertools.product(range(options.channels), repeat=2))[at]
            (folder / "one.txt").write_text(f"{phase} {amplitude}\n", encoding="utf-8")
            alone = maps_of(run(options, 1, 1, folder, "--pairs", "one.txt", "--repetitions", "1", "--warmups", "0"), 0)
            whole = maps_of(path, at)
            differing += [f"{key} of {phase} -> {amplitude}" for key in EXACT if alone[key] != whole[key]]
    print(f"{options.pairs} pairs alone, and both ways to share the work: " +
          (f"differ in {', '.join(differing)}" if differing else "the same bytes"))
    return 1 if failed or differing else 0


if __name__ == "__main__":
    sys.exit(main())
