"""Result files of every benchmark, small ones, and pages of them read back; shared by the tests of `pacbench report`."""
import pathlib
import shutil
import tempfile
import unittest
import xml.etree.ElementTree as ET

import h5py

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


def make_results(ranks, names=RUNS):
    """Writes result files, in this order, into the folder; the names of the files."""
    for name in names:
        n_ranks, words = RUNS[name]
        run_well(ranks, n_ranks, [*words, "--output", f"{name}.h5"])
    return [f"{name}.h5" for name in names]


def run_well(ranks, n_ranks, words):
    """Runs the program, which must succeed."""
    done = ranks.run(n_ranks, words)
    assert done.returncode == 0, f"{words}: {done.stdout}{done.stderr}"
    return done


def text_of(element):
    """All text within an element."""
    return "".join(element.itertext())


def figures_of(section):
    """{title: figure} of a section."""
    return {figure.find("svg/title").text: figure for figure in section.iter("figure")}


def table_of(element):
    """(head, rows) of a table: cells as their exact numbers where they have them, else as text."""
    def cell(place):
        data = place.find("data")
        return text_of(place) if data is None else float(data.get("value"))
    return ([text_of(head) for head in element.find("thead/tr")],
            [[cell(place) for place in row] for row in element.find("tbody")])


class ReportTest(unittest.TestCase):
    """Pages of results that are made once for all tests of a module, which leave them as they are."""

    @classmethod
    def prepare(cls, names):
        """What a module does first: makes these results."""
        folder = tempfile.TemporaryDirectory()
        unittest.addModuleCleanup(folder.cleanup)
        cls.folder = pathlib.Path(folder.name)
        cls.ranks = ranks_in(folder.name)
        cls.results = make_results(cls.ranks, names)

    def page(self, *words, n_ranks=1):
        """The parsed page of results; XML is stricter than HTML."""
        run_well(self.ranks, n_ranks, ["report", *words, "--output", "page.html", "--overwrite", "--quiet"])
        return ET.parse(self.folder / "page.html").getroot()

    def altered(self, change, source="map.h5"):
        """A copy of a result after change(h5py file)."""
        shutil.copy(self.folder / source, self.folder / "altered.h5")
        with h5py.File(self.folder / "altered.h5", "r+") as file:
            change(file)
        return "altered.h5"
