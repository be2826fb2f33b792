"""Writes tests/data/formats: one small recording (3 channels x 600 samples, int16, 200 Hz) in every format that pacbench
reads, by tools that pacbench's authors did not write. Deterministic; needs numpy < 2, h5py, pynwb, hdf5storage and
pyEDFlib (pip install 'numpy<2' h5py pynwb hdf5storage pyedflib). Run: python3 make_formats.py [FOLDER]

The samples are sample(c, t) below: whole numbers, so that a reader's result can be compared exactly.
"""
import datetime
import os
import random
import sys
import uuid

import h5py
import hdf5storage
import hdmf.container
import numpy as np
import pyedflib
import pynwb
from pynwb.ecephys import LFP, ElectricalSeries

# Object identifiers that are the same in every run.
RANDOM = random.Random(1)
hdmf.container.uuid4 = lambda: uuid.UUID(int=RANDOM.getrandbits(128), version=4)

FS = 200
C, T = 3, 600


def recording():
    c, t = np.meshgrid(np.arange(C), np.arange(T), indexing="ij")
    return ((c + 1) * (t % 50) * 7 - 300 * c + (t * t + 13 * c) % 97).astype(np.int16)


X = recording()
EPOCHS = X.reshape(C, 4, 150).transpose(1, 0, 2)  # [batch, channel, time]


def write_hdf5(folder):
    with h5py.File(f"{folder}/contiguous.hdf5", "w") as f:
        d = f.create_dataset("signals", data=X)
        d.attrs["fs"] = float(FS)
        d.attrs["unit"] = "uV"
        d.attrs["channel_names"] = ["A1", "A2", "B1"]
    with h5py.File(f"{folder}/chunked_tc.hdf5", "w") as f:
        f.attrs["sampling_rate"] = FS
        f.create_dataset("raw/lfp", data=X.T.astype(">f4"), chunks=(128, 2), compression="gzip", shuffle=True)
    with h5py.File(f"{folder}/several.hdf5", "w", libver=("v110", "v110")) as f:
        f.attrs["fs"] = float(FS)
        f["epochs"] = EPOCHS
        f["one"] = X[0]
        f["names"] = np.array([b"A1", b"A2", b"B1"])
        f["flags"] = np.array([True, False])
        f["table"] = np.zeros(3, dtype=[("x", "f4"), ("y", "i2")])
        f["four"] = np.zeros((1, 1, 2, 2))
        f["nothing"] = np.zeros((3, 0))
        f["complex"] = np.zeros((3, 4), dtype=complex)
        f["fs_free/fine"] = X


def write_npy(folder):
    np.save(f"{folder}/c_order.npy", X)
    np.save(f"{folder}/fortran_tc_big_endian.npy", np.asfortranarray(X.T.astype(">f4")))
    np.save(f"{folder}/epochs_fortran.npy", np.asfortranarray(EPOCHS))
    for kind in ["f2", "f8", "i8", "u2", "u1", "i1"]:
        few = np.abs(X[:, :40]) % 100
        np.save(f"{folder}/type_{kind}.npy", few.astype("<" + kind))
    for version in [(2, 0), (3, 0)]:
        with open(f"{folder}/version_{version[0]}.npy", "wb") as f:
            np.lib.format.write_array(f, X[:, :40], version=version)
    np.save(f"{folder}/complex.npy", np.zeros((3, 8), dtype="c8"))
    np.save(f"{folder}/bool.npy", np.zeros((3, 8), dtype=bool))


def write_matlab(folder):
    for name, content in {
        "recording.mat": {"lfp": X.astype(np.float32), "fs": np.float64(FS), "subject": "S1"},
        "vector.mat": {"x": X[:1].astype(np.int16), "srate": np.float64(FS)},
    }.items():
        path = f"{folder}/{name}"
        hdf5storage.savemat(path, content, appendmat=False, store_python_metadata=False, truncate_existing=True)
        with open(path, "r+b") as f:  # the text in front names date and machine
            f.write(b"MATLAB 7.3 MAT-file, written by hdf5storage for tests".ljust(116))


def write_nwb(folder):
    start = datetime.datetime(2020, 1, 1, tzinfo=datetime.timezone.utc)

    def new_file():
        file = pynwb.NWBFile("test recording", "pacbench", start, file_create_date=start)
        device = file.create_device("probe")
        group = file.create_electrode_group(name="shank", description="one shank", location="hippocampus", device=device)
        labels = ["E0", "LA1", "LA2", "LB1"]
        for _ in labels:
            file.add_electrode(group=group, location="CA1")
        file.add_electrode_column("label", "name of the contact", data=labels)
        return file, file.create_electrode_table_region([1, 2, 3], "all contacts of the recording")

    def save(file, name, libver):
        with h5py.File(f"{folder}/{name}", "w", libver=libver) as f, pynwb.NWBHDF5IO(file=f, mode="w") as io:
            io.write(file, cache_spec=False)

    file, region = new_file()
    series = ElectricalSeries(name="series", data=X.T, electrodes=region, rate=float(FS), conversion=1e-6, offset=5e-5)
    file.create_processing_module("ecephys", "field potentials").add(LFP(electrical_series=series, name="LFP"))
    save(file, "lfp.nwb", "earliest")

    file, region = new_file()
    times = np.arange(T) / FS + 12.5
    file.add_acquisition(ElectricalSeries(name="by_timestamps", data=X.T, electrodes=region, timestamps=times,
                                          conversion=1e-6, channel_conversion=[1.0, 2.0, 4.0]))
    irregular = times[:60].copy()
    irregular[30:] += 1.0
    file.add_acquisition(ElectricalSeries(name="irregular", data=X.T[:60], electrodes=region, timestamps=irregular))
    save(file, "timestamps.nwb", ("v110", "v110"))


def write_edf(folder):
    date = datetime.datetime(2020, 1, 1)
    for name, kind, widest in [("recording.edf", pyedflib.FILETYPE_EDFPLUS, 32767),
                               ("recording.bdf", pyedflib.FILETYPE_BDFPLUS, 8388607)]:
        rates = [FS] * C
        write_one_edf(f"{folder}/{name}", kind, widest, rates, list(X), date)
    write_one_edf(f"{folder}/two_rates.edf", pyedflib.FILETYPE_EDF, 32767, [FS, 100, FS],
                  [X[0], X[1][::2].copy(), X[2]], date)


def write_one_edf(path, kind, widest, rates, signals, date):
    with pyedflib.EdfWriter(path, len(rates), file_type=kind) as w:
        w.setStartdatetime(date)
        w.setSignalHeaders([
            {"label": label, "dimension": "uV", "sample_frequency": rate, "physical_min": -widest - 1,
             "physical_max": widest, "digital_min": -widest - 1, "digital_max": widest, "prefilter": "", "transducer": ""}
            for label, rate in zip(["EEG A1", "EEG A2", "EEG B1"], rates)])
        w.writeSamples([s.astype(np.int32) for s in signals], digital=True)
        if kind in (pyedflib.FILETYPE_EDFPLUS, pyedflib.FILETYPE_BDFPLUS):
            w.writeAnnotation(0.5, -1, "an event")


def main():
    folder = sys.argv[1] if len(sys.argv) > 1 else os.path.join(os.path.dirname(os.path.abspath(__file__)), "formats")
    os.makedirs(folder, exist_ok=True)
    write_hdf5(folder)
    write_npy(folder)
    write_matlab(folder)
    write_nwb(folder)
    write_edf(folder)


main()
