"""Reads tables of result files; shared by the tests of several ranks. Needs h5py."""
import h5py


def columns(path, table="cases"):
    """{column: list of values} of a table of a result file."""
    with h5py.File(path) as file:
        group = file["benchmark"][table]
        return {name: (data.asstr() if h5py.check_string_dtype(data.dtype) else data)[()].tolist()
                for name, data in group.items()}
