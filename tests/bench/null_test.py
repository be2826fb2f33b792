#!/usr/bin/env python3
"""Tests that the statistics are honest, with the code of scripts/check_null.py on smaller numbers: p-values uniform and
error rates kept on rows without coupling, planted coupling found.

    null_test.py PACBENCH DATA_FOLDER [unittest options]

Exit status 77 (skipped) where h5py or NumPy is missing. Seeds are fixed: the figures are always the same, and the
bounds are far enough from them for another processor's rounding. Few surrogates on many rows show a wrong p-value best:
with 9, one too few or too many counted is a tenth.
"""
import os
import pathlib
import sys

TESTS = pathlib.Path(__file__).resolve().parent.parent
sys.path[:0] = [str(TESTS / "cli"), str(TESTS.parent / "scripts")]
import cli_test  # noqa: E402
from cli_test import CliTest  # noqa: E402

try:
    import check_null
    import numpy as np
except ImportError as error:
    print(f"skipped: {error} (Debian: python3-h5py python3-numpy)")
    sys.exit(77)

SCHEMES = ("shift", "shift-phase")
N_PERM = 9
BANDS = ("--pha-bands", "4-8,6-10,10-16", "--amp-bands", "40-60,60-90,90-130,130-170")


class NullTest(CliTest):
    """Each scheme of surrogates on rows of noise, then with a planted coupling."""

    @classmethod
    def setUpClass(cls):
        os.environ.update(PACBENCH_CACHE=cli_test.CACHE)

    def each(self, rows, n_perm, options, check):
        """Calls check(maps of the rows) for every scheme, each a case of its own."""
        for scheme in SCHEMES:
            with self.subTest(scheme=scheme):
                check(check_null.compute(cli_test.PACBENCH, rows, n_perm, ("--surrogate", scheme, *options)))

    def test_rows_without_coupling(self):
        for name, noise in check_null.NOISES.items():
            random = np.random.default_rng([check_null.SEED, len(name)])

            def check(maps):
                np.testing.assert_array_equal(maps["p_value"], ((1 + maps["exceed_count"]) / (1 + N_PERM)).astype("f4"))
                self.assertGreater(check_null.uniformity(maps, N_PERM, random), 0.01)
                # p_maxstat is 0.1 or 0.2 in a fifth of the rows; the standard error is 0.009.
                self.assertAlmostEqual(check_null.family_wise_error(maps, 0.25), 0.2, delta=0.045)

            self.each(noise(random, 2000, 1024), N_PERM, BANDS, check)

    def test_planted_coupling(self):
        def check(maps):
            self.assertGreaterEqual(check_null.detection(maps), 0.97)
            self.assertLess(check_null.false_share(maps, maps["planted_pair"]), 0.09)

        rows = check_null.planted(np.random.default_rng(check_null.SEED), 100, 8 * check_null.FS_HZ)
        self.each(rows, 999, check_null.APART, check)

    def test_kolmogorov_smirnov_meets_published_quantiles(self):
        """Of the limit distribution: 1.2238 at 0.1, 1.6276 at 0.01 (Smirnov 1948, Ann Math Stat 19:279)."""
        n = 10**4
        centres = (np.arange(n) + 0.5) / n  # farthest from uniform by 1 / (2 n); moved, by that and the move
        for distance, p in ((1.2238, 0.1), (1.6276, 0.01)):
            move = distance / (np.sqrt(n) + 0.12 + 0.11 / np.sqrt(n)) - 0.5 / n
            self.assertAlmostEqual(check_null.kolmogorov_smirnov(centres + move), p, places=4)


if __name__ == "__main__":
    cli_test.main()
