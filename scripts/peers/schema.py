"""Writes what a peer did as a result file in pacbench's schema: HDF5 that is valid netCDF-4 too, with a dimension scale on
every axis, in the same group as the data.

Axes of the map, band edges and names are copied from a file of pacbench's on the same rows.
"""
import dataclasses
import datetime
import os
import pathlib

import h5py
import numpy as np

TEXT = h5py.string_dtype()
MAP_AXES = ("batch", "channel", "phase_frequency", "amplitude_frequency")
COPIED = {"batch": ("batch",), "channel": ("channel",), "start_s": ("batch",), "phase_frequency": ("phase_frequency",),
          "amplitude_frequency": ("amplitude_frequency",), "edge": ("edge",),
          "phase_frequency_bounds": ("phase_frequency", "edge"),
          "amplitude_frequency_bounds": ("amplitude_frequency", "edge"), "phase_bin": ("phase_bin",)}
MEANINGS = {"pac": "modulation index", "pac_z": "z-score of the modulation index",
            "surrogate_mean": "mean modulation index of the surrogates",
            "surrogate_std": "standard deviation of the modulation index of the surrogates",
            "p_value": "p-value of the modulation index"}
BYTES = {"predicted_bytes": "memory that the plan predicted", "requested_bytes": "memory that the model asked for",
         "fft_workspace_bytes": "workspace of the FFT library", "device_peak_bytes": "peak memory in use on the device",
         "host_peak_bytes": "peak memory of the process and its children, by their share of common pages (PSS)",
         "host_base_bytes": "the same before the first call"}
UNITS = (("_s", "s"), ("rows_per_s", "1/s"), ("samples_per_s", "1/s"), ("surrogates_per_s", "1/s"), ("_bytes", "byte"))
RANK_TEXTS = ("host", "backend", "device_name", "device_uuid", "cpus")


@dataclasses.dataclass
class CaseRecord:
    """One case, as pacbench's: `samples` are dicts of rank, repetition, warmup, wall_s and more columns named *_s."""
    label: str
    n_ranks: int
    variables: dict = dataclasses.field(default_factory=dict)
    metrics: dict = dataclasses.field(default_factory=dict)
    samples: list = dataclasses.field(default_factory=list)
    memory: list = dataclasses.field(default_factory=list)  # dicts of rank and bytes
    failure: str = ""


def unit_of(name):
    """s, 1/s, byte or 1, by the column's name as pacbench has them."""
    if name.startswith("wall_s_") or name.endswith("_s_median"):
        return "s"
    return next((unit for ending, unit in reversed(UNITS) if name.endswith(ending)), "1")


def add_time_metrics(case, n_rows, n_times, n_surrogates):
    """Statistics over repetitions of the slowest rank's time, and rates; n_surrogates: of a row, over all pairs."""
    by_repetition = {}
    for sample in case.samples:
        if not sample["warmup"]:
            slowest = by_repetition.get(sample["repetition"], 0)
            by_repetition[sample["repetition"]] = max(slowest, sample["wall_s"])
    wall = list(by_repetition.values())
    for name, share in (("median", 0.5), ("min", 0), ("max", 1), ("q25", 0.25), ("q75", 0.75), ("p95", 0.95)):
        case.metrics[f"wall_s_{name}"] = float(np.quantile(wall, share))
    median = case.metrics["wall_s_median"]
    case.metrics["wall_relative_spread"] = (case.metrics["wall_s_q75"] - case.metrics["wall_s_q25"]) / median
    case.metrics["repetitions"] = len(wall)
    case.metrics["rows_per_s"] = n_rows / median
    case.metrics["samples_per_s"] = n_rows * n_times / median
    if n_surrogates:
        case.metrics["surrogates_per_s"] = n_rows * n_surrogates / median


class Group:
    """A group of the file with its dimensions."""

    def __init__(self, parent, name, attributes=None):
        self.group = parent.create_group(name, track_order=True)
        for key, value in (attributes or {}).items():
            self.group.attrs[key] = value

    def dataset(self, name, values, attributes):
        """One without elements is unlimited, as netCDF has no other."""
        values = np.asarray(values)
        limits = {"maxshape": (None,), "chunks": (1,)} if values.size == 0 else {}
        dataset = self.group.create_dataset(name, data=values, dtype=TEXT if values.dtype.kind in "OU" else None, **limits)
        dataset.attrs.update(attributes)
        return dataset

    def coordinate(self, name, values, attributes):
        """A dimension scale of its own name."""
        self.dataset(name, values, attributes).make_scale(name)

    def variable(self, name, axes, values, attributes):
        dataset = self.dataset(name, values, attributes)
        for axis, scale in enumerate(axes):
            dataset.dims[axis].attach_scale(self.group[scale])


def write_table(parent, name, dimension, meaning, columns):
    """`columns`: {name: (values, attributes)}."""
    group = Group(parent, name)
    length = len(next(iter(columns.values()))[0])
    group.coordinate(dimension, np.arange(length, dtype=np.int64), {"long_name": meaning, "units": "1"})
    for column, (values, attributes) in columns.items():
        if values and isinstance(values[0], str) or attributes.pop("text", False):
            values = np.array(values, dtype=object)
        elif not values:
            values = np.empty(0)
        group.variable(column, (dimension,), values, attributes)


def case_columns(cases):
    text = {"text": True}
    columns = {"label": ([case.label for case in cases], {**text, "long_name": "label of the case"}),
               "n_ranks": ([case.n_ranks for case in cases], {"long_name": "ranks that took part", "units": "1"})}
    for part, meaning in (("variables", "independent variable of the case"), ("metrics", "result of the case")):
        for name in dict.fromkeys(key for case in cases for key in getattr(case, part)):
            columns[name] = ([float(getattr(case, part).get(name, np.nan)) for case in cases],
                             {"long_name": meaning, "units": unit_of(name)})
    columns["results_digest"] = ([""] * len(cases), {**text, "long_name": "hash of every map of every row; empty: none"})
    columns["failure"] = ([case.failure for case in cases],
                          {**text, "long_name": "why the case has no times; empty: it has"})
    return columns


def sample_columns(cases):
    samples = [{"case": index, **sample} for index, case in enumerate(cases) for sample in case.samples]
    meanings = {"case": "row of the table of cases", "rank": "process that took the time",
                "repetition": "repetition, counted from 0, warm-ups first",
                "warmup": "1: a warm-up, left out of the statistics",
                "wall_s": "elapsed time of the repetition, scaled to all rows and permutations where fewer were run"}
    columns = {}
    for name in dict.fromkeys([*meanings, *(key for sample in samples for key in sample)]):
        kind = np.uint8 if name == "warmup" else np.float64 if name.endswith("_s") else np.int64
        values = [kind(sample.get(name, np.nan)) for sample in samples]
        columns[name] = (values, {"long_name": meanings.get(name, "elapsed time of the call"), "units": unit_of(name)})
    return columns


def memory_columns(cases):
    entries = [{"case": index, **entry} for index, case in enumerate(cases) for entry in case.memory]
    columns = {name: ([np.int64(entry[name]) for entry in entries], {"long_name": meaning, "units": "1"})
               for name, meaning in (("case", "row of the table of cases"), ("rank", "rank"))}
    for name, meaning in BYTES.items():
        columns[name] = ([np.int64(entry.get(name, -1)) for entry in entries],
                         {"long_name": meaning, "units": "byte", "missing_value": np.int64(-1)})
    return columns


def rank_columns(ranks):
    meanings = {"host": "host name", "local_rank": "rank within the host", "backend": "backend that computed",
                "device_name": "device", "device_uuid": "identity of the device; empty for CPUs",
                "device_total_bytes": "memory of the device", "threads": "threads of the rank",
                "cpus": "processors that the rank is bound to; empty: not known",
                "visible_devices": "GPUs that the rank sees; -1: not known", "host_cores": "logical processors of the host"}
    columns = {}
    for name, meaning in meanings.items():
        attributes = {"long_name": meaning}
        if name in RANK_TEXTS:
            columns[name] = ([str(rank.get(name, "")) for rank in ranks], {**attributes, "text": True})
            continue
        attributes["units"] = unit_of(name)
        missing = -1 if name == "visible_devices" else 0
        if missing:
            attributes["missing_value"] = np.int64(missing)
        columns[name] = ([np.int64(rank.get(name, missing)) for rank in ranks], attributes)
    return columns


def write_comodulogram(root, source, maps, definition):
    """`maps`: {name: [row, phase band, amplitude band]}; axes and bands from the open file `source`."""
    group = Group(root, "comodulogram", {"NX_class": "NXdata", "signal": "pac"})
    group.group.attrs.create("axes", np.array(MAP_AXES, dtype=object), dtype=TEXT)
    axes = source["comodulogram"]
    for name, over in COPIED.items():
        attributes = {key: axes[name].attrs[key] for key in ("long_name", "units", "bounds") if key in axes[name].attrs}
        values = axes[name].asstr()[:] if h5py.check_string_dtype(axes[name].dtype) else axes[name][:]
        (group.coordinate(name, values, attributes) if over == (name,) else
         group.variable(name, over, values, attributes))
    shape = axes["pac"].shape
    for name, values in maps.items():
        group.variable(name, MAP_AXES, np.asarray(values, dtype=np.float32).reshape(shape),
                       {"long_name": MEANINGS[name], "units": "1", "coordinates": "start_s",
                        "comment": definition or "as pacbench defines it", "_FillValue": np.float32(np.nan)})
    undone = np.isnan(maps["pac"]).all(axis=(1, 2)).reshape(shape[:2])
    group.variable("quality", MAP_AXES[:2], np.where(undone, 3, 0).astype(np.uint8),
                   {"long_name": "quality of the row", "units": "1", "coordinates": "start_s",
                    "flag_values": np.arange(4, dtype=np.uint8),
                    "flag_meanings": "good empty_phase_bin undefined not_computed"})


def now():
    return datetime.datetime.now(datetime.timezone.utc).strftime("%Y-%m-%dT%H:%M:%SZ")


def write_result(path, given_path, rows_path, changes, benchmark, cases, ranks, provenance, maps=None, definition=""):
    """Writes all of a result under a temporary name and renames it. `given_path`: the result whose parameters, but for
    `changes`, are copied; `rows_path`: pacbench's file on the same rows, with the axes of maps (of a single case)."""
    path = pathlib.Path(path)
    temporary = path.with_name(f"{path.name}.tmp-{os.getpid()}")
    failed = [case.label for case in cases if case.failure]
    try:
        with h5py.File(given_path) as given, h5py.File(temporary, "w", track_order=True) as root:
            root.attrs.update({"title": f"{provenance['program']} as pacbench {benchmark}: phase-amplitude coupling",
                               "Conventions": "CF-1.11", "schema": "pacbench", "schema_version": "1.0", "created": now(),
                               "default": "comodulogram"})
            if maps:
                with h5py.File(rows_path) as source:
                    write_comodulogram(root, source, maps, definition)
            Group(root, "parameters", {**dict(given["parameters"].attrs), **changes})
            reason = f"{provenance['program']}: its numbers are compared, not verified"
            if failed:
                reason += f"; cases that could not be computed (column failure): {', '.join(failed)}"
            tables = Group(root, "benchmark", {"name": benchmark, "question": given["benchmark"].attrs["question"],
                                               "verdict": "skipped", "reason": reason, "complete": np.uint8(1)}).group
            write_table(tables, "cases", "case", "index of the case", case_columns(cases))
            write_table(tables, "samples", "sample", "index of the sample", sample_columns(cases))
            write_table(tables, "memory", "entry", "index of the entry", memory_columns(cases))
            write_table(Group(root, "system").group, "ranks", "rank", "rank", rank_columns(ranks))
            Group(root, "provenance", {name: str(text) for name, text in provenance.items()})
        os.replace(temporary, path)
    finally:
        temporary.unlink(missing_ok=True)
