#!/usr/bin/env python3
"""Tests which surrogates are taken - every shift, given ones, random ones, of amplitude or phase - and that a result
file's statistics follow from the numbers it holds.

    surrogates_test.py PACBENCH DATA_FOLDER [unittest options]

Exit status 77 (skipped) where h5py or NumPy is missing. What one shift gives is tests/reference's and tests/kernels'.
"""
import pathlib
import sys

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent / "cli"))
import cli_test  # noqa: E402
from cli_test import TIMING, CliTest, h5py, noise, write_npy  # noqa: E402

try:
    import numpy as np
except ImportError:
    np = None

N_TIMES = 512
MIN_SHIFT = 30
ALL = range(MIN_SHIFT, N_TIMES - MIN_SHIFT + 1)


class SurrogatesTest(CliTest):
    """Three rows of noise, the last one constant, 4 x 5 pairs of bands."""

    def maps(self, *options):
        """{name: [row, pair] or [row, permutation]} of a run."""
        path = self.folder / "rows.npy"
        if not path.exists():
            write_npy(path, [noise(N_TIMES, 1), noise(N_TIMES, 2), [5.0] * N_TIMES])
        self.compute("--input", path, "--fs", N_TIMES, "--seq-sec", 1, "--pha-n-bands", 4, "--amp-n-bands", 5, *TIMING,
                     "--surrogate-max", "--overwrite", *options)
        with h5py.File(self.result) as file:
            return {name: data[:].reshape(3, -1) for name, data in file["comodulogram"].items() if data.ndim >= 3}

    def assert_same(self, a, b):
        """All maps bit by bit."""
        self.assertEqual(a.keys(), b.keys())
        for name, values in a.items():
            self.assertEqual(values.tobytes(), b[name].tobytes(), name)

    def test_every_shift_is_the_list_written_out(self):
        whole = self.maps("--all-shifts", "--min-shift", MIN_SHIFT)
        self.assertEqual(whole["surrogate_max"].shape, (3, len(ALL)))
        self.assert_same(whole, self.maps("--shifts", ",".join(map(str, ALL))))
        in_seconds = self.maps("--all-shifts", "--min-shift-sec", MIN_SHIFT / N_TIMES)
        self.assert_same(whole, in_seconds)

    def test_a_phase_shifted_back_is_an_amplitude_shifted_forth(self):
        shifts = (1, 37, 300, N_TIMES - 1)
        forth = self.maps("--shifts", ",".join(map(str, shifts)))
        back = self.maps("--surrogate", "shift-phase", "--shifts", ",".join(str(N_TIMES - s) for s in shifts))
        self.assert_same(forth, back)

    def test_parts_of_the_shifts_add_up(self):
        whole = self.maps("--all-shifts", "--min-shift", MIN_SHIFT)
        odd, even = ([s for s in ALL if s % 2 == rest] for rest in (1, 0))
        parts = [self.maps("--shifts", ",".join(map(str, shifts))) for shifts in (odd, even)]
        np.testing.assert_array_equal(whole["exceed_count"], sum(part["exceed_count"] for part in parts))
        np.testing.assert_array_equal(whole["surrogate_max"][:, ALL.index(odd[0])::2], parts[0]["surrogate_max"])
        weights = [len(odd) / len(ALL), len(even) / len(ALL)]
        mean = sum(w * part["surrogate_mean"].astype(float) for w, part in zip(weights, parts))
        np.testing.assert_allclose(whole["surrogate_mean"], mean, rtol=1e-6)
        square = sum(w * (part["surrogate_std"].astype(float) ** 2 + part["surrogate_mean"].astype(float) ** 2)
                     for w, part in zip(weights, parts))
        np.testing.assert_allclose(whole["surrogate_std"], np.sqrt(square - mean**2), rtol=1e-4)

    def test_random_shifts_converge_to_every_shift(self):
        n = 20_000
        whole = self.maps("--all-shifts")
        random = self.maps("--n-perm", n)
        defined = ~np.isnan(whole["pac"])
        self.assertEqual(defined.sum(), 2 * 20)
        mean, std, count = (whole[name][defined].astype(float) for name in ("surrogate_mean", "surrogate_std", "exceed_count"))
        share = count / (N_TIMES - 1)
        errors = {  # in standard errors; that of a standard deviation for a kurtosis of up to 9
            "surrogate_mean": (random["surrogate_mean"][defined] - mean) / (std / np.sqrt(n)),
            "surrogate_std": (random["surrogate_std"][defined] - std) / (std * np.sqrt(8 / 4 / n)),
            "exceed_count": (random["exceed_count"][defined] / n - share) / np.sqrt(np.maximum(share * (1 - share), 1e-9) / n),
        }
        for name, error in errors.items():
            self.assertLess(np.abs(error).max(), 4, name)
            self.assertGreater(np.abs(error).max(), 0, name)

    def test_statistics_follow_from_the_files_numbers(self):
        for options in (("--all-shifts",), ("--n-perm", 199), ("--shifts", "5,100,101,7"),
                        ("--n-perm", 99, "--surrogate", "shift-phase")):
            maps = self.maps(*options)
            n = maps["surrogate_max"].shape[1]
            with self.subTest(options=options):
                self.assertTrue(np.isnan(maps["q_fdr"][2]).all() and np.isnan(maps["p_maxstat"][2]).all())
                for row in range(2):
                    pac, count, largest = (maps[name][row].astype(float) for name in ("pac", "exceed_count", "surrogate_max"))
                    np.testing.assert_array_equal(maps["p_value"][row], ((1 + count) / (1 + n)).astype("f4"))
                    np.testing.assert_array_equal(
                        maps["p_maxstat"][row], ((1 + (largest >= pac[:, None]).sum(axis=1)) / (1 + n)).astype("f4"))
                    self.assertTrue((maps["p_maxstat"][row] >= maps["p_value"][row]).all())
                    np.testing.assert_allclose(maps["q_fdr"][row], benjamini_hochberg((1 + count) / (1 + n)), rtol=1e-6)


def benjamini_hochberg(p):
    """The smallest rate at which the step-up rule finds each hypothesis, from its p-values p [m]."""
    order = np.argsort(p)
    steps = p[order] * len(p) / np.arange(1, len(p) + 1)
    rates = np.empty_like(p)
    rates[order] = np.minimum(1, np.minimum.accumulate(steps[::-1])[::-1])
    return rates


if __name__ == "__main__":
    if h5py is None or np is None:
        print("skipped: h5py or NumPy is missing (Debian: python3-h5py python3-numpy)")
        sys.exit(77)
    cli_test.main()
