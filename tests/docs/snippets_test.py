#!/usr/bin/env python3
"""Runs the snippets of docs/results.md in one language, as one session, on files that the program makes, and compares
what each prints with what h5py reads.

    snippets_test.py PACBENCH --language python|matlab|r [--mpirun "mpirun -np"]

Exit status 77 (skipped) where the language or a package of it is missing. MATLAB's are run by Octave, with the
functions in matlab/ in the place of MATLAB's h5read, h5readatt and h5info.
"""
import json
import os
import pathlib
import re
import shutil
import subprocess
import sys
import tempfile
import unittest

try:
    import h5py
    import numpy as np
except ImportError as error:
    print(f"skipped: {error} (Debian: python3-h5py)")
    sys.exit(77)

HERE = pathlib.Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent / "bench"))
from expected import expected
from page import SCALE_ATTRIBUTES, make_snippet_files, snippets
from ranks import ARGUMENTS, Ranks, main

MARK = "=== "
PRECISION = {"rtol": 2e-6, "atol": 6e-7}  # R prints seven digits, pandas six decimals


def octave_value(item):
    """A dataset's or attribute's value as MATLAB's functions return it: axes reversed, texts in a cell array."""
    values = np.asarray(item)
    if values.dtype.kind in "OSU":
        texts = [json.dumps(text, ensure_ascii=False) for text in values.ravel()]
        return "{" + ";".join(texts) + "}" if values.ndim else texts[0]
    numbers = " ".join("NaN" if number != number else format(number, ".17g") for number in values.ravel().tolist())
    kind = {"f4": "single", "f8": "double"}.get(values.dtype.str[1:], values.dtype.name)
    shape = [*values.shape[::-1], 1, 1][:max(2, values.ndim)]
    return f"reshape({kind}([{numbers}]), {shape})"


def octave_contents(paths):
    """Octave's words that put all of the files where the functions in matlab/ look."""
    lines = ["global h5_contents"]

    def put(key, value):
        lines.append(f"h5_contents.('{key}') = {octave_value(value)};")

    def visit(name, item):
        at = f"{path.name}:/{name}"
        for attribute, value in item.attrs.items():
            if attribute not in SCALE_ATTRIBUTES:
                put(f"{at}@{attribute}", value)
        if isinstance(item, h5py.Dataset):
            put(at, item.asstr()[()] if h5py.check_string_dtype(item.dtype) else item[()])

    for path in paths:
        with h5py.File(path) as file:
            visit("", file)
            file.visititems(visit)
    return "\n".join(lines) + f"\naddpath('{HERE / 'matlab'}');\n"


def program_of(language, folder):
    """([command], words before the session, how it says a line); exits with 77 where something is missing."""
    missing = ""
    if language == "python":
        check = subprocess.run([sys.executable, "-c", "import xarray, pandas, matplotlib"], capture_output=True, text=True)
        missing = check.returncode and f"{check.stderr.strip().splitlines()[-1]} (Debian: python3-xarray, python3-pandas)"
        found = ([sys.executable], "", 'print("{}")')
    elif language == "matlab":
        missing = not shutil.which("octave-cli") and "Octave not found (Debian: octave)"
        found = (["octave-cli", "--norc", "--quiet"], octave_contents(sorted(folder.glob("*.h5"))), "disp('{}')")
    else:
        check = shutil.which("Rscript") and subprocess.run(["Rscript", "-e", "library(rhdf5)"], capture_output=True)
        missing = (not check or check.returncode) and "R with rhdf5 not found (Debian: r-bioc-rhdf5)"
        found = (["Rscript", "--vanilla"], "", 'cat("{}\\n")')
    if missing:
        print(f"skipped: {missing}")
        sys.exit(77)
    return found


def numbers_in(output):
    """Every word that is a number, whatever brackets and commas stand around it."""
    numbers = []
    for word in re.split(r"[\s,()\[\]]+", output):
        try:
            numbers.append(float(word))
        except ValueError:
            pass
    return numbers


class SnippetsTest(unittest.TestCase):
    """One language."""

    def session(self, folder):
        """{task: what it printed}."""
        command, before, say = program_of(ARGUMENTS.language, folder)
        code = before + "".join(f"{say.format(MARK + task)}\n{text}" for task, text in snippets(ARGUMENTS.language))
        script = folder / "session"
        script.write_text(code, encoding="utf-8")
        done = subprocess.run([*command, script.name], cwd=folder, capture_output=True, text=True, timeout=200, check=False,
                              env={**os.environ, "MPLBACKEND": "Agg"})
        self.assertEqual(done.returncode, 0, done.stdout + done.stderr)
        parts = done.stdout.split(MARK)[1:]
        return dict(part.split("\n", 1) for part in parts)

    def test_each_prints_what_the_file_says(self):
        with tempfile.TemporaryDirectory() as name:
            ranks = Ranks(ARGUMENTS.pacbench, name, ARGUMENTS.mpirun)
            make_snippet_files(ranks)
            printed = self.session(ranks.folder)
            wanted = expected(ranks.folder, ARGUMENTS.language)
        if ARGUMENTS.language == "python":
            self.assertEqual(set(printed), set(wanted))
        self.assertGreater(len(printed), 10)
        for task, output in printed.items():
            texts, numbers = wanted[task]
            lines = "".join(line.rstrip() + "\n" for line in output.splitlines())
            with self.subTest(task=task, output=output):
                self.assertEqual([text for text in texts if text not in lines], [])
                if numbers is not None:
                    np.testing.assert_allclose(numbers_in(lines), numbers, **PRECISION)


def add_options(parser):
    parser.add_argument("--language", choices=("python", "matlab", "r"), required=True)


if __name__ == "__main__":
    main(__doc__, add_options)
