#!/usr/bin/env python3
"""Tests scripts/plot.py as users meet it: every figure as PNG, SVG and PDF, what stands in them, what it says where there is
no data, and bad input and damaged files. The plotted numbers are plot_numbers.py's.

    plot_test.py PACBENCH [--mpirun "mpirun -np"] [unittest options]

Exit status 77 (skipped) where h5py or matplotlib is missing.
"""
import itertools
import shutil
import subprocess
import sys
from unittest import mock

try:
    import h5py
    import matplotlib
    matplotlib.use("Agg")
    from plot_files import PLOT, PlotTest, figures
    from plot_numbers import NumbersTest  # noqa: F401  its tests run here too: the files are made once
except ImportError as error:
    print(f"skipped: {error} (Debian: python3-h5py python3-matplotlib)")
    sys.exit(77)
from ranks import main  # in a folder that plot_files adds

#: What each file has data for; all other figures must say what is missing.
MAPS = {"comodulogram", "channels", "preferred-phase", "stages"}
DRAWN = {
    "maps": MAPS | {"surrogates"}, "bare": MAPS, "pairs": MAPS | {"channel-pairs"}, "uneven": MAPS | {"surrogates"},
    "one_band": MAPS, "speed": {"strong-scaling", "batch", "memory", "stages", "ranks"},
    "throughput": {"weak-scaling", "batch", "memory", "stages", "ranks"}, "vram_limit": {"batch", "memory", "stages"},
    "sweep": {"sweep", "stages", "ranks"}, "grid": {"sweep", "stages"},
}
ALSO_PNG = ("maps", "pairs", "speed", "throughput", "vram_limit", "sweep")  # these have every figure
#: Words that must stand in a figure.
WORDS = {
    ("maps", "comodulogram"): ("phase frequency (Hz)", "amplitude frequency (Hz)", "modulation index", "planted coupling",
                               "mean z > 1.96", "mean of 6 rows"),
    ("maps", "channels"): ("ch0", "ch1", "phase frequency (Hz)", "modulation index"),
    ("maps", "preferred-phase"): ("preferred phase; radius: rows", "share of the amplitude per phase bin", "1/18"),
    ("bare", "preferred-phase"): ("--distributions",),
    ("maps", "surrogates"): ("19 surrogates", "95 % quantile", "observed", "largest modulation index of the row"),
    ("uneven", "comodulogram"): ("mean of 4 rows, 2 left out: 2 undefined (constant signal)",),
    ("one_band", "comodulogram"): ("1 × 1 bands",),
    ("pairs", "channel-pairs"): ("channel of the amplitude", "channel of the phase", "ch0"),
    ("pairs", "channels"): ("ch0 -> ch1",),
    ("speed", "strong-scaling"): ("ranks", "efficiency (%)", "time of a batch, median (s)", "ideal", "4 rows"),
    ("throughput", "weak-scaling"): ("rows per second (1/s)", "efficiency (%)", "ideal", "16 rows a rank"),
    ("throughput", "batch"): ("batch items per rank", "rows per second (1/s)", "2 ranks"),
    ("speed", "memory"): ("no --mem-limit; memory of the device",),
    ("vram_limit", "memory"): ("predicted", "measured", "memory of a rank (B)", "streamed", "--mem-limit: 69.2 MB",
                               "of it for rows and results: 2.1 MB"),
    ("speed", "stages"): ("surrogates", "arithmetic floor", "memory floor", "wall time", "batch x2, 2 ranks", "floors"),
    ("vram_limit", "stages"): ("no floors in the file: they need --verbose",),
    ("speed", "ranks"): ("rank", "bin_sums", "from the mean (%)"),
    ("sweep", "sweep"): ("n_perm", "hilbert", "extended", "fs", "time (s)", "could not be computed (column failure)"),
    ("grid", "sweep"): ("n_channels", "each line varies one option"),
}
#: (file, figure): what it must say is missing, and the option that makes it.
MISSING = {
    ("bare", "surrogates"): "--surrogate-max", ("maps", "channel-pairs"): "--pairs all",
    ("speed", "comodulogram"): "pacbench comodulogram", ("maps", "strong-scaling"): "pacbench speed",
    ("maps", "weak-scaling"): "pacbench throughput", ("maps", "sweep"): "pacbench sweep --vary",
    ("maps", "peers"): "scripts/peers.py", ("maps", "ranks"): "mpirun -np N", ("maps", "memory"): "pacbench vram",
    ("sweep", "batch"): "pacbench throughput",
}
CASES, MAP = "benchmark/cases", "comodulogram"


def parts(group, names):
    return tuple(f"{group}/{name}" for name in names.split())


#: (file, figure, rows): parts that the figure reads.
READ = {
    ("maps", "comodulogram", (0,)): (MAP, *parts(MAP, "pac p_maxstat q_fdr channel start_s"), "parameters", "benchmark",
                                     "provenance", "system", *parts("system/ranks", "device_name threads")),
    ("maps", "comodulogram", None): parts(MAP, "pac_z quality phase_frequency amplitude_frequency_bounds"),
    ("maps", "channels", None): parts(MAP, "pac quality"),
    ("maps", "preferred-phase", None): parts(MAP, "pac preferred_phase amplitude_distribution phase_bin"),
    ("maps", "surrogates", None): parts(MAP, "pac surrogate_max"),
    ("pairs", "channel-pairs", None): parts(MAP, "pac pair channel pair_phase_channel"),
    ("speed", "strong-scaling", None): parts(CASES, "label n_ranks n_rows n_times wall_s_median wall_s_q25"),
    ("throughput", "weak-scaling", None): (CASES, *parts(CASES, "n_ranks wall_s_median")),
    ("throughput", "batch", None): parts(CASES, "batch_per_rank"),
    ("vram", "memory", None): ("benchmark/memory", *parts("benchmark/memory", "case predicted_bytes host_peak_bytes"),
                               "system/ranks/device_total_bytes"),
    ("speed", "stages", None): parts(CASES, "surrogates_s_median analytic_memory_floor_s wall_s_median"),
    ("speed", "ranks", None): parts("benchmark/samples", "case rank warmup wall_s analytic_s"),
    ("sweep", "sweep", None): (*parts(CASES, "n_perm label wall_s_median"), "parameters"),
}


class DrawingTest(PlotTest):
    def test_every_figure_of_every_file(self):
        for name, drawn in DRAWN.items():
            with self.subTest(file=name):
                formats = ["svg", "png"] if name in ALSO_PNG else ["svg"]
                _, skipped = self.plot(self.files[name], "--all", name, "--format", ",".join(formats))
                stems = {f"{name}-{figure}" for figure in drawn}
                self.assertEqual({path.stem for path in (self.folder / name).iterdir()}, stems)
                for figure in figures.FIGURES.keys() - drawn:
                    self.assertIn(f"skipped {figure}: {self.files[name]} ", skipped)
                for stem in stems:
                    for ending in formats[1:]:
                        self.assertGreater((self.folder / name / f"{stem}.{ending}").stat().st_size, 10000)
                    text = self.texts(self.folder / name / f"{stem}.svg")
                    self.assertIn(f"{self.program} · ", text)  # the caption
                    for words in WORDS.get((name, stem.removeprefix(f"{name}-")), ()):
                        self.assertIn(words, text, stem)

    def test_missing_data_is_said_in_one_line(self):
        for (name, figure), words in MISSING.items():
            with self.subTest(file=name, figure=figure):
                self.assertEqual(len(self.refused(3, words, self.files[name], "--figure", figure)), 1)
                self.assertEqual(list(self.folder.iterdir()), [])

    def test_several_files(self):
        self.plot(self.files["maps"], self.files["peer"], "-o", "peers.svg")
        text = self.texts(self.folder / "peers.svg")
        for words in ("TensorPAC 0.6.5", "(×100)", "time per row (s)", "peak memory", "another machine"):
            self.assertIn(words, text)
        self.plot(self.files["sweep"], self.files["peer_sweep"], "-o", "sweep.svg")  # sweeps go beside each other
        self.assertIn("TensorPAC 0.6.5", self.texts(self.folder / "sweep.svg"))
        self.refused(3, "different cases: n_perm is 19 and 0", self.files["maps"], self.files["bare"])
        shutil.copy(self.files["peer"], "untimed.h5")
        with h5py.File("untimed.h5", "r+") as file:
            file["benchmark/cases/wall_s_median"][:] = float("nan")
        self.refused(3, "plot.py: untimed.h5 has no case with times", self.files["maps"], "untimed.h5")
        self.refused(2, "takes one result file", self.files["maps"], self.files["bare"], "--figure", "stages")
        self.plot(self.files["maps"], self.files["peer"], "--all", "both", "--format", "svg")
        drawn = {path.stem for path in (self.folder / "both").iterdir()}
        self.assertLess({"maps-comodulogram", "peer_maps-comodulogram", "maps-peers"}, drawn)

    def test_letters_are_readable_and_apart(self):
        """No text is smaller than 8 points, leaves the page or lies on another one."""
        for name in ALSO_PNG:
            for figure in DRAWN[name]:
                with self.subTest(file=name, figure=figure), figures.Result(self.files[name]) as result:
                    self.check_letters(figures.FIGURES[figure].draw([result], figures.Options()))
        with figures.Result(self.files["maps"]) as own, figures.Result(self.files["peer"]) as peer:
            self.check_letters(figures.FIGURES["peers"].draw([own, peer], figures.Options()))

    def check_letters(self, figure):
        drawn, draw = [], matplotlib.text.Text.draw
        figure.draw_without_rendering()  # lays out

        def record(text, renderer, *arguments, **options):
            if text.get_visible() and text.get_text().strip():
                drawn.append((text, text.get_window_extent(renderer)))
            draw(text, renderer, *arguments, **options)

        with mock.patch.object(matplotlib.text.Text, "draw", record):
            figure.canvas.draw()
        for text, box in drawn:
            self.assertGreaterEqual(text.get_fontsize(), 8, text)
            self.assertTrue(figure.bbox.x0 <= box.x0 and box.x1 <= figure.bbox.x1 and figure.bbox.y0 <= box.y0
                            and box.y1 <= figure.bbox.y1, f"{text} leaves the page")
        for (one, a), (other, b) in itertools.combinations(drawn, 2):
            across, along = min(a.x1, b.x1) - max(a.x0, b.x0), min(a.y1, b.y1) - max(a.y0, b.y0)
            self.assertFalse(across > 1 and along > 2, f"{one} lies on {other}")


class CommandTest(PlotTest):
    def test_as_a_program(self):
        shutil.copy(self.files["maps"], "run.h5")
        done = subprocess.run([sys.executable, PLOT, "run.h5"], capture_output=True, text=True, timeout=100, check=True)
        self.assertEqual((done.stdout, done.stderr), ("run.png\n", ""))
        done = subprocess.run([sys.executable, PLOT, "run.h5", "--show"], capture_output=True, text=True, timeout=100,
                              check=False, env={"MPLBACKEND": "agg", "HOME": str(self.folder)})
        self.assertEqual((done.returncode, len(done.stderr.splitlines())), (4, 1), done.stderr)
        self.assertIn("--show: no display", done.stderr)

    def test_outputs(self):
        shutil.copy(self.files["maps"], "run.h5")
        self.plot("run.h5", "-o", "picture.pdf", "--row", "1")
        self.assertEqual((self.folder / "picture.pdf").read_bytes()[:5], b"%PDF-")
        out, _ = self.plot("run.h5", "--figure", "stages", "--figure", "surrogates", "--format", "svg,png")
        self.assertEqual(out.split(), ["run-stages.svg", "run-stages.png", "run-surrogates.svg", "run-surrogates.png"])

    def test_list(self):
        self.assertEqual(len(self.plot("--list")[0].splitlines()), len(figures.FIGURES))
        lines = self.plot("--list", self.files["maps"])[0].splitlines()
        self.assertEqual({line.split()[1] for line in lines if line.split()[2] == "yes"}, DRAWN["maps"])

    def test_default_figure_fits_the_benchmark(self):
        for name, words in {"speed": "Strong scaling", "throughput": "Weak scaling", "vram": "Memory", "sweep": "Sweep",
                            "pairs": "Comodulogram"}.items():
            self.plot(self.files[name], "-o", f"{name}.svg")
            self.assertIn(words, self.texts(self.folder / f"{name}.svg"))

    def test_bad_options(self):
        file = self.files["maps"]
        for words, word in {("--figure", "cake"): "no such figure", ("-o", "x.bmp"): "no format", ("--pair", "6"): "pair",
                            ("--format", "bmp"): "no format", ("--rows", "3-1"): "list of rows",
                            ("--row", "0", "--rows", "1"): "not allowed",
                            ("--all", "d", "-o", "x.png"): "--all"}.items():
            with self.subTest(words=words):
                self.assertIn(word, self.plot(file, *words, status=2)[1])
        self.assertIn("no result file", self.plot(status=2)[1])
        for words, word in {("--row", "6"): "rows 0 to 5", ("--row", "-1"): "rows 0 to 5", ("--rows", "4-7"): "no row 6",
                            ("--map", "plv"): "--measure mi,plv", ("--map", "hr_z"): "holds no map hr_z",
                            ("--map", "p_value"): "give --row N", ("-o", "/nowhere/x.png"): "/nowhere"}.items():
            with self.subTest(words=words):
                self.refused(3, word, file, *words)
        self.refused(3, "has no case 9", self.files["speed"], "--figure", "ranks", "--case", "9")
        self.refused(3, "no value of pac in row 1: 1 undefined", self.files["uneven"], "--row", "1")


class DamageTest(PlotTest):
    def test_foreign_and_broken_files(self):
        (self.folder / "text.h5").write_text("no HDF5")
        whole = self.files["maps"].read_bytes()
        (self.folder / "cut.h5").write_bytes(whole[:len(whole) // 2])
        with h5py.File(self.folder / "foreign.h5", "w") as file:
            file["pac"] = [1, 2]
        self.refused(3, "no such file", "absent.h5")
        self.refused(3, "cannot be read", "text.h5")
        self.refused(3, "cannot be read", "cut.h5")
        self.refused(3, "is no pacbench result", "foreign.h5")

    def test_parts_missing_or_of_another_shape(self):
        """Figures draw or say what is wrong: nothing but CannotDraw may happen."""
        damaged = self.folder / "damaged.h5"
        for (name, figure, row), paths in READ.items():
            for path, damage in itertools.product(paths, ("missing", "short", "NaN")):
                shutil.copy(self.files[name], damaged)
                with h5py.File(damaged, "r+") as file:
                    values = file[path][()] if isinstance(file[path], h5py.Dataset) else None
                    if damage == "NaN" and (values is None or values.dtype.kind != "f"):
                        continue
                    if damage == "short" and values is None:
                        continue
                    if damage == "NaN":
                        file[path][...] = float("nan")
                    else:
                        del file[path]
                    if damage == "short":
                        file[path] = values[:-1]
                with self.subTest(file=name, figure=figure, path=path, damage=damage), figures.Result(damaged) as result:
                    try:
                        figures.close(figures.FIGURES[figure].draw([result], figures.Options(rows=row)))
                    except figures.CannotDraw as reason:
                        self.assertTrue(str(reason))

    def test_interrupted_run(self):
        part = self.folder / "part.h5"
        shutil.copy(self.files["maps"], part)
        with h5py.File(part, "r+") as file:
            file["benchmark"].attrs["complete"] = 0
            for name, data in file["comodulogram"].items():
                if data.ndim > 2 and data.dtype.kind == "f":
                    data[1:] = float("nan")
            file["comodulogram/quality"][1:] = 3
        self.plot(part, "--all", "out", "--format", "svg")
        text = self.texts(self.folder / "out" / "part-comodulogram.svg")
        for words in ("mean of 2 rows, 4 left out: 4 not computed: the run was interrupted", "not all of it is here"):
            self.assertIn(words, text)


if __name__ == "__main__":
    main(__doc__)
