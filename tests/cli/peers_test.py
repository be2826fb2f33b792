#!/usr/bin/env python3
"""Tests scripts/peers.py with a peer that computes nothing: which rows it is given, the files it leaves, what `pacbench
compare` says to them, failures and refusals.

    peers_test.py PACBENCH DATA_FOLDER [unittest options]

Exit status 77 (skipped) where h5py is missing. No peer's package is needed; the real peers' numbers are not tested here.
"""
import os
import pathlib
import subprocess
import sys

import cli_test
from cli_test import INPUT, TINY, USAGE, CliTest, h5py, noise, write_npy

VERIFICATION, NO_PACKAGE = 1, 4
ROOT = pathlib.Path(__file__).resolve().parents[2]
FAKE = '''
import sys, time
import h5py, numpy as np
from peers.peer import Peer


class Fake(Peer):
    """Gives the maps of a file, whatever its rows are."""
    name, definition, same_definition = "Fake", "numbers of a file", True
    counterpart = {counterpart}

    def call(self, n_rows, n_perm):
        time.sleep({seconds})
        {call}

    def maps(self, n_rows, n_perm):
        first = 0 if (self.rows[0] == np.load(self.work.signals).reshape(-1, self.work.n_times)[0]).all() else 1
        with h5py.File({maps!r}) as file:
            names = ("pac", "surrogate_mean", "surrogate_std", "pac_z")[:4 if n_perm else 1]
            maps = {{name: file["comodulogram/" + name][:] for name in names}}
        shape = -1, len(self.work.pha_bands), len(self.work.amp_bands)
        return {{name: values.reshape(shape)[first:first + n_rows] + {shift} for name, values in maps.items()}}
'''


class PeersTest(CliTest):
    """Results of tiny cases: two rows, so that two processes have one each."""

    def make(self, name, *options, benchmark="comodulogram"):
        done = self.run_words(benchmark, *TINY, *options, "--no-verify", "--quiet", "--output", name)
        self.assertEqual(done.returncode, 0, done.stderr)
        return name

    def fake(self, maps, shift=0.0, counterpart="{}", seconds="0", call="pass"):
        """A file that defines the peer."""
        path = self.folder / "fake.py"
        path.write_text(FAKE.format(maps=str(self.folder / maps), shift=shift, counterpart=counterpart, seconds=seconds,
                                    call=call))
        return path

    def peers(self, *words, status=0):
        done = subprocess.run([sys.executable, ROOT / "scripts" / "peers.py", *map(str, words), "--pacbench",
                               cli_test.PACBENCH, "--python", "current", "--rounds", "1"], cwd=self.folder, text=True,
                              capture_output=True, check=False, timeout=100,
                              env={**os.environ, "PACBENCH_CACHE": cli_test.CACHE})
        self.assertEqual(done.returncode, status, done.stdout + done.stderr)
        if status:
            self.assertRegex(done.stderr, r"(\A|\n)peers\.py: [^\n]+\n\Z")
        return done

    def compared(self, a, b):
        """(exit status, reason) of `pacbench compare`."""
        done = self.run_words("compare", a, b, "--output", "compared.h5", "--overwrite")
        with h5py.File(self.folder / "compared.h5") as file:
            return done.returncode, file["benchmark"].attrs["reason"]

    def columns(self, name, table="cases"):
        with h5py.File(self.folder / name) as file:
            return {key: (data.asstr() if h5py.check_string_dtype(data.dtype) else data)[()].tolist()
                    for key, data in file["benchmark"][table].items()}

    def test_equal_maps_are_the_same_numbers_and_any_reader_opens_the_file(self):
        self.make("a.h5", "--n-perm", "3")
        done = self.peers("a.h5", "--peer", self.fake("a.h5"))
        self.assertIn("Fake", done.stdout)
        status, reason = self.compared("a.h5", "a-fake.h5")
        self.assertEqual(status, 0, reason)
        self.assertIn("maps agree: largest difference 0", reason)
        self.assertNotIn("signals compared by their options", reason)  # digests decided
        self.assertEqual(self.compared("a-fake-pacbench.h5", "a.h5")[0], 0)
        opened = subprocess.run([sys.executable, ROOT / "tests" / "io" / "result_opens.py", self.folder / "a-fake.h5"],
                                capture_output=True, text=True, check=False)
        self.assertIn(opened.returncode, (0, 77), opened.stdout + opened.stderr)
        cases, samples, memory = (self.columns("a-fake.h5", table) for table in ("cases", "samples", "memory"))
        self.assertEqual(cases["label"][0], "comodulogram")
        self.assertEqual(set(samples["warmup"]), {0, 1})
        self.assertTrue(all(entry > 0 for entry in memory["host_peak_bytes"]))
        for name in ("wall_s_median", "rows_per_s", "surrogates_per_s", "pac_mean", "peak_pac"):
            self.assertEqual(len(cases[name]), len(cases["label"]))
        with h5py.File(self.folder / "a-fake.h5") as file:
            self.assertEqual(file["provenance"].attrs["program"], "Fake")
            self.assertEqual(file["comodulogram/surrogate_mean"].shape, (1, 2, 2, 3))

    def test_other_numbers_and_definitions_are_named(self):
        self.make("a.h5")
        self.peers("a.h5", "--peer", self.fake("a.h5", shift=0.01, counterpart="{'bin_statistic': 'sum'}"))
        status, reason = self.compared("a.h5", "a-fake.h5")
        self.assertEqual(status, VERIFICATION)
        self.assertIn("bin_statistic: mean and sum", reason)
        self.assertIn("maps differ: 12 of 12 pairs", reason)
        with h5py.File(self.folder / "a-fake-pacbench.h5") as file:
            self.assertEqual(file["parameters"].attrs["bin_statistic"], "sum")

    def test_segments_of_a_recording_are_met_as_epochs(self):
        write_npy(self.folder / "recording.npy", [noise(2048, 1)])
        done = self.run_words("comodulogram", "--input", "recording.npy", "--fs", "512", "--seq-sec", "2", *TINY[6:],
                              "--quiet", "--output", "a.h5")
        self.assertEqual(done.returncode, 0, done.stderr)
        done = self.peers("a.h5", "--peer", self.fake("a.h5"))
        self.assertIn("segments of a recording", done.stdout)
        self.assertEqual(self.compared("a.h5", "a-fake.h5")[0], 0)  # of which the fake peer has its numbers
        self.assertEqual(self.compared("a.h5", "a-fake-pacbench.h5")[0], VERIFICATION)

    def test_what_exceeds_the_budget_is_extrapolated_and_says_so(self):
        self.make("a.h5", "--n-perm", "100")
        done = self.peers("a.h5", "--peer", self.fake("a.h5", seconds="0.005 * n_perm"), "--budget", "0.3")
        self.assertIn("extrapolated from 4 and 20 permutations", done.stdout)
        cases, samples = self.columns("a-fake.h5"), self.columns("a-fake.h5", "samples")
        self.assertEqual(set(cases["extrapolated"]), {1})
        self.assertEqual(set(cases["n_perm_run"]), {24})
        for wall, few, many in zip(samples["wall_s"], samples["call_few_s"], samples["call_many_s"]):
            self.assertGreaterEqual(wall, (many + (many - few) / 16 * 80) * 0.999)

    def test_a_sweep_gives_a_sweep_with_what_failed(self):
        self.make("a.h5")
        self.make("s.h5", "--vary", "n_perm=0,2,5", "--vary", "fs=200", benchmark="sweep")
        call = "time.sleep(60 if self.work.n_perm == 5 else 0)\n        assert self.work.n_perm != 2, 'two'"
        done = self.peers("s.h5", "--peer", self.fake("a.h5", call=call), "--limit", "8")
        self.assertIn("not done within 8 s", done.stdout)
        cases = self.columns("s-fake.h5")
        self.assertEqual(cases["label"], ["base", "n_perm=2", "n_perm=5", "fs=200"])
        self.assertEqual(cases["failure"][:3], ["", "AssertionError: two", "not done within 8 s"])
        self.assertIn("pacbench: exit status 2", cases["failure"][3])  # no band fits below 100 Hz
        self.assertEqual(cases["n_perm"], [0, 2, 5, 0])
        status, reason = self.compared("s.h5", "s-fake.h5")
        self.assertEqual(status, 0, reason)

    def test_refusals(self):
        self.make("a.h5")
        fake = self.fake("a.h5")
        (self.folder / "text.h5").write_text("no HDF5")
        for words, status, said in ((("nowhere.h5",), INPUT, "nowhere.h5"), (("text.h5",), INPUT, "text.h5"),
                                    (("a.h5", "--peer", "nobody"), USAGE, "nobody")):
            with self.subTest(words=words):
                done = self.peers("--peer", fake, *words, status=status)
                self.assertIn(said, done.stderr)
        self.make("mvl.h5", "--measure", "mvl")
        self.assertIn("measure mvl", self.peers("mvl.h5", "--peer", fake, status=USAGE).stderr)
        (self.folder / "a-fake.h5").write_text("somebody's work")
        self.assertIn("a-fake.h5: exists", self.peers("a.h5", "--peer", fake, status=INPUT).stderr)
        self.assertEqual((self.folder / "a-fake.h5").read_text(), "somebody's work")

    def test_a_missing_package_is_named(self):
        self.make("a.h5")
        fake = self.fake("a.h5")
        begin = "    def __init__(self, *facts):\n        super().__init__(*facts)\n        import no_such_package\n\n"
        fake.write_text(fake.read_text().replace("    def call", begin + "    def call", 1))
        done = self.peers("a.h5", "--peer", fake, status=NO_PACKAGE)
        self.assertIn("no_such_package", done.stderr)
        self.assertFalse((self.folder / "a-fake.h5").exists())


if __name__ == "__main__":
    if h5py is None:
        print("skipped: no module h5py (Debian: python3-h5py)")
        sys.exit(77)
    cli_test.main()
