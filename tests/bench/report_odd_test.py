#!/usr/bin/env python3
"""Tests `pacbench report` on results that are not as they should be, on those of other programs, and on bad input.

    report_odd_test.py PACBENCH [--mpirun "mpirun -np"] [unittest options]

Exit status 77 (skipped) where h5py is missing. What a page holds: report_test.py.
"""
import shutil
import sys

try:
    import h5py
except ImportError as error:
    print(f"skipped: {error} (Debian: python3-h5py)")
    sys.exit(77)

from ranks import main, own_lines
from reports import ReportTest, figures_of, run_well, table_of, text_of

USAGE, INPUT = 2, 3
EVIL = "<script>alert(1)</script> \"&' \x1b[31m \x07"


def setUpModule():
    """Few results."""
    ReportTest.prepare(("map", "speed", "sweep"))


class OddResultsTest(ReportTest):
    """Results that are not as they should be, or not ours."""

    def test_text_of_a_file_is_no_markup(self):
        def change(file):
            file["benchmark"].attrs["reason"] = EVIL
            file["provenance"].attrs["warnings"] = EVIL + "\nsecond"
            file["provenance"].attrs["command_line"] = EVIL
            file["benchmark/cases/label"][0] = EVIL
            file["comodulogram/channel"][0] = EVIL
            file["system/ranks/host"][0] = EVIL
        shutil.copy(self.folder / self.altered(change), self.folder / "<b>&'\".h5")
        page = self.page("<b>&'\".h5")
        self.assertFalse(list(page.iter("script")) + list(page.iter("b")))
        self.assertIn("<script>alert(1)</script> \"&'", text_of(page))
        self.assertIn("<b>&'\".h5", text_of(page.find("body//h2")))
        self.assertNotIn("\x1b", (self.folder / "page.html").read_text(encoding="utf-8"))
        self.assertEqual(len([p for p in page.iter("p") if p.get("class") == "warning"]), 2)

    def test_an_interrupted_run_and_a_failed_one_are_shown_as_such(self):
        def unfinished(file):
            file["benchmark"].attrs["complete"] = 0
            file["comodulogram/pac"][0] = float("nan")
        page = self.page(self.altered(unfinished))
        self.assertIn("interrupted", [text_of(span) for span in page.iter("span")])
        self.assertIn("2 without values left out", text_of(page))

        def failed(file):
            file["benchmark"].attrs["verdict"] = "failed"
        self.assertIn("failed", [text_of(span) for span in self.page(self.altered(failed)).iter("span")])

    def test_a_result_without_values_has_no_map(self):
        def change(file):
            file["comodulogram/pac"][:] = float("nan")
            del file["comodulogram/hr"]
        self.assertNotIn("Comodulogram, modulation index", figures_of(self.page(self.altered(change))))

    def test_a_case_that_failed_is_told_and_not_drawn(self):
        def change(file):
            file["benchmark/cases/failure"][1] = "no memory <left>"
            file["benchmark/cases/wall_s_median"][1] = float("nan")
        page = self.page(self.altered(change, "sweep.h5"))
        self.assertIn("no memory <left>", text_of(page))
        _, rows = table_of(figures_of(page)["Time against n_perm"].find("details//table"))
        self.assertEqual(len(rows), 2)

    def test_a_file_of_another_program_with_a_minimum(self):
        with h5py.File(self.folder / "other.h5", "w") as other:
            other.attrs["schema"] = "pacbench"
            other.attrs["schema_version"] = "1.0"
            other["benchmark/cases/label"] = [b"theirs"]
            other["benchmark/cases/wall_s_median"] = [0.5]
            other["benchmark/cases/wall_s_median"].attrs["units"] = "s"
        self.assertIn("500 ms", text_of(self.page("other.h5")))
        with h5py.File(self.folder / "empty.h5", "w") as other:
            other.attrs["schema"] = "pacbench"
            other.attrs["schema_version"] = "1.0"
        self.assertIn("holds no case", text_of(self.page("empty.h5", "other.h5")))

    def test_bands_without_order_or_distance(self):
        run_well(self.ranks, 1, ["comodulogram", "--batch-size", 1, "--n-channels", 1, "--seq-sec", 1, "--pha-bands",
                                 "8-13,4-8,2-10", "--amp-bands", "60-90", "--no-verify", "--repetitions", 1, "--output",
                                 "bands.h5", "--overwrite", "--quiet"])
        head, rows = table_of(figures_of(self.page("bands.h5"))["Comodulogram, modulation index"].find("details//table"))
        self.assertEqual((len(head), [row[0] for row in rows]), (2, ["4-8 Hz", "2-10 Hz", "8-13 Hz"]))


class CommandTest(ReportTest):
    """The command line."""

    def refused(self, status, words, *files):
        """One line on stderr with all of `words`; no file made."""
        before = sorted(path.name for path in self.folder.iterdir())
        done = self.ranks.run(1, ["report", *files])
        self.assertEqual(done.returncode, status, done.stdout + done.stderr)
        lines = own_lines(done.stderr)
        self.assertEqual(len(lines), 1, done.stderr)
        for word in words:
            self.assertIn(word, lines[0])
        self.assertEqual(sorted(path.name for path in self.folder.iterdir()), before)

    def test_files(self):
        (self.folder / "notes.txt").write_text("not a result, but long enough to be looked into\n")
        whole = (self.folder / "map.h5").read_bytes()
        (self.folder / "cut.h5").write_bytes(whole[:len(whole) // 2])
        for file, words in (("missing.h5", ("missing.h5", "No such file")), ("notes.txt", ("notes.txt", "HDF5")),
                            ("cut.h5", ("cut.h5",))):
            self.refused(INPUT, words, "map.h5", file, "-o", "never.html")
        (self.folder / "mine.html").write_text("somebody's work")
        self.refused(INPUT, ("mine.html", "exists", "--overwrite"), "map.h5", "-o", "mine.html")
        self.assertEqual((self.folder / "mine.html").read_text(), "somebody's work")
        self.refused(INPUT, ("nowhere/r.html", "create the folder"), "map.h5", "-o", "nowhere/r.html")

    def test_usage(self):
        self.refused(USAGE, ("no result file given", "pacbench report A.h5 [B.h5 ..]"))
        self.refused(USAGE, ("map.h5", "name another"), "map.h5", "-o", "map.h5", "--overwrite")
        self.refused(USAGE, ("--json", "a report is a page"), "map.h5", "-o", "r.html", "--json", "r.json")

    def test_name_of_its_own_quiet_and_dry_run(self):
        before = set(self.folder.iterdir())
        done = self.ranks.run(1, ["report", "map.h5", "--dry-run"])
        self.assertEqual((done.returncode, set(self.folder.iterdir())), (0, before), done.stderr)
        self.assertIn("not written", done.stdout)
        done = self.ranks.run(1, ["report", "map.h5", "--quiet"])
        self.assertEqual((done.returncode, done.stdout), (0, ""), done.stderr)
        (made,) = set(self.folder.iterdir()) - before
        self.assertRegex(made.name, r"^pacbench-report-\d{8}T\d{6}Z\.html$")
        made.unlink()

    def test_done_is_done_whatever_the_verdict_and_on_several_ranks(self):
        def failed(file):
            file["benchmark"].attrs["verdict"] = "failed"
        page = self.page(self.altered(failed), "speed.h5", n_ranks=2)
        self.assertEqual(len(page.findall("body/main/section")), 2)


if __name__ == "__main__":
    main(__doc__)
