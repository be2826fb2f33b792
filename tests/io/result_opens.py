#!/usr/bin/env python3
"""Opens a result file with the readers users have (h5py, xarray with netcdf4 and h5netcdf, netCDF4, ncdump, pandas)
and requires named axes, units and equal values in all of them, without a warning.

    result_opens.py RESULT.h5 [--json RESULT.json] [--csv RESULT.csv]

Exit status 77 (skipped) where a reader is not installed. Whether the numbers are right is not tested here.
"""
import argparse
import importlib
import json
import math
import shutil
import subprocess
import sys
import warnings

modules = {}
for name in ("numpy", "h5py", "xarray", "netCDF4", "h5netcdf", "pandas"):
    try:
        modules[name] = importlib.import_module(name)
    except ImportError as error:
        print(f"skipped: {error} (Debian: python3-{name.lower()})")
        sys.exit(77)
if shutil.which("ncdump") is None:
    print("skipped: ncdump not found (Debian: netcdf-bin)")
    sys.exit(77)
np, h5py, xr, pd = modules["numpy"], modules["h5py"], modules["xarray"], modules["pandas"]
netCDF4 = modules["netCDF4"]

MAP_AXES = ("batch", "channel", "phase_frequency", "amplitude_frequency")
TABLES = {
    "/benchmark/cases": "case",
    "/benchmark/samples": "sample",
    "/benchmark/memory": "entry",
    "/system/ranks": "rank",
}
UNITLESS = {"cpus", "label", "results_digest", "failure", "host", "backend", "device_name", "device_uuid"}


def plain(values):
    """An array that compares: text as str, masked values as NaN."""
    if isinstance(values, np.ma.MaskedArray):
        values = values.astype(float).filled(np.nan) if values.mask.any() else values.data
    values = np.asarray(values)
    return values.astype(str) if values.dtype.kind in "OSU" else values


def values_of(dataset):
    """What masking readers make of a dataset: text as str, missing_value as NaN."""
    if h5py.check_string_dtype(dataset.dtype):
        return dataset.asstr()[()]
    values = dataset[()]
    missing = dataset.attrs.get("missing_value")
    return values if missing is None else np.where(values == missing, np.nan, values)


def equal(a, b):
    a, b = plain(a), plain(b)
    numbers = a.dtype.kind == "f" or b.dtype.kind == "f"
    return a.shape == b.shape and (a.size == 0 or np.array_equal(a, b, equal_nan=numbers))


def check_h5py(path):
    """Every dataset has named axes whose scales stand in its own group; returns what was read."""
    read = {}
    with h5py.File(path, "r") as file:
        root = dict(file.attrs)
        assert list(root) == ["title", "Conventions", "schema", "schema_version", "created", "default"], list(root)
        assert all(isinstance(value, str) for value in root.values()), root
        assert (root["schema"], root["schema_version"], root["Conventions"]) == ("pacbench", "1.0", "CF-1.11")

        def visit(name, item):
            if not isinstance(item, h5py.Dataset):
                return
            assert item.dtype.kind in "iufO" and item.dtype.names is None, (name, item.dtype)
            for axis in range(item.ndim):
                if h5py.h5ds.is_scale(item.id):
                    assert h5py.h5ds.get_scale_name(item.id).decode() == item.name.rsplit("/", 1)[1]
                else:
                    assert len(item.dims[axis]) == 1, (name, axis)
                    assert item.dims[axis][0].parent == item.parent, (name, axis)
            assert isinstance(item.attrs["long_name"], str), name
            last = item.name.rsplit("/", 1)[1]
            if last not in UNITLESS | {"channel", "edge"}:
                assert isinstance(item.attrs["units"], str), name
            text = h5py.check_string_dtype(item.dtype)
            assert text is None or (text.encoding == "utf-8" and text.length is None), name
            read[item.name] = values_of(item)

        file.visititems(visit)
        assert isinstance(file["parameters"].attrs["fs"], np.float64)
        assert isinstance(file["parameters"].attrs["n_perm"], np.int64)
        assert isinstance(file["parameters"].attrs["overwrite"], np.uint8)
        assert isinstance(file["parameters"].attrs["hilbert"], str)
        assert file["benchmark"].attrs["verdict"] in ("passed", "failed", "skipped")
        if "comodulogram" in file:
            group = file["comodulogram"]
            assert group.attrs["NX_class"] == "NXdata" and group.attrs["signal"] == "pac"
            assert tuple(group.attrs["axes"]) == MAP_AXES
    return read


def check_xarray(path, engine, read):
    groups = sorted({name.rsplit("/", 1)[0] for name in read})
    for group in groups:
        with xr.open_dataset(path, engine=engine, group=group) as data:
            names = {name.rsplit("/", 1)[1] for name in read if name.rsplit("/", 1)[0] == group}
            assert set(data.variables) == names, (engine, group, set(data.variables) ^ names)
            for name in names:
                assert equal(data[name].values, read[f"{group}/{name}"]), (engine, group, name)
            if group in TABLES:
                assert set(data.sizes) == {TABLES[group]}, (engine, data.sizes)
                continue
            assert data["pac"].dims == MAP_AXES, data["pac"].dims
            assert "start_s" in data["pac"].coords, data["pac"].coords
            assert data["phase_frequency"].attrs["units"] == "Hz" and data["pac"].attrs["units"] == "1"
            assert data["phase_frequency_bounds"].dims == ("phase_frequency", "edge")
            assert data["quality"].dims == MAP_AXES[:2]
            assert list(data["quality"].attrs["flag_values"]) == [0, 1, 2, 3]
            assert len(data["quality"].attrs["flag_meanings"].split()) == 4
            if "amplitude_distribution" in data:
                assert data["amplitude_distribution"].dims == MAP_AXES + ("phase_bin",)
            # Selection by frequency, as users do it.
            near = data["pac"].sel(phase_frequency=6, amplitude_frequency=80, method="nearest")
            low, high = data["phase_frequency_bounds"].sel(phase_frequency=near.phase_frequency).values
            assert near.dims == MAP_AXES[:2] and low < near.phase_frequency < high
    with xr.open_dataset(path, engine=engine) as data:
        assert data.attrs["schema"] == "pacbench"
    with xr.open_dataset(path, engine=engine, group="parameters") as data:
        assert data.attrs["n_bins"] == 18


def check_netcdf4(path, read):
    with netCDF4.Dataset(path) as data:
        for name, values in read.items():
            variable = data[name]
            assert equal(variable[...], values), name
            group = data[name.rsplit("/", 1)[0]]
            assert set(variable.dimensions) <= set(group.dimensions), name
        order = list(data["benchmark/cases"].variables)
        assert order[:3] == ["case", "label", "n_ranks"], order


def check_ncdump(path):
    done = subprocess.run(["ncdump", "-h", path], capture_output=True, text=True)
    assert done.returncode == 0 and done.stderr == "", done.stderr
    assert "phony_dim" not in done.stdout
    assert 'string :schema = "pacbench"' in done.stdout, done.stdout[:2000]
    whole = subprocess.run(["ncdump", path], capture_output=True)
    assert whole.returncode == 0 and whole.stderr == b"", whole.stderr


def check_pandas(path):
    """Tables as users read them; returns {table: DataFrame}."""
    tables = {}
    for group, dimension in TABLES.items():
        with xr.open_dataset(path, engine="h5netcdf", group=group) as data:
            by_xarray = data.to_dataframe()
        assert by_xarray.index.name == dimension
        with h5py.File(path, "r") as file:
            columns = {name: values_of(dataset) for name, dataset in file[group].items()}
        by_h5py = pd.DataFrame(columns).set_index(dimension)
        assert list(by_xarray.columns) == list(by_h5py.columns)
        pd.testing.assert_frame_equal(by_xarray, by_h5py, check_index_type=False)
        tables[group] = by_h5py
    samples, cases = tables["/benchmark/samples"], tables["/benchmark/cases"]
    assert samples["case"].isin(cases.index).all()
    joined = samples[samples["warmup"] == 0].groupby(["case", "repetition"])["wall_s"].max()
    assert len(cases) == 0 or joined.notna().all()
    return tables


def same_number(ours, theirs):
    return theirs is None and math.isnan(ours) or ours == theirs


def check_json(path, tables):
    def refuse(word):
        raise AssertionError(f"{word} is not JSON")

    with open(path, encoding="utf-8") as file:
        document = json.load(file, parse_constant=refuse)
    assert document["schema"] == "pacbench" and document["benchmark"]["verdict"]
    cases = tables["/benchmark/cases"]
    assert len(document["cases"]) == len(cases)
    for ours, theirs in zip(cases.to_dict("records"), document["cases"]):
        assert list(ours) == list(theirs)
        assert all(same_number(ours[key], theirs[key]) for key in ours), (ours, theirs)
    samples = tables["/benchmark/samples"]
    assert list(samples.columns) == list(document["samples"])
    for name, column in document["samples"].items():
        assert all(same_number(a, b) for a, b in zip(samples[name], column)), name
    assert document["units"]["samples"]["wall_s"] == "s"
    assert document["parameters"]["coupling"] and isinstance(document["parameters"]["overwrite"], bool)


def check_csv(path, tables):
    ours, theirs = tables["/benchmark/cases"], pd.read_csv(path)
    assert [name.split("[")[0] for name in theirs.columns] == list(ours.columns)
    for name, column in zip(ours.columns, theirs.columns):
        read = theirs[column].fillna("") if ours[name].dtype == object else theirs[column]  # pandas: empty text is NaN
        assert equal(ours[name].values, read.values), name


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("result")
    parser.add_argument("--json")
    parser.add_argument("--csv")
    arguments = parser.parse_args()
    warnings.simplefilter("error")
    read = check_h5py(arguments.result)
    for engine in ("netcdf4", "h5netcdf"):
        check_xarray(arguments.result, engine, read)
    check_netcdf4(arguments.result, read)
    check_ncdump(arguments.result)
    tables = check_pandas(arguments.result)
    if arguments.json:
        check_json(arguments.json, tables)
    if arguments.csv:
        check_csv(arguments.csv, tables)
    print(f"{arguments.result}: {len(read)} datasets, equal in every reader")


if __name__ == "__main__":
    main()
