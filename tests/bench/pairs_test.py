#!/usr/bin/env python3
"""Pairs of channels and swapped trials on several ranks: the same bytes on any number of ranks and threads, within any
memory; each pair as in a run of that pair alone; surrogates of other trials as numpy makes them from all pairs.

    pairs_test.py PACBENCH [--mpirun "mpirun -np"]

Exit status 77 (skipped) where h5py is missing.
"""
import itertools
import signal
import sys
import tempfile
import unittest

try:
    import h5py
    import numpy as np
except ImportError as error:
    print(f"skipped: {error} (Debian: python3-h5py)")
    sys.exit(77)

import ranks as several
from ranks import ARGUMENTS, Ranks, own_lines
from resuming import ResumeTest, without_times

FS = 256
TIMING = ("--repetitions", 1, "--warmups", 0)
BANDS = ("--pha-n-bands", 6, "--amp-n-bands", 20, "--amp-end-hz", 100)
STATISTICS = ("--n-perm", 20, "--distributions", "--surrogate-max")
WAYS = ((1, 2), (2, 1), (3, 2), (5, 1))  # ranks, threads


def maps_of(path):
    """{dataset: values} of /comodulogram, text as a list."""
    with h5py.File(path) as file:
        assert file["benchmark"].attrs["verdict"] == "passed", file["benchmark"].attrs["reason"]
        return {name: data.asstr()[()].tolist() if h5py.check_string_dtype(data.dtype) else data[()]
                for name, data in file["comodulogram"].items()}


def same(a, b):
    return a == b if isinstance(a, list) else a.tobytes() == b.tobytes()


def philox_words(seed, row, index, stream):
    """Philox4x32-10 (Salmon et al. 2011): four 32-bit words."""
    mask = 0xFFFFFFFF
    c, k = [row & mask, row >> 32, index, stream], [seed & mask, seed >> 32]
    for _ in range(10):
        a, b = 0xD2511F53 * c[0], 0xCD9E8D57 * c[2]
        c = [(b >> 32) ^ c[1] ^ k[0], b & mask, (a >> 32) ^ c[3] ^ k[1], a & mask]
        k = [(k[0] + 0x9E3779B9) & mask, (k[1] + 0xBB67AE85) & mask]
    return c


def drawn_trials(row, own, n_trials, n_perm, seed=42):
    """Other trials that a row's surrogates take."""
    others = [trial for trial in range(n_trials) if trial != own]
    words = (philox_words(seed, row, k, 5) for k in range(n_perm))
    return [others[((w[1] << 32 | w[0]) * len(others)) >> 64] for w in words]


class Pairs(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.ranks = Ranks(ARGUMENTS.pacbench, folder.name, ARGUMENTS.mpirun)
        self.ranks.environment["PACBENCH_CACHE"] = ARGUMENTS.cache
        self.data = np.random.default_rng(3).standard_normal((3, 4, 3 * FS)).cumsum(axis=2)
        self.data -= self.data.mean(axis=2, keepdims=True)
        self.save("data", self.data)

    def save(self, name, values):
        np.save(self.ranks.folder / f"{name}.npy", values.astype(np.float32))

    def maps(self, *options, n_ranks=1, data="data", name="result"):
        output = self.ranks.folder / f"{name}.h5"
        done = self.ranks.run(n_ranks, ["comodulogram", "--input", f"{data}.npy", "--fs", FS, *BANDS, *TIMING, *options,
                                        "--output", output, "--overwrite", "--quiet"])
        self.assertEqual((done.returncode, own_lines(done.stderr)), (0, []), done.stdout + done.stderr)
        return maps_of(output)

    def refusal(self, *options, status, n_ranks=1):
        """The one line of a run that is refused."""
        done = self.ranks.run(n_ranks, ["comodulogram", "--input", "data.npy", "--fs", FS, *BANDS, *options, "--output", "no.h5"])
        lines = own_lines(done.stderr)
        self.assertEqual((done.returncode, len(lines)), (status, 1), done.stderr)
        self.assertFalse((self.ranks.folder / "no.h5").exists())
        return lines[0]

    def assert_same(self, a, b, title):
        self.assertEqual(a.keys(), b.keys(), title)
        self.assertEqual([name for name in a if not same(a[name], b[name])], [], title)

    def check_ways(self, *options):
        """The same bytes on every way to share the work; returns them."""
        reference = self.maps(*options, "--threads", 1)
        for n_ranks, threads in WAYS:
            maps = self.maps(*options, "--threads", threads, n_ranks=n_ranks)
            self.assert_same(reference, maps, f"{options}, {n_ranks} ranks x {threads} threads")
        return reference

    def test_all_pairs_on_any_ranks(self):
        for hilbert in ("cropped", "extended"):
            measures = ("--measure", "mi,hr")
            maps = self.check_ways("--pairs", "all", *STATISTICS, *measures, "--hilbert", hilbert)
            self.assertEqual(maps["pac"].shape, (3, 16, 6, 20))
            self.assertEqual(maps["quality"].shape, (3, 16))
            self.assertEqual(maps["pair"][:5], ["ch0 -> ch0", "ch0 -> ch1", "ch0 -> ch2", "ch0 -> ch3", "ch1 -> ch0"])
            self.assertEqual(maps["pair_phase_channel"].tolist(), np.repeat(range(4), 4).tolist())
            self.assertEqual(maps["pair_amplitude_channel"].tolist(), list(range(4)) * 4)
            within = self.maps(*STATISTICS, *measures, "--hilbert", hilbert)
            diagonal = [5 * c for c in range(4)]
            for name in ("pac", "hr", "preferred_phase", "quality", "amplitude_distribution"):
                self.assertTrue(same(within[name], np.ascontiguousarray(maps[name][:, diagonal])), name)

    def test_tiles_and_blocks_change_nothing(self):
        data = np.random.default_rng(4).standard_normal((1, 24, 24 * FS)).cumsum(axis=2)
        self.save("long", data)
        options = ("--pairs", "all", "--n-perm", 3, "--threads", 1)
        reference = self.maps(*options, data="long")
        for n_ranks, limit in ((1, 96 << 20), (2, 90 << 20)):
            maps = self.maps(*options, "--mem-limit", limit, data="long", n_ranks=n_ranks, name="limited")
            self.assert_same(reference, maps, f"{n_ranks} ranks within {limit} bytes")
            with h5py.File(self.ranks.folder / "limited.h5") as file:
                memory = file["benchmark/memory"]
                self.assertLess(memory["predicted_bytes"][()].max(), limit)
                self.assertLess(memory["host_peak_bytes"][()].max(), limit)
                self.assertLess(np.abs(memory["requested_bytes"][()] / memory["predicted_bytes"][()] - 1).max(), 0.1)

    def test_listed_pairs_are_those_of_all(self):
        everything = self.maps("--pairs", "all", "--distributions")
        for i, j in ((0, 0), (1, 3), (3, 0)):
            (self.ranks.folder / "one.txt").write_text(f"# phase amplitude\nch{i} {j}\n", encoding="utf-8")
            alone = self.maps("--pairs", "one.txt", "--distributions", n_ranks=2)
            self.assertEqual(alone["pair"], [f"ch{i} -> ch{j}"])
            for name in ("pac", "preferred_phase", "quality", "amplitude_distribution"):
                mine = np.ascontiguousarray(everything[name][:, [4 * i + j]])
                self.assertTrue(same(alone[name], mine), f"{name} of {i} -> {j}")
        # Listed in the order of `all`, surrogates are the same too: they depend on the result row.
        lines = (f"{i} {j}" for i, j in itertools.product(range(4), repeat=2))
        (self.ranks.folder / "each.txt").write_text("\n".join(lines), encoding="utf-8")
        self.assert_same(self.maps("--pairs", "all", *STATISTICS), self.maps("--pairs", "each.txt", *STATISTICS), "listed")
        self.check_ways("--pairs", "one.txt", *STATISTICS)

    def test_bad_lists_are_said_once(self):
        (self.ranks.folder / "bad.txt").write_text("0 1\n2 9\n", encoding="utf-8")
        line = self.refusal("--pairs", "bad.txt", status=3, n_ranks=2)
        self.assertIn("bad.txt: line 2: '9' is no channel", line)
        self.assertIn("none.txt", self.refusal("--pairs", "none.txt", status=3, n_ranks=2))
        line = self.refusal("--pairs", "all", "--surrogate", "swap-trials", "--n-perm", 9, status=2, n_ranks=2)
        self.assertIn("does not go with --surrogate swap-trials", line)
        self.assertIn("measures of phase bins", self.refusal("--pairs", "all", "--measure", "mvl", status=2))

    def test_swapped_trials_on_any_ranks(self):
        swap = ("--surrogate", "swap-trials", "--n-perm", 20)
        maps = self.check_ways(*swap, "--surrogate-max", "--measure", "mi,hr")
        within = self.maps()
        for name in ("pac", "preferred_phase", "quality"):
            self.assertTrue(same(maps[name], within[name]), name)
        n_trials, n_channels = self.data.shape[:2]
        for channel in range(n_channels):
            self.save("trials", self.data[:, channel])  # a channel's trials as channels: MI of any with any
            mi = self.maps("--layout", "ct", "--pairs", "all", data="trials")["pac"]
            mi = mi.reshape(n_trials, n_trials, *mi.shape[2:]).astype(float)
            for trial in range(n_trials):
                drawn = mi[trial, drawn_trials(trial * n_channels + channel, trial, n_trials, 20)]
                exceeding = (drawn >= mi[trial, trial]).sum(axis=0)
                got = {name: values[trial, channel] for name, values in maps.items() if np.ndim(values) > 2}
                np.testing.assert_allclose(got["surrogate_mean"], drawn.mean(axis=0), rtol=1e-6)
                np.testing.assert_allclose(got["surrogate_std"], drawn.std(axis=0), rtol=1e-4, atol=1e-9)
                np.testing.assert_array_equal(got["exceed_count"], exceeding)
                np.testing.assert_allclose(got["p_value"], (1 + exceeding) / 21, rtol=1e-6)
                np.testing.assert_array_equal(got["surrogate_max"], drawn.max(axis=(1, 2)).astype(np.float32))

    def test_constant_trials_leave_surrogates_undefined(self):
        self.data[1:, 2] = 5  # of channel 2 one trial is left
        self.save("data", self.data)
        maps = self.maps("--surrogate", "swap-trials", "--n-perm", 9, "--surrogate-max", n_ranks=2)
        for name in ("surrogate_mean", "pac_z", "exceed_count", "p_value", "p_maxstat", "q_fdr", "surrogate_max"):
            undefined = np.isnan(maps[name]).reshape(3, 4, -1).all(axis=2)
            self.assertEqual(undefined[:, 2].tolist(), [True] * 3, name)
        self.assertFalse(np.isnan(maps["pac"][0]).any())
        self.assertFalse(np.isnan(maps["p_value"][:, [0, 1, 3]]).any())

    def test_swapping_needs_another_trial(self):
        self.save("data", self.data[:1])
        line = self.refusal("--surrogate", "swap-trials", "--n-perm", 9, status=2, n_ranks=2)
        self.assertIn("needs other batch items", line)


class ResumedPairs(ResumeTest):
    """Groups of rows that were finished before an interruption are not computed again, and the file is the same."""

    def write_rows(self):
        np.save(self.folder / "rows.npy", np.random.default_rng(1).standard_normal((20, 3, 512)).astype(np.float32))

    def test_rows_are_gone_on_with(self):
        for options in (("--pairs", "all"), ("--surrogate", "swap-trials")):
            words = ["comodulogram", "--pha-n-bands", 2, "--amp-n-bands", 3, "--threads", 1, "--input", "rows.npy", "--fs",
                     512, "--repetitions", 2, "--n-perm", 3, *options]
            for n_ranks in (0, 2):
                whole = self.undisturbed(words, n_ranks)
                own = [*words, "--output", self.result, "--resume"]
                self.interrupt(own, signal.SIGUSR1, self.journal.exists, n_ranks, "slow:gather:0.3")
                with h5py.File(self.result) as left:
                    done = left["comodulogram/quality"][()] != 3
                    self.assertTrue(done.any() and not done.all(), options)
                resumed = self.ranks.run(n_ranks or 1, own)
                self.assertRegex(resumed.stdout, r"resumed: \d+ of \d+ rows were finished before")
                self.assertEqual(without_times(self.result), without_times(whole), options)
                self.result.unlink()
                whole.unlink()


if __name__ == "__main__":
    several.main(__doc__)
