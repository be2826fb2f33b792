"""Small result files of every benchmark for the tests of scripts/plot.py, made once by the program, and what the tests
share. Needs h5py and matplotlib."""
import contextlib
import functools
import io
import os
import pathlib
import shutil
import sys
import tempfile
import unittest
import xml.etree.ElementTree as ElementTree
from unittest import mock

import h5py
import matplotlib.pyplot as plt
import numpy as np

ROOT = pathlib.Path(__file__).resolve().parent.parent.parent
PLOT = ROOT / "scripts" / "plot.py"
sys.path[:0] = [str(PLOT.parent), str(ROOT / "tests" / "bench")]
import figures  # noqa: E402
import plot  # noqa: E402
from ranks import ARGUMENTS, Ranks  # noqa: E402

ALWAYS = ("--threads", "1", "--warmups", "0", "--no-verify")
BANDS = ("--pha-n-bands", "3", "--amp-n-bands", "4")
SMALL = (*ALWAYS, *BANDS, "--seq-sec", "1", "--n-channels", "2", "--repetitions", "2")
ON_FILE = ("--layout", "bct", "--fs", "512", *ALWAYS, "--repetitions", "1")

#: name: (ranks, words). `uneven.npy` has a constant channel, and bands that do not tile and come in no order.
RUNS = {
    "maps": (1, ("comodulogram", *SMALL, "--batch-size", "3", "--n-perm", "19", "--surrogate-max", "--distributions",
                 "--measure", "mi,mvl")),
    "bare": (1, ("comodulogram", *SMALL, "--batch-size", "1")),
    "pairs": (1, ("comodulogram", *SMALL, "--batch-size", "2", "--pairs", "all")),
    "uneven": (1, ("comodulogram", *ON_FILE, "--input", "uneven.npy", "--n-perm", "19", "--surrogate-max", "--pha-bands",
                   "10-14,4-8", "--amp-bands", "60-90,100-120,40-50")),
    "one_band": (1, ("comodulogram", *ON_FILE, "--input", "uneven.npy", "--distributions", "--pha-bands", "4-8",
                     "--amp-bands", "60-90")),
    "speed": (2, ("speed", "--quick", *SMALL, "--batch-size", "2", "--n-perm", "9", "--verbose")),
    "throughput": (2, ("throughput", "--quick", *SMALL)),
    "vram": (2, ("vram", "--quick", *SMALL)),
    "vram_limit": (1, ("vram", *SMALL, "--mem-limit", "66M")),
    "sweep": (2, ("sweep", *SMALL, "--batch-size", "2", "--vary", "n_perm=0,5,9", "--vary", "hilbert=cropped,extended",
                  "--vary", "fs=256,512")),  # bands up to 148 Hz cannot be computed at 256 Hz
    "grid": (1, ("sweep", *SMALL, "--batch-size", "1", "--full-grid", "--vary", "n_perm=0,5", "--vary", "n_channels=1,2")),
}


@functools.cache
def files():
    """Runs everything; {name: path}."""
    folder = pathlib.Path(ARGUMENTS.cache)
    rows = np.random.default_rng(1).standard_normal((2, 3, 512)).astype("f4")
    rows[:, 1] = 0
    np.save(folder / "uneven.npy", rows)
    ranks = Ranks(ARGUMENTS.pacbench, folder, ARGUMENTS.mpirun)
    ranks.environment["OMP_NUM_THREADS"] = "1"
    made = {}
    for name, (n, words) in RUNS.items():
        done = ranks.run(n, [*words, "--quiet", "--output", f"{name}.h5"])
        assert (folder / f"{name}.h5").exists(), f"{name}: {done.stdout}{done.stderr}"
        made[name] = folder / f"{name}.h5"
    made["peer"] = of_other_program(made["maps"], "TensorPAC 0.6.5", 100)
    made["peer_sweep"] = of_other_program(made["sweep"], "TensorPAC 0.6.5", 10)
    return made


def of_other_program(path, program, times):
    """The result as another program on another machine might have written it, so many times slower."""
    other = path.with_name(f"peer_{path.name}")
    shutil.copy(path, other)
    with h5py.File(other, "r+") as file:
        file["provenance"].attrs["program"] = program
        file["system/ranks/device_name"][:] = "another machine"
        for name, column in file["benchmark/cases"].items():
            if name.startswith("wall_s_"):
                column[:] = times * column[:]
    return other


class PlotTest(unittest.TestCase):
    """Files made once; a folder of its own for each test."""

    @classmethod
    def setUpClass(cls):
        cls.files = files()
        with h5py.File(cls.files["maps"]) as file:
            cls.program = f"pacbench {file['provenance'].attrs['version']}"

    def setUp(self):
        temporary = tempfile.TemporaryDirectory()
        self.addCleanup(temporary.cleanup)
        self.folder = pathlib.Path(temporary.name)
        self.addCleanup(os.chdir, os.getcwd())
        os.chdir(self.folder)
        self.addCleanup(plt.close, "all")

    def plot(self, *words, status=0):
        """Runs the script's main() in the test's folder: what it wrote on stdout and stderr; it must end with the status."""
        out, err = io.StringIO(), io.StringIO()
        argv = [str(PLOT), *map(str, words)]
        with mock.patch.object(sys, "argv", argv), contextlib.redirect_stdout(out), contextlib.redirect_stderr(err):
            try:
                ended = plot.main()
            except SystemExit as end:  # as argparse ends
                ended = end.code
        self.assertEqual(ended, status, f"{words}: {out.getvalue()}{err.getvalue()}")
        self.assertNotIn("Warning", err.getvalue())
        return out.getvalue(), err.getvalue()

    def refused(self, status, word, *words):
        """One line that holds the word."""
        lines = self.plot(*words, status=status)[1].splitlines()
        self.assertRegex(lines[-1], r"\Aplot\.py: ")  # usage may stand before
        self.assertIn(word, lines[-1])
        return lines

    def texts(self, path):
        """All text of an SVG picture in one line."""
        elements = ElementTree.parse(path).iter("{http://www.w3.org/2000/svg}text")
        return " ".join("".join(element.itertext()).strip() for element in elements)
