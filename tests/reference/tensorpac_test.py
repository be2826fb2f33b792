#!/usr/bin/env python3
"""Requires the values that TensorPAC's functions give (tests/data/tensorpac.h5, make_tensorpac.py), in all measures, observed
and at recorded cuts.

    tensorpac_test.py PACBENCH DATA_FOLDER

Allowed: 1e-5 of the value, for mi 1e-6 + 1e-3 MI. Exit status 77 (skipped) where h5py is missing.
"""
import os
import pathlib
import subprocess
import sys
import tempfile

try:
    import h5py
    import numpy as np
except ImportError as error:
    print(f"skipped: {error} (Debian: python3-h5py)")
    sys.exit(77)

MEASURES = ("mi", "mvl", "ndpac", "plv", "hr")


def band_text(bands):
    return ",".join(f"{lo!r}-{hi!r}" for lo, hi in bands.tolist())


def computed(pacbench, reference, folder, options):
    """/comodulogram of a run on the reference row, {name: [phase band, amplitude band]}."""
    output = pathlib.Path(folder) / "result.h5"
    with h5py.File(reference) as file:
        bands = ["--pha-bands", band_text(file["pha_bands"][:]), "--amp-bands", band_text(file["amp_bands"][:])]
        fs_hz, n_bins, n_times = file.attrs["fs"], file.attrs["n_bins"], file["signals"].shape[1]
    command = [pacbench, "comodulogram", "--backend", "cpu", "--input", f"{reference}:/signals", "--layout", "ct",
               "--fs", str(fs_hz), "--seq-sec", repr(float(n_times / fs_hz)), *bands, "--n-bins", str(n_bins),
               "--measure", ",".join(MEASURES), "--repetitions", "1", "--warmups", "0", "--quiet", "--overwrite",
               "--output", output, *options]
    environment = {**os.environ, "PACBENCH_CACHE": str(folder)}
    finished = subprocess.run(command, capture_output=True, text=True, check=False, env=environment)
    if finished.returncode != 0:
        raise SystemExit(f"exit status {finished.returncode}\n{finished.stdout}{finished.stderr}")
    with h5py.File(output) as file:
        return {name: data[0, 0] for name, data in file["comodulogram"].items() if data.ndim == 4}


def largest_error(name, got, expected):
    """The largest difference as a share of what is allowed, and relative to the value."""
    difference = np.abs(got.astype(np.float64) - expected)
    allowed = 1e-6 + 1e-3 * expected if name == "mi" else 1e-5 * expected
    return float(np.max(difference / allowed)), float(np.max(difference / expected))


def main():
    pacbench, data = sys.argv[1], pathlib.Path(sys.argv[2])
    reference = (data / "tensorpac.h5").resolve()
    with h5py.File(reference) as file:
        expected = {name: values[:] for name, values in file["tensorpac"].items()}
    out = False
    with tempfile.TemporaryDirectory() as folder:
        observed = computed(pacbench, reference, folder, [])
        surrogates = [computed(pacbench, reference, folder, ["--shifts", str(cut)])
                      for cut in expected["surrogate_cuts"]]
        for k, name in enumerate(MEASURES):
            mean = "surrogate_mean" if k == 0 else f"{name}_surrogate_mean"
            for what, got, wanted in (
                    ("observed", observed["pac" if k == 0 else name], expected[name][0]),
                    ("surrogates", np.array([one[mean] for one in surrogates]), expected[f"surrogate_{name}"])):
                share, relative = largest_error(name, got, wanted)
                verdict = "ok" if share <= 1 else "OUT"  # NaN is out
                out = out or verdict != "ok"
                print(f"{name:6} {what:10} {wanted.size:3} values, largest relative difference {relative:.1e}: {verdict}")
    return 1 if out else 0


if __name__ == "__main__":
    sys.exit(main())
