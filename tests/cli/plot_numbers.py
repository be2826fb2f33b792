"""Tests that figures show the numbers of the file: values in the figure objects beside those read with h5py."""
import h5py
import numpy as np
from plot_files import PlotTest, figures


class NumbersTest(PlotTest):
    def draw(self, name, figure, **options):
        """The figure of a file."""
        result = figures.Result(self.files[name])
        self.addCleanup(result.file.close)
        return figures.FIGURES[figure].draw([result], figures.Options(**options))

    def column(self, name, *columns):
        """Columns of /benchmark/cases."""
        with h5py.File(self.files[name]) as file:
            return [file["benchmark/cases"][column][()] for column in columns]

    def maps(self, name, *names):
        """Maps of /comodulogram."""
        with h5py.File(self.files[name]) as file:
            return [file["comodulogram"][one][()].astype(float) for one in names]

    def mesh(self, figure):
        """The values of the map of a figure, [phase, amplitude]."""
        mesh = figure.axes[0].collections[0]
        return np.reshape(mesh.get_array(), np.array(mesh.get_coordinates().shape[:2]) - 1).T

    def line(self, axis, label=None, index=0):
        """x and y of a line."""
        lines = [line for line in axis.lines if label is None or line.get_label() == label]
        return np.array(lines[index].get_xdata(), dtype=float), np.array(lines[index].get_ydata(), dtype=float)

    def test_comodulogram(self):
        (pac, z, angle) = self.maps("maps", "pac", "pac_z", "preferred_phase")
        np.testing.assert_allclose(self.mesh(self.draw("maps", "comodulogram")), pac.mean(axis=(0, 1)))
        np.testing.assert_allclose(self.mesh(self.draw("maps", "comodulogram", rows=[3])), pac[1, 1])
        np.testing.assert_allclose(self.mesh(self.draw("maps", "comodulogram", rows=[0, 5])), (pac[0, 0] + pac[2, 1]) / 2)
        np.testing.assert_allclose(self.mesh(self.draw("maps", "comodulogram", map="pac_z")), z.mean(axis=(0, 1)))
        mean = np.angle(np.exp(1j * angle).mean(axis=(0, 1)))
        np.testing.assert_allclose(self.mesh(self.draw("maps", "comodulogram", map="preferred_phase")), mean)

    def test_bands_in_any_order_and_rows_without_values(self):
        pac, = self.maps("uneven", "pac")
        self.assertTrue(np.isnan(pac[:, 1]).all())
        shown = np.nanmean(pac, axis=(0, 1))[[1, 0]][:, [2, 0, 1]]
        np.testing.assert_allclose(self.mesh(self.draw("uneven", "comodulogram")), shown)

    def test_outlines_enclose_significant_cells(self):
        """The total length of the border equals that of the cells' edges where significance changes."""
        p, = self.maps("maps", "p_maxstat")
        p[0, 0] = 1
        p[0, 0, 1, 2] = p[0, 0, 1, 3] = p[0, 0, 0, 3] = 0.01
        altered = self.folder / "significant.h5"
        altered.write_bytes(self.files["maps"].read_bytes())
        with h5py.File(altered, "r+") as file:
            file["comodulogram/p_maxstat"][...] = p
            file["comodulogram/q_fdr"][...] = 1
        with figures.Result(altered) as result:
            figure = figures.FIGURES["comodulogram"].draw([result], figures.Options(rows=[0]))
        borders = [lines for lines in figure.axes[0].collections[1:] if lines.get_segments()]
        for border in borders:  # dark, and bright above it
            self.assertEqual(len(border.get_segments()), 8)
        self.assertEqual(len(borders), 2)
        self.assertIn("p < 0.05, family-wise", [text.get_text() for text in figure.legends[0].get_texts()])

    def test_channels(self):
        pac, = self.maps("maps", "pac")
        figure = self.draw("maps", "channels")
        for channel, axis in enumerate(figure.axes[:2]):
            shown = np.reshape(axis.collections[0].get_array(), pac.shape[:1:-1]).T
            np.testing.assert_allclose(shown, pac[:, channel].mean(axis=0))
        pac, = self.maps("pairs", "pac")
        shown = self.draw("pairs", "channel-pairs").axes[0].images[0].get_array()
        np.testing.assert_allclose(shown, pac.mean(axis=0).max(axis=(1, 2)).reshape(2, 2))

    def test_preferred_phase(self):
        pac, phase, shares = self.maps("maps", "pac", "preferred_phase", "amplitude_distribution")
        p, a = np.unravel_index(pac.mean(axis=(0, 1)).argmax(), pac.shape[2:])
        polar, bars = self.draw("maps", "preferred-phase").axes
        self.assertEqual(sum(bar.get_height() for bar in polar.patches), 6)
        mean = np.exp(1j * phase[:, :, p, a]).mean()
        self.assertAlmostEqual(self.line(polar)[0][0], np.angle(mean))
        self.assertIn(f"R = {abs(mean):.2f}", polar.get_legend().get_texts()[0].get_text())
        np.testing.assert_allclose([bar.get_height() for bar in bars.patches], shares[:, :, p, a].mean(axis=(0, 1)))
        with h5py.File(self.files["maps"]) as file:  # a chosen pair
            chosen = file["comodulogram/phase_frequency"][1] + 0.1, file["comodulogram/amplitude_frequency"][2] - 0.1
        _, bars = self.draw("maps", "preferred-phase", pair=chosen, rows=[4]).axes
        np.testing.assert_allclose([bar.get_height() for bar in bars.patches], shares[2, 0, 1, 2])

    def test_surrogates(self):
        for name, prefix in (("pac", ""), ("mvl", "mvl_")):
            values, maxima, p = self.maps("maps", name, f"{prefix}surrogate_max", f"{prefix}p_maxstat")
            row = np.unravel_index(values.max(axis=(2, 3)).argmax(), (3, 2))
            figure = self.draw("maps", "surrogates", map=name)
            axis = figure.axes[0]
            self.assertEqual(sum(bar.get_height() for bar in axis.patches), 19)
            factor = 10.0 ** round(np.log10(self.line(axis, index=1)[0][0] / values[row].max()))
            self.assertAlmostEqual(self.line(axis, index=0)[0][0] / factor, np.quantile(maxima[row], 0.95))
            self.assertAlmostEqual(self.line(axis, index=1)[0][0] / factor, values[row].max())
            words = " ".join(text.get_text().replace("\n", " ") for text in figure.texts)
            self.assertIn(f"family-wise p = {p[row].min():.3g}", words)

    def test_scaling(self):
        for name, figure, value in (("speed", "strong-scaling", "wall_s_median"),
                                    ("throughput", "weak-scaling", "rows_per_s")):
            n_ranks, values, efficiency, n_rows = self.column(name, "n_ranks", value, "efficiency", "n_rows")
            left, right = self.draw(name, figure).axes
            weak = np.isfinite(efficiency)  # not the search for the best batch
            n_ranks, values, efficiency, n_rows = n_ranks[weak], values[weak], efficiency[weak], n_rows[weak]
            for i, first in enumerate(np.nonzero(n_ranks == 1)[0]):
                pair = [first, first + 1]
                np.testing.assert_allclose(self.line(right, index=i), [[1, 2], 100 * efficiency[pair]])
                ideal, measured = (self.line(left, index=k) for k in self.lines_of(left, i))
                np.testing.assert_allclose(measured, [[1, 2], values[pair]])
                np.testing.assert_allclose(ideal[1], values[first] * np.array([1, 0.5 if name == "speed" else 2]))

    def lines_of(self, axis, i):
        """Indices of the ideal and the measured line of series i: solid ones are measured, caps of bars have no line."""
        solid = [k for k, line in enumerate(axis.lines) if line.get_linestyle() == "-" and len(line.get_xdata()) == 2]
        dashed = [k for k, line in enumerate(axis.lines) if line.get_linestyle() == "--"]
        return dashed[i], solid[i]

    def test_batch_and_memory(self):
        n_ranks, batch, rate = self.column("throughput", "n_ranks", "batch_per_rank", "rows_per_s")
        axis = self.draw("throughput", "batch").axes[0]
        for n in (1, 2):
            x, y = self.line(axis, f"{n} rank{'s' * (n > 1)}")
            np.testing.assert_array_equal(x, np.unique(batch[n_ranks == n]))
            np.testing.assert_allclose(y, [rate[(n_ranks == n) & (batch == one)].max() for one in x])
        with h5py.File(self.files["vram_limit"]) as file:
            memory = {name: data[()] for name, data in file["benchmark/memory"].items()}
        axis = self.draw("vram_limit", "memory").axes[0]
        batch, = self.column("vram_limit", "batch_per_rank")
        np.testing.assert_allclose(self.line(axis, "predicted"), [batch, memory["predicted_bytes"]])
        measured = memory["host_peak_bytes"] - memory["host_base_bytes"]
        np.testing.assert_allclose(self.line(axis, index=1), [batch, measured])
        self.assertEqual(self.line(axis, "--mem-limit: 69.2 MB")[1][0], 66 * 2**20)

    def test_stages_and_ranks(self):
        figure = self.draw("speed", "stages")
        names = ("spectrum", "analytic", "bin_sums", "surrogates")
        bars = [(bars.get_label(), [bar.get_width() for bar in bars]) for bars in figure.axes[0].containers]
        containers = dict(bars)
        wall, *stages = self.column("speed", "wall_s_median", *(f"{name}_s_median" for name in names))
        factor = 10.0 ** (3 * round(np.log10(max(containers["surrogates"]) / stages[3].max()) / 3))
        for name, seconds in zip(names, stages):
            np.testing.assert_allclose(np.array(containers[name]) / factor, seconds, err_msg=name)
        floors = self.column("speed", *(f"{name}_{kind}_floor_s" for name in names for kind in ("memory", "arithmetic")))
        unnamed = [widths for label, widths in bars if label.startswith("_")]
        np.testing.assert_allclose(np.sum(unnamed, axis=0) / factor, np.sum(np.maximum(floors[::2], floors[1::2]), axis=0))

        figure = self.draw("speed", "ranks", case=3)
        with h5py.File(self.files["speed"]) as file:
            samples = {name: file["benchmark/samples"][name][()] for name in ("case", "rank", "warmup", "bin_sums_s")}
        own = (samples["case"] == 3) & (samples["warmup"] == 0)
        medians = np.array([np.median(samples["bin_sums_s"][own & (samples["rank"] == rank)]) for rank in (0, 1)])
        row = [label.get_text() for label in figure.axes[0].get_yticklabels()].index("bin_sums")
        np.testing.assert_allclose(figure.axes[0].images[0].get_array()[row], 100 * (medians / medians.mean() - 1))

    def test_sweep(self):
        with h5py.File(self.files["sweep"]) as file:
            label = file["benchmark/cases/label"].asstr()[()].tolist()
            wall = file["benchmark/cases/wall_s_median"][()]
        panels = {axis.get_xlabel(): axis for axis in self.draw("sweep", "sweep").axes}
        expected = [wall[label.index(name)] for name in ("base", "n_perm=5", "n_perm=9")]
        np.testing.assert_allclose(self.line(panels["n_perm"]), [[0, 5, 9], expected])
        self.assertEqual(self.line(panels["fs"])[0].tolist(), [512])  # 256 failed
        self.assertEqual(self.line(panels["fs"], index=-1)[0].tolist(), [256])
        self.assertEqual([text.get_text() for text in panels["hilbert"].get_xticklabels()], ["cropped", "extended"])

    def test_peers(self):
        with figures.Result(self.files["maps"]) as own, figures.Result(self.files["peer"]) as peer:
            axis = figures.FIGURES["peers"].draw([peer, own], figures.Options()).axes[0]
        wall, n_rows = self.column("maps", "wall_s_median", "n_rows")
        row_s = wall[0] / n_rows[0]
        np.testing.assert_allclose([bar.get_width() for bar in axis.patches], [100 * row_s, row_s])
        self.assertIn("×100", axis.texts[0].get_text())
        self.assertNotIn("×", axis.texts[1].get_text())
