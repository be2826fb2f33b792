"""Result files of every benchmark, small ones, and a report of them; shared by the tests of `pacbench report`."""
from ranks import ARGUMENTS, Ranks

SMALL = ("--n-channels", 2, "--batch-size", 2, "--seq-sec", 1, "--pha-n-bands", 4, "--amp-n-bands", 5, "--repetitions", 2,
         "--warmups", 0, "--threads", 1, "--quiet")
RUNS = {  # name of the file: ranks, words
    "map": (2, ("comodulogram", *SMALL, "--n-perm", 20, "--verbose", "--measure", "mi,hr", "--backend", "cpu")),
    "pairs": (1, ("comodulogram", *SMALL, "--pairs", "all", "--backend", "cpu")),
    "speed": (2, ("speed", "--quick", *SMALL)),
    "throughput": (2, ("throughput", "--quick", *SMALL)),
    "vram": (2, ("vram", "--quick", *SMALL)),
    "sweep": (1, ("sweep", *SMALL, "--vary", "n_perm=0,5,10", "--vary", "hilbert=cropped,extended")),
    "grid": (1, ("sweep", *SMALL, "--full-grid", "--vary", "n_perm=0,5", "--vary", "n_bins=12,18")),
    "compare": (1, ("compare", "speed.h5", "speed.h5", "--quiet")),
    "plan": (1, ("plan", "--from", "map.h5", "--quiet")),
}


def ranks_in(folder):
    """The program in a folder, with the FFT plans of all tests."""
    ranks = Ranks(ARGUMENTS.pacbench, folder, ARGUMENTS.mpirun)
    ranks.environment["PACBENCH_CACHE"] = ARGUMENTS.cache
    return ranks


def make_results(ranks):
    """Writes the result files into the folder; their names, in the order of RUNS."""
    for name, (n_ranks, words) in RUNS.items():
        run_well(ranks, n_ranks, [*words, "--output", f"{name}.h5"])
    return [f"{name}.h5" for name in RUNS]


def run_well(ranks, n_ranks, words):
    """Runs the program, which must succeed."""
    done = ranks.run(n_ranks, words)
    assert done.returncode == 0, f"{words}: {done.stdout}{done.stderr}"
    return done
