#!/usr/bin/env python3
"""Requires that `vram --mem-limit` stays below its limit in resident memory, measured from outside, and that the batch
it streams has, bit for bit, the results of a run without a limit.

    vram_limit.py PACBENCH [--mpirun "mpirun -np"] [--ranks 2] [--mem-limit 70M] [-- OPTIONS]

OPTIONS default to a small case; `-- --n-channels 16` is the standard one. Exit status 77 (skipped) where h5py is missing.
"""
import argparse
import pathlib
import sys
import tempfile
import time

try:
    from results import columns
except ImportError as error:
    print(f"skipped: {error} (Debian: python3-h5py)")
    sys.exit(77)

from ranks import Ranks, kill_all, status_of

SMALL = ("--pha-n-bands", "2", "--amp-n-bands", "3", "--seq-sec", "4", "--n-channels", "4", "--threads", "1")
PAUSE_S = 0.02
PROGRAM_BYTES = 64 << 20  # of a limit, kept for the program itself


def watched_peak(ranks, n_ranks, words):
    """Runs a job; the largest resident memory of any of its ranks, bytes, as /proc shows it from outside."""
    job = ranks.start(n_ranks, words)
    most = 0
    try:
        while job.poll() is None:
            for pid in ranks.pids(job):
                for field in ("VmRSS", "VmHWM"):  # the kernel's own peak, between two looks
                    most = max(most, 1024 * int(status_of(pid).get(field, "0 kB").split()[0]))
            time.sleep(PAUSE_S)
    finally:
        kill_all(job)
    if job.returncode != 0:
        raise SystemExit(f"{' '.join(map(str, words))}: exit status {job.returncode}")
    return most


def cases_of(path):
    """[{column: value}] of a result's cases."""
    table = columns(path)
    return [dict(zip(table, values)) for values in zip(*table.values())]


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("pacbench", type=pathlib.Path, help="the product's binary")
    parser.add_argument("--mpirun", default="mpirun -np", help='the launcher ("%(default)s")')
    parser.add_argument("--ranks", type=int, default=2, help="number of ranks (%(default)s)")
    parser.add_argument("--mem-limit", default="70M", help="per rank (%(default)s)")
    words = sys.argv[1:]
    behind = words.index("--") if "--" in words else len(words)
    arguments = parser.parse_args(words[:behind])
    options = words[behind + 1:] or list(SMALL)
    limit = int(arguments.mem_limit.rstrip("M")) << 20
    with tempfile.TemporaryDirectory() as name:
        ranks = Ranks(arguments.pacbench, name, arguments.mpirun)
        limited, free = ranks.folder / "limited.h5", ranks.folder / "free.h5"
        begin = time.monotonic()
        peak = watched_peak(ranks, arguments.ranks,
                            ["vram", *options, "--mem-limit", arguments.mem_limit, "--output", limited, "--quiet"])
        seconds = time.monotonic() - begin
        cases = cases_of(limited)
        streamed = cases[-1]
        n_channels = int(options[options.index("--n-channels") + 1]) if "--n-channels" in options else 16
        done = ranks.run(arguments.ranks, ["comodulogram", *options, "--batch-size", int(streamed["n_rows"]) // n_channels,
                                           "--warmups", 0, "--repetitions", 1, "--output", free, "--quiet"], limit_s=600)
        if done.returncode != 0:
            raise SystemExit(f"without a limit: exit status {done.returncode}\n{done.stderr}")
        for case in cases:
            print(f"{case['label']:10} {case['n_ranks']} ranks  {case['n_rows']:7.0f} rows  predicted "
                  f"{case['predicted_bytes'] / 2**20:7.2f} MiB  measured {case['measured_bytes'] / 2**20:7.2f} MiB "
                  f"({100 * case['prediction_error']:+.1f} %)")
        print(f"peak resident memory from outside: {peak / 2**20:.1f} MiB of {limit / 2**20:.0f} MiB, {seconds:.0f} s")
        if peak >= limit:
            raise SystemExit("not below the limit")
        if max(case["measured_bytes"] for case in cases) < (limit - PROGRAM_BYTES) / 2:
            raise SystemExit("far from using what the limit leaves")
        unlimited = cases_of(free)[0]
        if unlimited["results_digest"] != streamed["results_digest"]:
            raise SystemExit("the streamed results are not those of a run without a limit")
        print(f"{streamed['n_rows']:.0f} rows in tiles of {streamed['rows_per_tile']:.0f} give the digest of one tile of "
              f"{unlimited['rows_per_tile']:.0f}: {streamed['results_digest']}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
