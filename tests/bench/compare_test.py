#!/usr/bin/env python3
"""Tests `pacbench compare`: the verdict on results that are equal, altered, of other settings or of other programs.

    compare_test.py PACBENCH DATA_FOLDER [unittest options]

Exit status 77 (skipped) where h5py is missing. How a result is read is tests/io's, what a moved sample may do
tests/core's.
"""
import pathlib
import shutil
import sys

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent / "cli"))
import cli_test  # noqa: E402  (the folder of its own for each test, and how the program is run)
from cli_test import INPUT, TINY, USAGE, CliTest, h5py  # noqa: E402

VERIFICATION = 1
PAIRS = 12  # of TINY: 2 rows of 2 x 3 bands


class CompareTest(CliTest):
    """Results of tiny cases, compared."""

    def make(self, name, *options):
        """A result of the comodulogram benchmark; options win over those of TINY."""
        settings = {**dict(zip(TINY[::2], TINY[1::2])), **dict(zip(options[::2], options[1::2]))}
        words = [word for pair in settings.items() for word in pair]
        done = self.run_words("comodulogram", *words, "--no-verify", "--quiet", "--overwrite", "--output", name)
        self.assertEqual(done.returncode, 0, done.stderr)
        return name

    def altered(self, name, change, source="a.h5"):
        """A copy of a result after change(h5py file)."""
        shutil.copy(self.folder / source, self.folder / name)
        with h5py.File(self.folder / name, "r+") as file:
            change(file)
        return name

    @staticmethod
    def leave_numbers(file, mean, digest):
        """No maps; the mean modulation index (None: not even that) and the digest of the results instead."""
        del file["comodulogram"]
        cases = file["benchmark/cases"]
        del cases["pac_mean"]
        if mean is not None:
            cases.create_dataset("pac_mean", data=[mean])
        cases["results_digest"][0] = digest

    def compared(self, a, b, *options):
        """Exit status, reason and case of the comparison; the file must say the same as the terminal."""
        done = self.run_words("compare", a, b, *options, "--output", self.result, "--overwrite")
        self.assertIn(done.returncode, (0, VERIFICATION), done.stderr)
        with h5py.File(self.result) as file:
            attributes = dict(file["benchmark"].attrs)
            cases = {name: column[0] for name, column in file["benchmark/cases"].items()}
            self.assertEqual((file["provenance"].attrs["input_a"], file["provenance"].attrs["input_b"]), (a, b))
        self.assertEqual(attributes["verdict"], "failed" if done.returncode else "passed")
        self.assertIn(attributes["reason"], done.stdout)
        self.assertEqual(attributes["reason"].startswith("DIFFERENT: "), done.returncode == VERIFICATION)
        return done.returncode, attributes["reason"], cases

    def different(self, a, b, *words):
        """The verdict DIFFERENT, with all of `words` in its reason."""
        status, reason, cases = self.compared(a, b)
        self.assertEqual(status, VERIFICATION, reason)
        for word in words:
            self.assertIn(word, reason)
        return cases

    def agreeing(self, a, b, first, *words):
        """A verdict that begins with `first`, with all of `words` in its reason."""
        status, reason, cases = self.compared(a, b)
        self.assertEqual(status, 0, reason)
        self.assertTrue(reason.startswith(first + ": "), reason)
        for word in words:
            self.assertIn(word, reason)
        return cases


class EqualTest(CompareTest):
    """Equal numbers: the verdict is about time."""

    def setUp(self):
        super().setUp()
        self.make("a.h5")

    def test_a_result_beside_itself_is_the_same(self):
        case = self.agreeing("a.h5", "a.h5", "SAME", "1 (1 to 1) times the speed of B", f"{PAIRS} pairs")
        self.assertEqual((case["max_difference"], case["time_ratio"], case["memory_ratio"]), (0, 1, 1))
        self.assertEqual(case["pairs_compared"], PAIRS)

    def test_a_slower_partner_makes_it_faster_and_the_other_way_round(self):
        def slow(file):
            file["benchmark/samples/wall_s"][:] *= 3
        self.altered("slow.h5", slow)
        case = self.agreeing("a.h5", "slow.h5", "FASTER", "3 (3 to 3) times the speed of B", "maps agree")
        self.assertAlmostEqual(case["wall_s_b"] / case["wall_s_a"], 3)
        self.agreeing("slow.h5", "a.h5", "SLOWER", "0.333 (0.333 to 0.333)")

    def test_a_spread_that_reaches_to_one_is_no_difference(self):
        self.make("many.h5", "--repetitions", "4")

        def spread(file):
            file["benchmark/samples/wall_s"][:] = [1, 1, 3, 3]
        self.altered("wide.h5", spread, "many.h5")

        def even(file):
            file["benchmark/samples/wall_s"][:] = [1, 1, 1, 1]
        self.altered("even.h5", even, "many.h5")
        case = self.agreeing("even.h5", "wide.h5", "SAME")
        self.assertEqual((case["time_ratio"], case["time_ratio_low"], case["time_ratio_high"]), (2, 1, 3))

    def test_a_file_of_another_program_without_samples(self):
        with h5py.File(self.folder / "a.h5") as ours, h5py.File(self.folder / "other.h5", "w") as other:
            wall_s = float(ours["benchmark/cases/wall_s_median"][0])
            other.attrs["schema"] = b"pacbench"  # of fixed length
            other.attrs["schema_version"] = "1.3"
            parameters = other.create_group("parameters")
            for name, value in ours["parameters"].attrs.items():
                if name in ("hilbert", "coupling", "fs", "seq_sec", "batch_size", "n_channels", "pha_n_bands", "quiet"):
                    parameters.attrs[name] = value
            parameters.attrs["amp_n_bands"] = 3.0
            parameters.attrs["seed"] = 42
            parameters.attrs["no_verify"] = True  # h5py's booleans are an enumeration
            parameters.attrs["of_the_future"] = [1, 2]
            other["comodulogram/pac"] = ours["comodulogram/pac"][:].astype("f8")
            other["benchmark/cases/label"] = [b"comodulogram"]
            other["benchmark/cases/wall_s_median"] = [2 * wall_s]
        self.agreeing("a.h5", "other.h5", "FASTER", "2 (2 to 2)", "maps agree", "not by a digest")
        self.agreeing("other.h5", "a.h5", "SLOWER", "0.5 (0.5 to 0.5)")

    def test_cases_of_one_file_only_are_named(self):
        def second(file):
            cases = file["benchmark/cases"]
            for name in ("label", "n_ranks"):
                values = list(cases[name][:])
                kind = cases[name].dtype
                del cases[name]
                cases.create_dataset(name, data=values + [b"more" if name == "label" else 7], dtype=kind)
            for name in set(cases) - {"label", "n_ranks"}:
                del cases[name]
        self.altered("two.h5", second)
        self.agreeing("a.h5", "two.h5", "SAME", "only in B: 'more' on 7 ranks")

    def test_mean_index_decides_where_there_are_no_maps(self):
        def without_maps(mean):
            def change(file):
                self.leave_numbers(file, mean, "")
            return change
        self.altered("mean.h5", without_maps(0.01))
        self.altered("close.h5", without_maps(0.010005))
        self.altered("far.h5", without_maps(0.0101))
        self.altered("unknown.h5", without_maps(None))
        self.agreeing("mean.h5", "close.h5", "SAME")
        self.different("mean.h5", "far.h5", "pac_mean differs, 'comodulogram': 0.01 and 0.0101")
        self.agreeing("mean.h5", "unknown.h5", "SAME", "not known to be equal: 'comodulogram'")

    def test_equal_digests_are_equal_results(self):
        def with_digest(text):
            def change(file):
                self.leave_numbers(file, 0.02 if text == "00ff" else 0.03, text)
            return change
        self.altered("one.h5", with_digest("00ff"))
        self.altered("other.h5", with_digest("00fe"))
        case = self.agreeing("one.h5", "one.h5", "SAME", "bitwise equal: 'comodulogram'")
        self.assertEqual(case["bitwise_equal"], 1)
        self.assertEqual(self.different("one.h5", "other.h5", "pac_mean differs")["bitwise_equal"], 0)

    def test_nothing_is_printed_when_quiet_and_dry_runs_write_nothing(self):
        done = self.run_words("compare", "a.h5", "a.h5", "--quiet")
        self.assertEqual((done.returncode, done.stdout, done.stderr), (0, "", ""))
        self.assertRegex(self.files()[1], r"^pacbench-compare-\d{8}T\d{6}Z\.h5$")
        before = self.files()
        done = self.run_words("compare", "a.h5", "a.h5", "--dry-run")
        self.assertIn("SAME: 1 (1 to 1)", done.stdout)
        self.assertEqual(self.files(), before)


class DifferentTest(CompareTest):
    """Exit status 1, and the reason names what differs."""

    def setUp(self):
        super().setUp()
        self.make("a.h5")

    def test_settings(self):
        for options, words in ((("--seed", "43"), ("signals differ", "signals_digest", "seed: 42 and 43")),
                               (("--n-channels", "3"), ("signals differ", "n_channels: 2 and 3")),
                               (("--fs", "600"), ("signals differ", "fs: 512 and 600")),
                               (("--pha-n-bands", "3"), ("bands differ", "phase bands: 2 and 3")),
                               (("--amp-end-hz", "140"), ("bands differ", "amplitude band 1: ", " Hz and ")),
                               (("--hilbert", "extended"), ("definitions differ", "hilbert: cropped and extended")),
                               (("--n-bins", "12"), ("definitions differ", "n_bins: 18 and 12"))):
            with self.subTest(options=options):
                self.make("b.h5", *options)
                self.different("a.h5", "b.h5", *words)

    def test_an_altered_map(self):
        def change(file):
            file["comodulogram/pac"][0, 1, 0, 2] += 0.25
        self.altered("b.h5", change)
        case = self.different("a.h5", "b.h5", f"maps differ: 1 of {PAIRS} pairs", "1 beyond one sample in another bin")
        self.assertAlmostEqual(case["max_difference"], 0.25, places=6)
        self.assertEqual(case["pairs_beyond_contract"], 1)

    def test_every_measure_is_compared(self):
        self.make("both.h5", "--measure", "mi,mvl")
        self.agreeing("both.h5", "both.h5", "SAME", "maps agree", "maps of mvl agree")

        def change(file):
            file["comodulogram/mvl"][0, 1, 0, 2] *= 2
        self.altered("other.h5", change, "both.h5")
        case = self.different("both.h5", "other.h5", f"maps of mvl differ: 1 of {PAIRS} pairs")
        self.assertEqual((case["pairs_beyond_contract"], case["mvl_pairs_beyond_contract"]), (0, 1))

    def test_a_smallest_shift_may_be_said_in_seconds(self):
        self.make("samples.h5", "--n-perm", "5", "--min-shift", "64")
        self.make("seconds.h5", "--n-perm", "5", "--min-shift-sec", "0.125")
        self.make("less.h5", "--n-perm", "5", "--min-shift-sec", "0.0625")
        status, reason, _ = self.compared("samples.h5", "seconds.h5")
        self.assertEqual(status, 0, reason)
        self.different("samples.h5", "less.h5", "smallest shift: 64 and 32")

    def test_a_value_in_one_map_only(self):
        def change(file):
            file["comodulogram/pac"][0, 1] = float("nan")
        self.altered("b.h5", change)
        self.different("a.h5", "b.h5", "6 without a value in one map")

    def test_surrogates_count_where_both_have_them(self):
        self.make("five.h5", "--n-perm", "5")
        self.make("six.h5", "--n-perm", "6")
        self.different("five.h5", "six.h5", "n_perm: 5 and 6")
        self.agreeing("a.h5", "five.h5", "SAME", "n_perm: 0 and 5", "not judged")

    def test_a_result_that_failed_itself(self):
        def change(file):
            file["benchmark"].attrs["verdict"] = "failed"
            file["benchmark"].attrs["reason"] = "row 3\nis wrong"
        self.altered("b.h5", change)
        self.different("a.h5", "b.h5", "the verdict of B itself is failed (row 3", "is wrong)")


class RefusedTest(CompareTest):
    """What cannot be compared."""

    def setUp(self):
        super().setUp()
        self.make("a.h5")

    def test_files(self):
        (self.folder / "notes.txt").write_text("not a result, but long enough to be looked into\n")
        whole = (self.folder / "a.h5").read_bytes()
        (self.folder / "cut.h5").write_bytes(whole[:len(whole) // 2])

        def newer(file):
            file.attrs["schema_version"] = "2.0"
        self.altered("newer.h5", newer)
        for other, words in (("missing.h5", ("missing.h5", "No such file")), ("notes.txt", ("notes.txt", "HDF5")),
                             ("cut.h5", ("cut.h5",)), ("newer.h5", ("newer.h5", "'2.0'", "1.x")),
                             (cli_test.DATA / "formats" / "contiguous.hdf5", ("contiguous.hdf5", "no result file"))):
            for pair in (("a.h5", other), (other, "a.h5")):
                with self.subTest(pair=pair):
                    self.refused(INPUT, words, *pair, benchmark="compare")

    def test_usage(self):
        def label(file):
            file["benchmark/cases/label"][0] = "another"
        self.altered("b.h5", label)
        self.refused(USAGE, ("1 result files given", "give 2"), "a.h5", benchmark="compare")
        self.refused(USAGE, ("'c.h5'", "takes 2"), "a.h5", "b.h5", "c.h5", benchmark="compare")
        self.refused(USAGE, ("nothing to compare", "'comodulogram' on 1 rank", "'another'"), "a.h5", "b.h5",
                     benchmark="compare")
        self.refused(USAGE, ("--output", "a.h5", "name another"), "a.h5", "b.h5", "--output", "a.h5", "--overwrite",
                     benchmark="compare")

    def test_list_shows_it(self):
        self.assertRegex(self.run_words("list").stdout, r"(?m)^compare\t.+\?$")


if __name__ == "__main__":
    if h5py is None:
        print("skipped: h5py is missing (Debian: python3-h5py)")
        sys.exit(77)
    cli_test.main()
