#!/usr/bin/env python3
"""Tests scripts/readme_figures.py on small files: what README.md and docs/performance.md mark has the form that files
give, their numbers come from the files, pictures are small, and wrong marks are refused.

    figures_test.py PACBENCH [--mpirun "mpirun -np"]

The file of another program is one of pacbench with another name and times. Exit status 77 (skipped) where h5py or
matplotlib is missing.
"""
import pathlib
import shutil
import subprocess
import sys
import tempfile
import unittest

try:
    import h5py
    import matplotlib  # noqa: F401
except ImportError as error:
    print(f"skipped: {error} (Debian: python3-h5py, python3-matplotlib)")
    sys.exit(77)

ROOT = pathlib.Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / "tests/bench"))
from ranks import ARGUMENTS, main

MOST_BYTES = 60_000  # of a picture
OTHER = "Other 1.0"
FACTOR = 100  # that the other program is slower


def write_other(source, target):
    """The file of another program."""
    shutil.copy(source, target)
    with h5py.File(target, "r+") as file:
        file["provenance"].attrs["program"] = OTHER
        file["benchmark/cases/wall_s_median"][...] *= FACTOR


class FiguresTest(unittest.TestCase):
    """One folder of files; a folder of pages for each test."""

    @classmethod
    def setUpClass(cls):
        temporary = tempfile.TemporaryDirectory()
        cls.addClassCleanup(temporary.cleanup)
        cls.files = pathlib.Path(temporary.name) / "results"
        cls.first = cls.call(ROOT, "--run", "--quick", "--check", "--peers", "", "--pacbench", ARGUMENTS.pacbench,
                             "--mpirun", ARGUMENTS.mpirun)
        write_other(cls.files / "demo.h5", cls.files / "demo-tensorpac.h5")
        for case in ("standard", "standard-200", "production"):
            shutil.copy(cls.files / "demo.h5", cls.files / f"{case}-other-pacbench.h5")
            write_other(cls.files / "demo.h5", cls.files / f"{case}-other.h5")
        shutil.copy(cls.files / "stages.h5", cls.files / "stages-gpu.h5")
        (cls.files / "gpu").mkdir()
        for name in ("", "-pacbench"):
            shutil.copy(cls.files / f"production-other{name}.h5", cls.files / f"gpu/production-gpac{name}.h5")

    @classmethod
    def call(cls, root, *words):
        command = [sys.executable, ROOT / "scripts/readme_figures.py", "--folder", cls.files, "--root", root, *words]
        return subprocess.run(list(map(str, command)), capture_output=True, text=True, timeout=280, check=False)

    def setUp(self):
        temporary = tempfile.TemporaryDirectory()
        self.addCleanup(temporary.cleanup)
        self.root = pathlib.Path(temporary.name)
        (self.root / "docs").mkdir()
        for name in ("README.md", "docs/performance.md"):
            shutil.copy(ROOT / name, self.root / name)

    def edit(self, name, old, new):
        page = self.root / name
        text = page.read_text(encoding="utf-8")
        self.assertIn(old, text)
        page.write_text(text.replace(old, new, 1), encoding="utf-8")

    def test_marked_tables_have_the_form_of_the_files(self):
        self.assertEqual(self.first.returncode, 0, self.first.stdout + self.first.stderr)
        done = self.call(ROOT, "--check")
        self.assertEqual((done.returncode, done.stdout, done.stderr), (0, "", ""))  # no region without files or marks

    def test_pages_show_the_files(self):
        done = self.call(self.root)
        self.assertEqual(done.returncode, 0, done.stdout + done.stderr)
        readme = (self.root / "README.md").read_text(encoding="utf-8")
        performance = (self.root / "docs/performance.md").read_text(encoding="utf-8")
        with h5py.File(self.files / "speed.h5") as file:
            day, cases = file["provenance"].attrs["start"][:10], file["benchmark/cases"]
            for rows, ranks, efficiency in zip(cases["n_rows"], cases["n_ranks"], cases["efficiency"]):
                self.assertRegex(performance, rf"(?m)^\| {rows:.0f} \| {ranks} \| .* \| {efficiency:.3f} \|$")
        self.assertIn(f"| {OTHER} | 2,400 | 1.000000 | 0.0e+00 |", readme)
        self.assertRegex(readme, rf"(?m)^\| {OTHER} \| .* \| {FACTOR} \| .* \| 1\.000000 \| 0\.0e\+00 \|$")
        for text, pictures in ((readme, "docs/figures"), (performance, "figures")):
            self.assertIn(f"]({pictures}/scaling.png)\n\npacbench ", text)
            self.assertRegex(text, rf"(?m)^pacbench .* · {day} · verdict: passed")
        shown = sorted((self.root / "docs/figures").glob("*.png"))
        self.assertEqual(len(shown), 10)
        for picture in shown:
            self.assertLess(picture.stat().st_size, MOST_BYTES, picture.name)
        again = self.call(self.root, "--check")
        self.assertEqual((again.returncode, again.stdout), (0, ""))

    def test_another_form_is_named(self):
        self.edit("docs/performance.md", "| rows | ranks | time |", "| rows | ranks | seconds |")
        done = self.call(self.root, "--check")
        self.assertEqual(done.returncode, 1)
        self.assertEqual(done.stdout, "scaling: its table in performance.md has another form\n")

    def test_wrong_marks_are_refused(self):
        for old, new, words in (("picture: scaling", "picture: scalling", "marks scalling, which is no region"),
                                ("<!-- end -->\n", "", "without its <!-- end -->")):
            shutil.copy(ROOT / "README.md", self.root)
            self.edit("README.md", old, new)
            done = self.call(self.root)
            self.assertEqual(done.returncode, 2)
            self.assertIn(words, done.stderr)
            self.assertFalse((self.root / "docs/figures").exists())

    def test_a_file_that_is_none_is_named(self):
        with tempfile.TemporaryDirectory() as folder:
            (pathlib.Path(folder) / "speed.h5").write_text("no result", encoding="utf-8")
            done = self.call(self.root, "--folder", folder)
        self.assertEqual(done.returncode, 3)
        self.assertIn("speed.h5", done.stderr)


if __name__ == "__main__":
    main(__doc__)
