#!/usr/bin/env python3
"""Tests `pacbench report`: the page of results of every benchmark is well-formed, complete, accessible and needs nothing
but itself; its numbers are the file's.

    report_test.py PACBENCH [--mpirun "mpirun -np"] [unittest options]

Exit status 77 (skipped) where h5py is missing. Odd results and bad input: report_odd_test.py; how
browsers show it: report_browser_test.py.
"""
import re
import sys
import xml.etree.ElementTree as ET

try:
    import h5py
except ImportError as error:
    print(f"skipped: {error} (Debian: python3-h5py)")
    sys.exit(77)

from ranks import main
from reports import RUNS, ReportTest, figures_of, run_well, table_of, text_of

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


def setUpModule():
    """The results of every benchmark, and the page of all of them."""
    ReportTest.prepare(RUNS)
    run_well(ReportTest.ranks, 1, ["report", *ReportTest.results, "-o", "all.html", "--quiet"])


class AllTest(ReportTest):
    """The page of all results."""

    def sections(self):
        """{result: its section} of the page of all results."""
        found = ET.parse(self.folder / "all.html").getroot().findall("body/main/section")
        self.assertEqual(len(found), len(self.results))
        return dict(zip((name.removesuffix(".h5") for name in self.results), found))


class PageTest(AllTest):
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


class NumbersTest(AllTest):
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


if __name__ == "__main__":
    main(__doc__)
