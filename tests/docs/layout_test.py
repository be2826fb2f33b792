#!/usr/bin/env python3
"""Compares the section Layout of docs/results.md with files of every benchmark, both ways: what it names is in one of
them, and what is in any of them it names. And looks that the snippets of Julia, which is not run, name what there is.

    layout_test.py PACBENCH [--mpirun "mpirun -np"]

Exit status 77 (skipped) where h5py is missing.
"""
import pathlib
import re
import subprocess
import sys
import tempfile
import unittest

try:
    import h5py
except ImportError as error:
    print(f"skipped: {error} (Debian: python3-h5py)")
    sys.exit(77)

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent / "bench"))
from page import RUN, SCALE_ATTRIBUTES, listed, make_result, make_snippet_files, snippets
from ranks import ARGUMENTS, Ranks, main

STAGES = ("read", "spectrum", "analytic", "bin_sums", "surrogates", "gather")
SMALL = ("--seq-sec", 2, "--batch-size", 2, "--n-channels", 2, *RUN)
# (file, words, ranks); with those of the snippets
FILES = (("measures.h5", ("comodulogram", "--measure", "mi,hr", "--n-perm", 3, "--surrogate-max", "--verbose", *SMALL), 1),
         ("speed.h5", ("speed", "--quick", *SMALL), 2),
         ("throughput.h5", ("throughput", "--quick", *SMALL), 2),
         ("vram.h5", ("vram", "--quick", *SMALL), 1),
         ("sweep.h5", ("sweep", "--vary", "n_perm=0,3", *SMALL), 1),
         ("compare.h5", ("compare", "result.h5", "result.h5"), 1),
         ("plan.h5", ("plan", "--from", "result.h5", "--ranks", 2), 1))
KINDS = ("attribute", "dataset")
ELSEWHERE = "attribute, where it applies"
# Named in the tables, but not written by these runs: from a journal that was slow to write, from a file of pairs.
NOT_MADE = {"checkpoint_s", "pairs_digest"}


def contents(path):
    """{(group, "attribute" or "dataset", name)} of a file; attributes of datasets stand under the group ""."""
    found = set()

    def visit(_, item):
        is_dataset = isinstance(item, h5py.Dataset)
        found.update(("" if is_dataset else item.name, "attribute", name) for name in item.attrs
                     if name not in SCALE_ATTRIBUTES)
        if is_dataset:
            found.add((item.parent.name, "dataset", item.name.rsplit("/", 1)[1]))

    with h5py.File(path) as file:
        visit("", file)
        file.visititems(visit)
    return found


class LayoutTest(unittest.TestCase):
    """The page beside the files."""

    @classmethod
    def setUpClass(cls):
        temporary = tempfile.TemporaryDirectory()
        cls.addClassCleanup(temporary.cleanup)
        ranks = Ranks(ARGUMENTS.pacbench, temporary.name, ARGUMENTS.mpirun)
        make_snippet_files(ranks)
        for name, words, n_ranks in FILES:
            make_result(ranks, name, words, n_ranks)
        cls.there = set().union(*(contents(path) for path in ranks.folder.glob("*.h5")))
        done = subprocess.run([ranks.program, "--help"], capture_output=True, text=True, env=ranks.environment, check=True)
        cls.options = {name.replace("-", "_") for name in re.findall(r"^  (?:-[a-z] \[ )?--([a-z-]+)", done.stdout, re.MULTILINE)}
        cls.options -= {"config", "help", "version", "man", "bash_completion"}  # these are no part of a configuration

    def names(self, pattern):
        """What a name of the page stands for."""
        for place, values in (("<stage>", STAGES), ("<measure>", ("hr",)), ("<option>", self.options)):
            if place in pattern:
                return {pattern.replace(place, value) for value in values}
        return {pattern}

    def test_what_the_page_names_is_in_a_file(self):
        for group, kinds in listed().items():
            for kind in KINDS:
                for pattern in kinds.get(kind, []):
                    there = {(group, kind, name) for name in self.names(pattern)} & self.there
                    self.assertTrue(there or pattern in NOT_MADE, f"{group}: {kind} {pattern}")

    def test_what_is_in_a_file_is_on_the_page(self):
        page = {(group, kind.split(",")[0], name) for group, kinds in listed().items() for kind, patterns in kinds.items()
                for pattern in patterns for name in self.names(pattern)}
        self.assertEqual(sorted(self.there - page), [])
        self.assertLessEqual(set(kind for kinds in listed().values() for kind in kinds), {*KINDS, ELSEWHERE})

    def test_every_option_is_a_parameter(self):
        parameters = {name for group, kind, name in self.there if (group, kind) == ("/parameters", "attribute")}
        self.assertEqual(parameters, self.options)

    def test_julia_names_what_there_is(self):
        known = {word for group, _, name in self.there for word in (*group.split("/"), name)} | {"ch1"}
        code = "".join(text for _, text in snippets("julia"))
        quoted = [word for text in re.findall(r'[\[(, ]"([a-z0-9_/]+)"[\]),]', code) for word in text.split("/")]
        self.assertGreater(len(quoted), 20)
        self.assertEqual([word for word in quoted if word not in known], [])


if __name__ == "__main__":
    main(__doc__)
