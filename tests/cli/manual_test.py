#!/usr/bin/env python3
"""Tests the manual page with man and groff and the completion with bash, as users' shells read them.

    manual_test.py PACBENCH [unittest options]

What the two hold is tests/core/manual_test.cpp's.
"""
import os
import pathlib
import shutil
import subprocess
import sys
import tempfile
import unittest

PACBENCH = ""

# Fills in a line's words, its last one under the cursor, as bash does before it calls the function.
COMPLETE = """
source "$1"; shift
COMP_WORDS=("$@"); COMP_CWORD=$(($# - 1))
[[ $(complete -p pacbench) == *"-F _pacbench "* ]] || exit 9
_pacbench
printf '%s\\n' "${COMPREPLY[@]}"
"""


def answer(option):
    """What the program prints for an option; it must succeed and complain of nothing."""
    done = subprocess.run([PACBENCH, option], capture_output=True, text=True, timeout=60, check=True)
    assert not done.stderr, done.stderr
    return done.stdout


class ManualTest(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        folder = tempfile.TemporaryDirectory()
        cls.addClassCleanup(folder.cleanup)
        cls.page = pathlib.Path(folder.name) / "pacbench.1"
        cls.page.write_text(answer("--man"), encoding="utf-8")

    def formatted(self, *command):
        """The page as text; formatting it must bring no warning."""
        if not shutil.which(command[0]):
            self.skipTest(f"{command[0]} is not installed (Debian: groff-base man-db)")
        # Narrow terminals make words that cannot be divided stick out; 80 columns are the standard.
        done = subprocess.run([*command, self.page], capture_output=True, text=True, timeout=60, check=False,
                              env={**os.environ, "MANWIDTH": "80", "LC_ALL": "C.UTF-8", "MANPAGER": "cat"})
        self.assertEqual((done.returncode, done.stderr), (0, ""))
        return done.stdout

    def test_groff_has_no_warning(self):
        self.formatted("groff", "-ww", "-man", "-Tutf8")

    def test_man_shows_what_users_type(self):
        text = self.formatted("man", "--warnings", "-l")
        for words in ("--hilbert cropped|extended", "PACBENCH_CACHE", "~/.cache/pacbench", "`name = value`",
                      "how much faster do N ranks finish the same batch?",
                      "pacbench comodulogram --input night.edf --channels 0,3-7"):
            self.assertIn(words, text)


class CompletionTest(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        folder = tempfile.TemporaryDirectory()
        cls.addClassCleanup(folder.cleanup)
        cls.folder = pathlib.Path(folder.name)
        (cls.folder / "completion").write_text(answer("--bash-completion"), encoding="utf-8")

    def completed(self, *words):
        """The candidates for the last word."""
        done = subprocess.run(["bash", "--norc", "-c", COMPLETE, "bash", "./completion", *words], cwd=self.folder,
                              capture_output=True, text=True, timeout=60, check=False)
        self.assertEqual((done.returncode, done.stderr), (0, ""))
        return done.stdout.split("\n")[:-1]

    def test_choices(self):
        for line in (("--hilbert", ""), ("--hilbert", "=")):
            self.assertEqual(self.completed("pacbench", "comodulogram", *line), ["cropped", "extended"])
        self.assertEqual(self.completed("pacbench", "comodulogram", "--hilbert", "=", "ext"), ["extended"])

    def test_benchmarks(self):
        self.assertEqual(self.completed("pacbench", "s"), ["speed", "sweep"])
        self.assertEqual(self.completed("pacbench", "--quiet", "comp"), ["compare"])
        self.assertEqual(self.completed("pacbench", "speed", "s"), [""])

    def test_options(self):
        self.assertEqual(self.completed("pacbench", "speed", "--n-p"), ["--n-perm"])
        self.assertEqual(self.completed("pacbench", "speed", "--n-perm", ""), [""])
        self.assertEqual(self.completed("pacbench", "--vers"), ["--version"])
        self.assertEqual(self.completed("pacbench", "sweep", "--vary", "n_p"), ["n_perm="])

    def test_files(self):
        (self.folder / "a night.edf").touch()
        (self.folder / "a.h5").touch()
        self.assertEqual(self.completed("pacbench", "speed", "--input", "a"), ["a night.edf", "a.h5"])
        self.assertEqual(self.completed("pacbench", "compare", "a.h5", "a."), ["a.h5"])
        self.assertEqual(self.completed("pacbench", "report", "a.h5", "a."), ["a.h5"])
        self.assertEqual(self.completed("pacbench", "report", "a.h5", "-o", "a n"), ["a night.edf"])


if __name__ == "__main__":
    PACBENCH = os.path.abspath(sys.argv.pop(1))
    unittest.main()
