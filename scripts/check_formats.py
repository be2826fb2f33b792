#!/usr/bin/env python3
"""Checks that one continuous recording gives the same comodulogram from every file format.

    check_formats.py PACBENCH RECORDING.npy FS [--n-perm N]

RECORDING holds epochs [trial, 1, time] of whole numbers. They are joined into one channel, a second one is the same
backwards, and the two are written as HDF5, NWB, EDF, BDF, MATLAB 7.3 and .npy by h5py, pynwb, pyEDFlib, hdf5storage
and NumPy. PACBENCH runs on each, in segments of 4 s whose margins are the recording's own neighbouring samples, and
/comodulogram/pac is compared with HDF5's: bit by bit where the file holds the same integers or, as NWB, volts which
are the integers times a power of two. EDF's physical range is its digital range, so that its quantisation is exact
too. Where NWB's conversion is another number, single precision rounds otherwise: within 1e-6 + 1e-3 MI, except where
the phase band has a sample within 1e-5 rad of a bin edge, which may fall on the edge's other side (checked here in
double precision; one such sample changes MI by less than 0.5 / T). Prints a table; exit status 1 on a difference.

The packages live in a virtual environment of their own under the build folder, made on first use from PyPI.
"""
import argparse
import datetime
import os
import pathlib
import subprocess
import sys
import tempfile
import venv

REPOSITORY = pathlib.Path(__file__).resolve().parent.parent
ENVIRONMENT = REPOSITORY / "build" / "formats" / "venv"
REQUIREMENTS = ("h5py", "hdf5storage", "numpy<2", "pyedflib", "pynwb")

SEGMENT_S = 4
N_BINS = 18
CYCLES = 3  # of phase bands
MAPS = ("pac", "pac_z", "surrogate_mean", "surrogate_std", "exceed_count", "p_value", "p_maxstat", "q_fdr")
EDGE_MARGIN_RAD = 1e-5


def enter_environment():
    """Goes on inside a virtual environment with REQUIREMENTS, which is made when missing or made for others."""
    python = ENVIRONMENT / "bin" / "python"
    wanted = "\n".join(REQUIREMENTS)
    made_for = ENVIRONMENT / "requirements.txt"
    if not made_for.exists() or made_for.read_text() != wanted:
        print(f"making {ENVIRONMENT.relative_to(REPOSITORY)}", file=sys.stderr)
        venv.create(ENVIRONMENT, with_pip=True, clear=True)
        subprocess.run([python, "-m", "pip", "install", "--quiet", *REQUIREMENTS], check=True)
        made_for.write_text(wanted)
    if pathlib.Path(sys.prefix).resolve() != ENVIRONMENT.resolve():
        os.execv(python, [str(python), *sys.argv])


def joined(path):
    """Two channels [channel, time] of int16: the epochs in a row, and the same backwards."""
    import numpy as np
    epochs = np.load(path)
    if epochs.ndim != 3 or epochs.shape[1] != 1 or epochs.dtype.kind not in "iu":
        raise SystemExit(f"{path}: {epochs.dtype} {epochs.shape}, expected whole numbers [trial, 1, time]")
    channel = epochs.reshape(-1).astype(np.int16)
    return np.stack([channel, channel[::-1]])


def write_hdf5(path, signals, fs_hz):
    """Plain HDF5 [channel, time]; the rate is an attribute."""
    import h5py
    with h5py.File(path, "w") as file:
        file.create_dataset("signals", data=signals, chunks=(1, 1024)).attrs["fs"] = fs_hz


def write_npy(path, signals, _):
    """[channel, time]; states no rate."""
    import numpy as np
    np.save(path, signals)


def write_matlab(path, signals, fs_hz):
    """MATLAB 7.3 as MATLAB's save(..., '-v7.3') lays it out."""
    import hdf5storage
    import numpy as np
    hdf5storage.savemat(str(path), {"lfp": signals, "fs": np.float64(fs_hz)}, appendmat=False,
                        store_python_metadata=False)


def write_nwb(path, signals, fs_hz, volts_per_unit=2.0**-23):
    """NWB: an ElectricalSeries [time, channel] in volts after conversion."""
    import pynwb
    start = datetime.datetime(2020, 1, 1, tzinfo=datetime.timezone.utc)
    file = pynwb.NWBFile("check of formats", "pacbench", start)
    group = file.create_electrode_group(name="shank", description="one shank", location="cortex",
                                        device=file.create_device("probe"))
    for _ in signals:
        file.add_electrode(group=group, location="cortex")
    region = file.create_electrode_table_region(list(range(len(signals))), "all")
    file.add_acquisition(pynwb.ecephys.ElectricalSeries(name="series", data=signals.T, electrodes=region,
                                                        rate=float(fs_hz), conversion=volts_per_unit))
    with pynwb.NWBHDF5IO(str(path), "w") as writer:
        writer.write(file)


def write_edf(path, signals, fs_hz):
    """EDF or BDF by the name's end; one unit is one digital step. pyEDFlib fills the last second with zeros."""
    import numpy as np
    import pyedflib
    is_bdf = path.suffix == ".bdf"
    top = 8388607 if is_bdf else 32767
    kind = pyedflib.FILETYPE_BDFPLUS if is_bdf else pyedflib.FILETYPE_EDFPLUS
    with pyedflib.EdfWriter(str(path), len(signals), file_type=kind) as writer:
        writer.setStartdatetime(datetime.datetime(2020, 1, 1))
        writer.setSignalHeaders([
            {"label": label, "dimension": "uV", "sample_frequency": fs_hz, "physical_min": -top - 1,
             "physical_max": top, "digital_min": -top - 1, "digital_max": top, "prefilter": "", "transducer": ""}
            for label in ("forwards", "backwards")])
        writer.writeSamples([signal.astype(np.int32) for signal in signals], digital=True)


def write_nwb_rounded(path, signals, fs_hz):
    """NWB with a conversion factor as amplifiers have it."""
    write_nwb(path, signals, fs_hz, volts_per_unit=1e-7)


FORMATS = (  # name, file, writer, options, bit by bit
    ("HDF5", "recording.hdf5", write_hdf5, (), True),
    (".npy", "recording.npy", write_npy, ("--fs",), True),
    ("MATLAB 7.3", "recording.mat", write_matlab, (), True),
    ("EDF+", "recording.edf", write_edf, (), True),
    ("BDF+", "recording.bdf", write_edf, (), True),
    ("NWB, 2^-23 V", "recording.nwb", write_nwb, (), True),
    ("NWB, 1e-7 V", "rounded.nwb", write_nwb_rounded, (), False),
)


def compute(pacbench, path, fs_hz, options, n_perm):
    """{name: values} of a run's maps and its phase bands."""
    import h5py
    output = path.with_suffix(path.suffix + ".h5")
    command = [str(pacbench), "comodulogram", "--input", str(path), "--seq-sec", str(SEGMENT_S), "--n-perm",
               str(n_perm), "--repetitions", "1", "--warmups", "0", "--quiet", "--output", str(output)]
    for option in options:
        command += [option, str(fs_hz)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode != 0:
        raise SystemExit(f"exit status {done.returncode} of {' '.join(command)}\n{done.stderr}")
    with h5py.File(output) as file:
        group = file["comodulogram"]
        return {name: group[name][:] for name in (*MAPS, "phase_frequency_bounds") if name in group}


def nearest_edge_rad(signal, fs_hz, segment, band):
    """The smallest distance of a sample's phase from a bin's edge, in double precision; band (lo, hi) in Hz."""
    import numpy as np
    n_times = SEGMENT_S * fs_hz
    order = CYCLES * int(fs_hz // band[0])
    order = order if n_times >= 3 * order else (n_times - 1) // 3
    time = np.arange(order + 1) - order / 2
    low, high = np.asarray(band) / (fs_hz / 2)
    taps = (high * np.sinc(high * time) - low * np.sinc(low * time)) * np.hamming(order + 1)
    taps /= np.sum(taps * np.cos(np.pi * time * (low + high) / 2))
    x = signal.astype(float)
    x = np.concatenate([2 * x[0] - x[order:0:-1], x, 2 * x[-1] - x[-2:-order - 2:-1]])
    filtered = np.convolve(x, np.convolve(taps, taps[::-1]), "same")
    spectrum = np.fft.fft(filtered[order + segment * n_times:order + (segment + 1) * n_times])
    spectrum[1:n_times // 2] *= 2
    spectrum[n_times // 2 + 1:] = 0
    turns = np.angle(np.fft.ifft(spectrum)) * N_BINS / (2 * np.pi)
    return np.abs(turns - np.round(turns)).min() * 2 * np.pi / N_BINS


def compare(maps, reference, exact, signals, fs_hz):
    """(largest difference of pac, pairs excused by a sample near a bin edge, whether all is in order)"""
    import numpy as np
    if maps["pac"].shape != reference["pac"].shape:
        return float("nan"), 0, False
    difference = np.abs(maps["pac"].astype(float) - reference["pac"])
    if exact:
        return difference.max(), 0, all(maps[name].tobytes() == values.tobytes() for name, values in reference.items())
    out = ~(difference <= 1e-6 + 1e-3 * reference["pac"])
    good = bool(np.all(difference[out] <= 0.5 / (SEGMENT_S * fs_hz)))
    for segment, channel, band in np.argwhere(out.any(axis=-1)):
        bounds = reference["phase_frequency_bounds"][band]
        good &= bool(nearest_edge_rad(signals[channel], fs_hz, segment, bounds) <= EDGE_MARGIN_RAD)
    return difference.max(), int(out.sum()), good


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("pacbench", type=pathlib.Path, help="the product's binary")
    parser.add_argument("recording", type=pathlib.Path, help=".npy [trial, 1, time] of whole numbers")
    parser.add_argument("fs", type=int, help="its sampling rate in Hz")
    parser.add_argument("--n-perm", type=int, default=10, help="surrogates (%(default)s)")
    arguments = parser.parse_args()
    for path in (arguments.pacbench, arguments.recording):
        if not path.exists():
            parser.error(f"{path}: not found")
    enter_environment()

    signals = joined(arguments.recording)
    # Whole seconds: EDF has no other lengths. The odd reflection at the end starts at the same sample everywhere then.
    signals = signals[:, :signals.shape[1] // arguments.fs * arguments.fs].copy()
    reference, failed = None, False
    print(f"{signals.shape[0]} channels x {signals.shape[1]} samples at {arguments.fs} Hz")
    print(f"{'format':12} {'segments':>8} {'bytes':>9} {'largest |dMI|':>14} {'excused':>12}  required        verdict")
    with tempfile.TemporaryDirectory() as folder:
        for name, file_name, write, options, exact in FORMATS:
            path = pathlib.Path(folder) / file_name
            write(path, signals, arguments.fs)
            maps = compute(arguments.pacbench.resolve(), path, arguments.fs, options, arguments.n_perm)
            reference = reference or maps
            difference, excused, good = compare(maps, reference, exact, signals, arguments.fs)
            failed |= not good
            print(f"{name:12} {maps['pac'].shape[0]:8} {path.stat().st_size:9} {difference:14.2e} "
                  f"{excused:4} of {maps['pac'].size:4}  "
                  f"{'bit by bit' if exact else '1e-6 + 1e-3 MI':14}  {'ok' if good else 'DIFFERENT'}", flush=True)
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
