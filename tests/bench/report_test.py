#!/usr/bin/env python3
"""Tests `pacbench report`: the page of results of every benchmark is well-formed, complete, accessible and needs nothing
but itself; its numbers are the file's; what cannot be reported is refused.

    report_test.py PACBENCH [--mpirun "mpirun -np"] [unittest options]

Exit status 77 (skipped) where h5py is missing. How browsers show it: report_browser_test.py.
"""
import pathlib
import re
import shutil
import sys
import tempfile
import unittest
import xml.etree.ElementTree as ET

try:
    import h5py
except ImportError as error:
    print(f"skipped: {error} (Debian: python3-h5py)")
    sys.exit(77)

from ranks import main, own_lines
from reports import make_results, ranks_in, run_well

USAGE, INPUT = 2, 3
FIGURES = {  # what a benchmark's section must show
    "map": ("Comodulogram, modulation index", "Comodulogram, heights ratio", "Comodulogram of each channel",
            "Stages of each rank"),
    "pairs": ("Comodulogram, modulation index", "Pairs of channels", "Comodulogram of each pair of channels"),
    "speed": ("Speed-up", "Efficiency", "Stages of each case", "Stages of each rank"),
    "throughput": ("Rows per second against the batch", "Rows per second against ranks", "Efficiency"),
    "vram": ("Memory of each case", "Memory against the batch"),
    "sweep": ("Time against n_perm", "Time against hilbert"),
    "grid": ("Time against n_perm", "Time against n_bins"),
    "compare": ("Speed of A over B", "Memory of B over A"),
    "plan": ("Predicted time against ranks", "Predicted efficiency", "Where a job's time goes"),
}
EVIL = "<script>alert(1)</script> \"&' \x1b[31m \x07"


def text_of(element):
    """All text within an element."""
    return "".join(element.itertext())


def figures_of(section):
    """{title: figure} of a section."""
    return {figure.find("svg/title").text: figure for figure in section.iter("figure")}


def table_of(element):
    """(head, rows) of a table: cells as their exact numbers where they have them, else as text."""
    def cell(place):
        data = place.find("data")
        return text_of(place) if data is None else float(data.get("value"))
    return ([text_of(head) for head in element.find("thead/tr")],
            [[cell(place) for place in row] for row in element.find("tbody")])


def setUpModule():
    """Result files made once for all tests, which leave them as they are, and the page of all of them."""
    folder = tempfile.TemporaryDirectory()
    unittest.addModuleCleanup(folder.cleanup)
    ReportTest.folder = pathlib.Path(folder.name)
    ReportTest.ranks = ranks_in(folder.name)
    ReportTest.results = make_results(ReportTest.ranks)
    run_well(ReportTest.ranks, 1, ["report", *ReportTest.results, "-o", "all.html", "--quiet"])


class ReportTest(unittest.TestCase):
    """Pages of the results, read back."""

    def page(self, *words, n_ranks=1):
        """The parsed page of results; XML is stricter than HTML."""
        run_well(self.ranks, n_ranks, ["report", *words, "--output", "page.html", "--overwrite", "--quiet"])
        return ET.parse(self.folder / "page.html").getroot()

    def altered(self, change, source="map.h5"):
        """A copy of a result after change(h5py file)."""
        shutil.copy(self.folder / source, self.folder / "altered.h5")
        with h5py.File(self.folder / "altered.h5", "r+") as file:
            change(file)
        return "altered.h5"

    def sections(self):
        """{result: its section} of the page of all results."""
        found = ET.parse(self.folder / "all.html").getroot().findall("body/main/section")
        self.assertEqual(len(found), len(self.results))
        return dict(zip((name.removesuffix(".h5") for name in self.results), found))


class PageTest(ReportTest):
    """What stands on a page."""

    def test_every_figure_is_there_with_title_description_and_numbers(self):
        for name, section in self.sections().items():
            figures = figures_of(section)
            for title in FIGURES[name]:
                self.assertIn(title, figures, name)
            for title, figure in figures.items():
                with self.subTest(result=name, figure=title):
                    svg = figure.find("svg")
                    self.assertEqual(svg.get("role"), "img")
                    ids = svg.get("aria-labelledby").split()
                    self.assertEqual([svg.find("title").get("id"), svg.find("desc").get("id")], ids)
                    self.assertTrue(text_of(svg.find("desc")))
                    tips = [tip for mark in svg.iter() for tip in mark.findall("title") if mark is not svg]
                    self.assertTrue(tips and all(text_of(tip) for tip in tips))
                    head, rows = table_of(figure.find("details//table"))
                    self.assertTrue(rows)
                    self.assertTrue(all(len(row) == len(head) for row in rows))

    def test_frame_is_accessible(self):
        root = ET.parse(self.folder / "all.html").getroot()
        self.assertEqual(root.get("lang"), "en")
        self.assertTrue(root.find("head/title").text)
        levels = [int(element.tag[1]) for element in root.iter() if re.fullmatch("h[1-6]", element.tag)]
        self.assertEqual(levels.count(1), 1)
        self.assertTrue(all(later - earlier <= 1 for earlier, later in zip(levels, levels[1:])), levels)
        ids = [element.get("id") for element in root.iter() if element.get("id")]
        self.assertEqual(len(ids), len(set(ids)))
        self.assertTrue(all(head.get("scope") in ("row", "col") for head in root.iter("th")))
        self.assertTrue(all(table.find("caption") is not None for table in root.iter("table")))
        links = [link.get("href") for link in root.iter("a")]
        self.assertEqual(len(links), len(self.results))
        self.assertTrue(all(link[0] == "#" and link[1:] in ids for link in links), links)

    def test_nothing_is_loaded_or_run(self):
        root = ET.parse(self.folder / "all.html").getroot()
        tags = {element.tag for element in root.iter()}
        self.assertFalse(tags & {"script", "img", "image", "use", "iframe", "object", "embed", "video", "audio"}, tags)
        for element in root.iter():
            self.assertFalse({"src", "srcset", "style", "data", "poster"} & set(element.keys()), element.tag)
            self.assertFalse([name for name in element.keys() if name.startswith("on")], element.tag)
            self.assertRegex(element.get("href", "#"), "^(#|data:,$)")
        style = root.find("head/style").text
        for word in ("url(", "@import", "http", "@font-face"):
            self.assertNotIn(word, style)
        policy = [meta.get("content") for meta in root.iter("meta") if meta.get("http-equiv")]
        self.assertIn("default-src 'none'", policy[0])

    def test_page_stays_small(self):
        self.assertLess((self.folder / "all.html").stat().st_size, 2_000_000)

    def test_several_results_have_contents_and_verdicts(self):
        root = ET.parse(self.folder / "all.html").getroot()
        head, rows = table_of(root.find("body/main/div/table"))
        verdicts = [row[head.index("verdict")] for row in rows]
        self.assertEqual([row[0] for row in rows], self.results)
        self.assertEqual(verdicts, ["passed"] * 8 + ["skipped"])
        self.assertIsNone(self.page("map.h5").find("body/header/nav"))


class NumbersTest(ReportTest):
    """The page's numbers are the file's."""

    def test_comodulogram(self):
        with h5py.File(self.folder / "map.h5") as file:
            mean = file["comodulogram/pac"][()].astype("f8").mean(axis=(0, 1))
        figure = figures_of(self.sections()["map"])["Comodulogram, modulation index"]
        _, rows = table_of(figure.find("details//table"))
        self.assertEqual(len(rows), mean.shape[0])
        for row, expected in zip(rows, mean):
            for value, right in zip(row[1:], expected, strict=True):
                self.assertAlmostEqual(value, right, delta=1e-12)

    def test_cases_of_few_and_of_many(self):
        for name, few in (("map", True), ("speed", True), ("throughput", False)):
            with h5py.File(self.folder / f"{name}.h5") as file:
                columns = {column: data[()] for column, data in file["benchmark/cases"].items()}
            section = self.sections()[name]
            tables = {text_of(table.find("caption")): table for table in section.iter("table")}
            head, rows = table_of(tables["All numbers of the cases"])
            found = ({row[0].split(" [")[0]: row[1:] for row in rows} if few else
                     {title.split(" [")[0]: [row[i] for row in rows] for i, title in enumerate(head)})
            for column in ("n_ranks", "wall_s_median", "rows_per_s", "harness_overhead_s"):
                self.assertEqual(found[column], columns[column].tolist(), (name, column))
            self.assertIn("wall_s_median [s]", head if not few else [row[0] for row in rows])

    def test_speed_up(self):
        with h5py.File(self.folder / "speed.h5") as file:
            expected = file["benchmark/cases/speedup"][()].tolist()
        figure = figures_of(self.sections()["speed"])["Speed-up"]
        _, rows = table_of(figure.find("details//table"))
        self.assertEqual([row[2] for row in rows], expected)

    def test_stages_with_their_floors(self):
        with h5py.File(self.folder / "map.h5") as file:
            cases = file["benchmark/cases"]
            floor = max(cases[f"analytic_{kind}_floor_s"][0] for kind in ("memory", "arithmetic"))
            samples = {name: data[()] for name, data in file["benchmark/samples"].items()}
        figure = figures_of(self.sections()["map"])["Stages of each rank"]
        head, rows = table_of(figure.find("details//table"))
        for rank, row in enumerate(rows):
            times = samples["analytic_s"][(samples["rank"] == rank) & (samples["warmup"] == 0)]
            self.assertAlmostEqual(row[head.index("analytic")], sorted(times)[0] / 2 + sorted(times)[1] / 2)
            self.assertAlmostEqual(row[head.index("analytic: floor")], floor)

    def test_parameters_and_provenance(self):
        section = self.sections()["map"]
        tables = {text_of(table.find("caption")): table_of(table) for table in section.iter("table")}
        changed = {row[0]: row[1:3] for row in tables["Options that differ from their defaults"][1]}
        self.assertEqual(changed["--n-perm"], ["20", "0"])
        self.assertNotIn("--n-bins", changed)
        self.assertIn("--n-bins", [row[0] for row in tables["All options"][1]])
        with h5py.File(self.folder / "map.h5") as file:
            told = {row[0]: row[1] for row in tables["Where the result comes from"][1]}
            for name in ("command_line", "version", "git_commit", "mpi", "hdf5", "compiler"):
                self.assertEqual(told[name], file["provenance"].attrs[name])
            host = file["system/ranks/host"].asstr()[0]
        head, rows = tables["Where the ranks ran"]
        self.assertEqual([row[head.index("host")] for row in rows], [host, host])


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
