"""Reads /comodulogram: bands in ascending order, maps of single rows and means over rows, names of rows."""
import numpy as np

from .result import CannotDraw, in_words

P_VALUES = ("p_value", "p_maxstat", "q_fdr")
ENDINGS = ("z", "surrogate_mean", "surrogate_std", "exceed_count", *P_VALUES)


def parse_coupling(text):
    """'6:80:0.8,..' -> [(phase Hz, amplitude Hz, strength)]."""
    return [tuple(float(part) for part in pair.split(":")) for pair in text.split(",") if pair]


class Maps:
    """The maps of one result. Rows are counted as the program counts them: batch item * channels (or pairs) + channel."""

    def __init__(self, result):
        self.result, self.group = result, result.group("comodulogram")
        if self.group is None:
            raise CannotDraw(f"holds no comodulogram (benchmark {result.benchmark}); run `pacbench comodulogram`")
        pac = self.group.get("pac")
        shape = getattr(pac, "shape", None)
        if shape is None or len(shape) != 4 or 0 in shape:
            raise CannotDraw("is damaged: /comodulogram/pac is no array [batch, channel, phase band, amplitude band]")
        self.n_items, self.n_columns = shape[:2]
        self.n_rows = self.n_items * self.n_columns
        self.by_phase, self.phase, self.phase_bounds = self._bands("phase_frequency", shape[2])
        self.by_amplitude, self.amplitude, self.amplitude_bounds = self._bands("amplitude_frequency", shape[3])
        self.rows_of_item = "pair" if "pair" in self.group else "channel"
        self.columns = self._axis(self.rows_of_item, self.n_columns)
        self.start_s = self._axis("start_s", self.n_items)

    def _axis(self, name, length):
        values = self.result.values(f"comodulogram/{name}")
        if np.shape(values) != (length,):
            raise CannotDraw(f"is damaged: /comodulogram/{name} does not fit pac")
        return values

    def _bands(self, name, length):
        """Order, centres and edges [band, 2] of bands; explicit ones may come in any order."""
        centres, bounds = self._axis(name, length), self.result.values(f"comodulogram/{name}_bounds")
        if np.shape(bounds) != (length, 2) or not (np.isfinite(centres).all() and np.isfinite(bounds).all()):
            raise CannotDraw(f"is damaged: /comodulogram/{name}_bounds does not fit pac")
        order = np.argsort(centres, kind="stable")
        return order, centres[order], bounds[order]

    def names(self):
        """Maps that can be drawn."""
        return [name for name, data in self.group.items()
                if getattr(data, "shape", None) == self.group["pac"].shape]

    def has(self, name):
        return name in self.names()

    def need(self, name):
        """Complains where there is no such map."""
        if self.has(name):
            return
        option = " --n-perm 200" if name.endswith(ENDINGS) else f" --measure mi,{name}"
        raise CannotDraw(f"holds no map {name} (it has {in_words(self.names())}); run `pacbench comodulogram{option}`")

    def statistic(self, name, ending):
        """Name of a statistic of the measure that a map is of: of mvl or mvl_z, p_value is mvl_p_value."""
        for measure in str(self.result.parameter("measure", "mi")).split(",")[1:]:
            if name == measure or name.startswith(measure + "_"):
                return f"{measure}_{ending}"
        return ("pac_" if ending == "z" else "") + ending

    def measured(self, name):
        """The map of the measure itself: of mvl_z, mvl; of p_value, pac."""
        return self.statistic(name, "").rstrip("_") or "pac"

    def attribute(self, name, attribute, otherwise=""):
        return str(self.group[name].attrs.get(attribute, otherwise))

    def label(self, name):
        """Meaning and unit, for an axis."""
        unit = self.attribute(name, "units", "1")
        return self.attribute(name, "long_name", name) + ("" if unit == "1" else f" ({unit})")

    def chosen(self, rows):
        """Row numbers: those given, or all."""
        for row in rows or ():
            if not 0 <= row < self.n_rows:
                raise CannotDraw(f"has no row {row}; it has rows 0 to {self.n_rows - 1}")
        return list(rows) if rows else list(range(self.n_rows))

    def each(self, name, rows, where=()):
        """(row number, its values: the map [phase, amplitude] or the part `where` of it) in the order of batch items."""
        by_item = {}
        for row in rows:
            by_item.setdefault(row // self.n_columns, []).append(row)
        for item, rows_here in by_item.items():
            values = np.asarray(self.result.values(f"comodulogram/{name}", (item, slice(None), *where)), dtype=float)
            for row in rows_here:
                one = values[row % self.n_columns]
                yield row, one if where else one[np.ix_(self.by_phase, self.by_amplitude)]

    def means(self, name, rows, kind=lambda row: 0):
        """{kind of row: (map [phase, amplitude], number of rows in it)}: means over rows with values, of angles those of
        directions; all NaN where no row has any."""
        angles = self.attribute(name, "units") == "rad"
        sums = {}
        for row, values in self.each(name, rows):
            good = np.isfinite(values)
            total, count, used = sums.get(kind(row), (0, 0, 0))
            sums[kind(row)] = (total + np.where(good, np.exp(1j * values) if angles else values, 0), count + good,
                               used + int(good.any()))
        with np.errstate(invalid="ignore", divide="ignore"):
            return {key: (np.where(count > 0, np.angle(total) if angles else total / count, np.nan), used)
                    for key, (total, count, used) in sums.items()}

    def mean(self, name, rows):
        """(map, number of rows in it) of all these rows."""
        return self.means(name, rows)[0]

    def without_values(self, rows):
        """Why rows have no values, in words."""
        quality = np.ravel(self.result.values("comodulogram/quality"))[rows] if "quality" in self.group else np.array([])
        codes = ((2, "undefined (constant signal)"), (3, "not computed: the run was interrupted"))
        words = [f"{np.sum(quality == code)} {text}" for code, text in codes if np.any(quality == code)]
        return "; ".join(words)

    def drawable_mean(self, name, rows):
        """mean() of a map that must have values."""
        self.need(name)
        if len(rows) > 1 and name.endswith(P_VALUES):
            raise CannotDraw(f"has {len(rows)} rows, and p-values of several rows have no mean; give --row N")
        values, used = self.mean(name, rows)
        if not used:
            which = f"row {rows[0]}" if len(rows) == 1 else f"{len(rows)} rows"
            raise CannotDraw(f"has no value of {name} in {which}: {self.without_values(rows) or 'all NaN'}")
        return values, used

    def row_name(self, row):
        """'row 5: batch item 1 (from 8 s), channel C3'."""
        item, column = divmod(row, self.n_columns)
        return f"row {row}: batch item {item} (from {self.start_s[item]:g} s), {self.rows_of_item} {self.columns[column]}"

    def rows_in_words(self, rows, used):
        """Which rows a mean is of."""
        if len(rows) == 1:
            return self.row_name(rows[0])
        whole = "" if len(rows) == self.n_rows else f" chosen of {self.n_rows}"
        left_out = f", {len(rows) - used} left out: {self.without_values(rows) or 'all NaN'}" if used < len(rows) else ""
        return f"mean of {used} rows{whole}{left_out}"

    def bands_in_words(self):
        return f"{len(self.phase)} × {len(self.amplitude)} bands"

    def planted(self):
        """(phase Hz, amplitude Hz) of couplings planted in synthetic rows; none for a recording."""
        if self.result.parameter("input", ""):
            return []
        try:
            return [pair[:2] for pair in parse_coupling(str(self.result.parameter("coupling", "")))]
        except ValueError as error:
            raise CannotDraw(f"is damaged: /parameters: coupling: {error}") from error

    def pair(self, wanted, name, rows):
        """(index of the phase band, of the amplitude band), both in ascending order: nearest to `wanted` (phase Hz,
        amplitude Hz), or where the mean over rows is largest."""
        if wanted:
            return tuple(int(np.argmin(np.abs(axis - hz))) for axis, hz in zip((self.phase, self.amplitude), wanted))
        values, _ = self.drawable_mean(name, rows)
        return tuple(int(i) for i in np.unravel_index(np.nanargmax(values), values.shape))

    def stored(self, pair):
        """Indices of a pair of bands in the order of the file."""
        return int(self.by_phase[pair[0]]), int(self.by_amplitude[pair[1]])

    def pair_in_words(self, pair):
        bands = (self.phase_bounds[pair[0]], self.amplitude_bounds[pair[1]])
        return " × ".join(f"{low:.4g}-{high:.4g} Hz" for low, high in bands)
