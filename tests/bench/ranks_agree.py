#!/usr/bin/env python3
"""Requires the same bytes in every dataset of /comodulogram on any number of ranks and threads, and errors said once.

    ranks_agree.py PACBENCH DATA_FOLDER [--mpirun "mpirun -np"]

Exit status 77 (skipped) where h5py is missing. Whether the numbers are right is not tested here.
"""
import argparse
import pathlib
import sys
import tempfile

try:
    import h5py
    import numpy as np
except ImportError as error:
    print(f"skipped: {error} (Debian: python3-h5py)")
    sys.exit(77)

from ranks import Ranks, own_lines

RANKS = (1, 2, 3, 5)
THREADS = (1, 2)
TIMING = ("--repetitions", "1", "--warmups", "0")
STATISTICS = ("--n-perm", "20", "--distributions", "--surrogate-max")
EXPECTED = {"pac", "pac_z", "surrogate_mean", "surrogate_std", "exceed_count", "p_value", "p_maxstat", "q_fdr",
            "surrogate_max", "preferred_phase", "quality", "amplitude_distribution"}
MEASURES = {f"{measure}{map_}" for measure in ("hr", "mi", "mvl", "ndpac")
            for map_ in ("", "_z", "_surrogate_mean", "_p_value", "_p_maxstat", "_q_fdr", "_surrogate_max")}


def compute(ranks, n_ranks, options):
    """The finished comodulogram."""
    return ranks.run(n_ranks, ["comodulogram", *options, *TIMING])


def maps_of(ranks, n_ranks, options):
    """{dataset: (type, shape, bytes)} of /comodulogram after a run that verified itself."""
    result = ranks.folder / "result.h5"
    done = compute(ranks, n_ranks, [*options, "--output", result, "--overwrite", "--quiet"])
    if done.returncode != 0 or done.stdout or done.stderr:
        raise SystemExit(f"{n_ranks} ranks, {options}: exit status {done.returncode}\n{done.stdout}{done.stderr}")
    with h5py.File(result) as file:
        assert file["benchmark"].attrs["verdict"] == "passed"
        assert int(file["benchmark/cases/n_ranks"][0]) == n_ranks
        assert len(file["system/ranks/rank"]) == n_ranks
        assert file["benchmark/memory/rank"][:].tolist() == list(range(n_ranks))
        return {name: contents(data) for name, data in file["comodulogram"].items()}


def contents(dataset):
    """What must not change: type, shape and bytes (text as a list)."""
    values = dataset.asstr()[()] if h5py.check_string_dtype(dataset.dtype) else dataset[()]
    return str(dataset.dtype), dataset.shape, values.tolist() if values.dtype == object else values.tobytes()


def require_equal(name, reference, maps):
    """Ends the test at the first dataset that differs."""
    if maps.keys() != reference.keys():
        raise SystemExit(f"{name}: datasets {sorted(maps)} instead of {sorted(reference)}")
    different = sorted(key for key in maps if maps[key] != reference[key])
    if different:
        raise SystemExit(f"{name}: differs from one rank and one thread in {', '.join(different)}")


def check_agreement(ranks, title, options, combinations, expected=frozenset()):
    """The maps of every (ranks, threads) are those of one rank and one thread."""
    reference = maps_of(ranks, 1, [*options, "--threads", 1])
    missing = (EXPECTED | expected) - reference.keys()
    if missing:
        raise SystemExit(f"{title}: no dataset {sorted(missing)}")
    for n_ranks, threads in combinations:
        maps = maps_of(ranks, n_ranks, [*options, "--threads", threads])
        require_equal(f"{title}: {n_ranks} ranks x {threads} threads", reference, maps)
    print(f"{title}: {len(reference)} datasets byte-identical on {len(combinations) + 1} ways to share the work")


def check_error(ranks, title, n_ranks, options, words):
    """An input error ends the job with mpirun's exit status 3 and is said once, whichever rank met it."""
    output = ranks.folder / "refused.h5"
    done = compute(ranks, n_ranks, [*options, "--output", output, "--quiet"])
    lines = own_lines(done.stderr)
    problem = (done.returncode != 3 and f"exit status {done.returncode} instead of 3"
               or len(lines) != 1 and f"{len(lines)} lines instead of one"
               or not all(word in lines[0] for word in words) and f"the line does not hold all of {words}"
               or done.stdout and "something on stdout"
               or output.exists() and "a result file")
    if problem:
        raise SystemExit(f"{title}: {problem}\n{done.stdout}{done.stderr}")
    print(f"{title}: said once, exit status 3")


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("pacbench", type=pathlib.Path, help="the product's binary")
    parser.add_argument("data", type=pathlib.Path, help="folder with the test data")
    parser.add_argument("--mpirun", default="mpirun -np",
                        help='the launcher, up to the number of ranks ("%(default)s")')
    arguments = parser.parse_args()
    trials = (arguments.data / "seeg_trials.npy").resolve()
    recording = ("--input", trials, "--fs", 1024)  # 4 rows: uneven shards on 3 ranks, an idle one on 5
    everything = [(r, t) for r in RANKS for t in THREADS if (r, t) != (1, 1)]
    with tempfile.TemporaryDirectory() as name:
        ranks = Ranks(arguments.pacbench, name, arguments.mpirun)
        for hilbert in ("cropped", "extended"):
            check_agreement(ranks, f"sEEG, {hilbert}", [*recording, *STATISTICS, "--hilbert", hilbert], everything)
            measures = ("--measure", "plv,hr,mi,mvl,ndpac")
            check_agreement(ranks, f"all measures, {hilbert}", [*recording, *STATISTICS, *measures, "--hilbert", hilbert],
                            [(1, 2), (2, 1), (3, 2), (5, 1)], MEASURES)
        few = ("--batch-size", 1, "--n-channels", 2, "--seq-sec", 2)
        check_agreement(ranks, "2 rows", [*few, *STATISTICS], [(3, 1), (5, 2)])
        one = ("--batch-size", 1, "--n-channels", 1, "--seq-sec", 2)
        check_agreement(ranks, "1 row", [*one, *STATISTICS], [(3, 2)])

        check_error(ranks, "missing file", 3, ["--input", "missing.npy", "--fs", 512], ("missing.npy",))
        # Only the last rank reads the row with the hole, so only it fails: the others must not wait for it.
        hole = np.load(trials).astype(np.float32)
        hole[3, 0, 1024] = np.nan
        np.save(ranks.folder / "hole.npy", hole)
        check_error(ranks, "NaN on the last rank", 3, ["--input", "hole.npy", "--fs", 1024],
                    ("rank 2", "batch item 3", "time 1 s", "nan"))
        check_existing(ranks)
    return 0


def check_existing(ranks):
    """Only the root looks at the output; all ranks must leave."""
    done = compute(ranks, 3, ["--batch-size", 1, "--n-channels", 1, "--output", "result.h5", "--quiet"])
    lines = own_lines(done.stderr)
    if done.returncode != 3 or len(lines) != 1 or "--overwrite" not in lines[0]:
        raise SystemExit(f"existing output: exit status {done.returncode}\n{done.stderr}")
    print("existing output: said once, exit status 3")


if __name__ == "__main__":
    sys.exit(main())
