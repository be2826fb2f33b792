"""Reads result files for the figures: tables, options, provenance. What is not there is said in words: CannotDraw.

Maps of /comodulogram are maps.py's.
"""
import contextlib
import functools
import pathlib

import h5py
import numpy as np

TIME = "wall_s_median"


class CannotDraw(Exception):
    """What is missing, as the end of a sentence that begins with the file's name: `path`, or the figure's first file."""

    def __init__(self, reason, path=None):
        super().__init__(reason)
        self.path = path


@contextlib.contextmanager
def named(result):
    """Where a figure takes several files: what is missing is missing in this one."""
    try:
        yield
    except CannotDraw as reason:
        raise CannotDraw(str(reason), result.path) from reason


def in_words(names):
    """'a, b and c'."""
    names = [str(name) for name in names]
    return " and ".join(([", ".join(names[:-1])] if names[1:] else []) + names[-1:])


class Table:
    """Columns over one dimension, numbers as float64 (missing ones NaN), text as str."""

    def __init__(self, name, columns):
        self.name, self.columns = name, columns

    def __contains__(self, name):
        return name in self.columns

    def __len__(self):
        return len(next(iter(self.columns.values()), ()))

    def __getitem__(self, name):
        if name not in self.columns:
            raise CannotDraw(f"has no column {name} in {self.name}")
        return self.columns[name]

    def get(self, name):
        """The column; NaN in every row where there is none."""
        return self.columns.get(name, np.full(len(self), np.nan))

    def only(self, chosen):
        """The table of some rows: a mask or indices."""
        return Table(self.name, {name: values[chosen] for name, values in self.columns.items()})


class Result:
    """An open result file; a context manager."""

    def __init__(self, path):
        self.path = pathlib.Path(path)
        try:
            self.file = h5py.File(self.path, "r")
        except OSError as error:
            reason = "no such file" if not self.path.exists() else str(error)
            raise CannotDraw(f"cannot be read: {reason}") from error
        try:
            if self.text("/", "schema") != "pacbench":
                raise CannotDraw("is no pacbench result (attribute schema is not 'pacbench')")
        except CannotDraw:
            self.file.close()
            raise

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.file.close()

    # -- pieces, damaged ones in words ---------------------------------------------------------------------------------

    def group(self, path):
        """A group, or None."""
        try:
            found = self.file.get(path)
        except (KeyError, OSError, RuntimeError) as error:
            raise CannotDraw(f"is damaged: {path}: {error}") from error
        return found if isinstance(found, h5py.Group) else None

    def attributes(self, path):
        """Attributes of a group; none where there is no group."""
        try:
            group = self.file if path == "/" else self.group(path)
            return {} if group is None else dict(group.attrs)
        except (KeyError, OSError, RuntimeError) as error:
            raise CannotDraw(f"is damaged: attributes of {path}: {error}") from error

    def text(self, path, name, otherwise=""):
        """An attribute as text."""
        return str(self.attributes(path).get(name, otherwise))

    def values(self, path, where=()):
        """A dataset or a part of it; text as str."""
        try:
            data = self.file.get(path)
            if not isinstance(data, h5py.Dataset):
                raise CannotDraw(f"has no {path}")
            return data.asstr()[where] if h5py.check_string_dtype(data.dtype) else data[where]
        except (KeyError, OSError, RuntimeError, TypeError, ValueError, IndexError) as error:
            raise CannotDraw(f"is damaged: {path}: {error}") from error

    def table(self, path):
        """A table of columns of one length."""
        group = self.group(path)
        if group is None:
            raise CannotDraw(f"has no table {path}")
        columns = {}
        for name in group:
            values = np.atleast_1d(self.values(f"{path}/{name}"))
            if values.ndim != 1 or columns and len(values) != len(next(iter(columns.values()))):
                raise CannotDraw(f"is damaged: the columns of {path} differ in length ({name})")
            if values.dtype.kind in "iuf":
                values = values.astype(float)
                missing = group[name].attrs.get("missing_value")
                if missing is not None:
                    values[values == missing] = np.nan
            columns[name] = values
        if not columns or not len(next(iter(columns.values()))):
            raise CannotDraw(f"has no rows in {path}" + ("" if self.complete else ": the run was interrupted"))
        return Table(path, columns)

    # -- what the run says of itself ---------------------------------------------------------------------------------

    @property
    def benchmark(self):
        return self.text("benchmark", "name", "?")

    @property
    def complete(self):
        """Whether the run came to its end."""
        return bool(self.attributes("benchmark").get("complete", 1))

    @property
    def program(self):
        """Name and version of the program that wrote the file."""
        provenance = self.attributes("provenance")
        return str(provenance.get("program") or f"pacbench {provenance.get('version', '')}".strip())

    def parameter(self, name, otherwise=None):
        """An option of the run."""
        value = self.attributes("parameters").get(name, otherwise)
        return value.item() if isinstance(value, np.generic) else value

    @functools.cached_property
    def cases(self):
        """/benchmark/cases, of cases that have times or not."""
        return self.table("benchmark/cases")

    @property
    def timed(self):
        """Cases with times and rows."""
        cases = self.cases
        good = (cases[TIME] > 0) & (cases["n_rows"] > 0) & (cases["n_ranks"] > 0)
        if not good.any():
            reasons = sorted({text for text in cases.columns.get("failure", ()) if text})
            raise CannotDraw("has no case with times" + (f": {reasons[0]}" if reasons else ""))
        return cases.only(good)

    def batches(self, cases):
        """(batch of a rank in each case, its label): in batch items where the file says them, else in rows."""
        if self.benchmark == "sweep":
            raise CannotDraw("is a sweep, whose cases differ in more than the batch: draw --figure sweep, or run "
                             "`pacbench throughput`")
        if "batch_per_rank" in cases:
            return cases["batch_per_rank"], "batch items per rank"
        items = cases.get("batch_size") / cases["n_ranks"]
        if np.all(items > 0):
            return items, "batch items per rank"
        return cases["n_rows"] / cases["n_ranks"], "rows per rank"

    @functools.cached_property
    def hardware(self):
        """'4 ranks x 2 threads, AMD EPYC'; 'hardware not known' where the file does not say."""
        if self.group("system/ranks") is None:
            return "hardware not known"
        ranks = self.table("system/ranks")
        devices = [name for name in dict.fromkeys(ranks.columns.get("device_name", ())) if name]
        hosts = len(set(ranks.columns.get("host", ())))
        threads = sorted({int(n) for n in ranks.get("threads") if n > 0})
        words = f"{len(ranks)} rank{'s' * (len(ranks) > 1)}"
        if threads:
            words += f" × {'-'.join(str(n) for n in sorted({threads[0], threads[-1]}))} thread{'s' * (threads[-1] > 1)}"
        words += f" on {hosts} hosts" if hosts > 1 else ""
        return f"{words}, {in_words(devices) or 'hardware not known'}"

    @property
    def day(self):
        """Date of the run."""
        return (self.text("provenance", "start") or self.text("/", "created"))[:10]

    @property
    def caption(self):
        """Program, machine, day and verdict, if it was verified, in one line."""
        verdict = self.text("benchmark", "verdict", "?")
        parts = [self.program, self.hardware, self.day, "" if verdict == "skipped" else f"verdict: {verdict}"]
        parts += [] if self.complete else ["interrupted: not all of it is here"]
        return " · ".join(part for part in parts if part)
