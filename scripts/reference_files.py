"""The reference files and the float64 oracle as check_oracle.py and check_parity.py use them: open, ask, compare.

A reference file holds signals [signal, time], bands and the numbers of other programs. The oracle is the program
`oracle_cli` (tests/reference/oracle_cli.cpp). No number is judged here.
"""
import pathlib
import subprocess

import h5py
import numpy as np

from peers.pacbench import band_text

REPOSITORY = pathlib.Path(__file__).resolve().parent.parent
ORACLE_CLI = REPOSITORY / "build" / "release" / "oracle_cli"


class ReferenceFile:
    """Signals, bands and rates of one reference file; `numbers(path)` reads any other dataset."""

    def __init__(self, path):
        self.path = pathlib.Path(path)
        with h5py.File(path) as file:
            self.fs_hz = float(file.attrs["fs"])
            self.n_bins = int(file.attrs["n_bins"])
            self.signals = file["signals"][:].astype(np.float64)
            self.pha_bands = file["pha_bands"][:]
            self.amp_bands = file["amp_bands"][:]

    @property
    def name(self):
        return self.path.stem

    @property
    def shape(self):
        """(signals, phase bands, amplitude bands)"""
        return len(self.signals), len(self.pha_bands), len(self.amp_bands)

    def numbers(self, path):
        """The dataset at `path`, or None where the file has none."""
        with h5py.File(self.path) as file:
            return file[path][:] if path in file else None

    def taps(self):
        """{("pha" or "amp", band index): FIR coefficients} of the filters that the file shows."""
        found = {}
        with h5py.File(self.path) as file:
            for name, data in file["tensorpac"].items():
                if name.startswith("filters_"):
                    _, kind, index = name.split("_")
                    found[kind, int(index)] = data[:]
        return found

    def same_options(self):
        """Options that pacbench and oracle_cli share."""
        return ["--fs", repr(self.fs_hz), "--n-bins", str(self.n_bins), "--pha-bands", band_text(self.pha_bands),
                "--amp-bands", band_text(self.amp_bands)]


def reference_files(directory):
    """Every .h5 of the directory; an empty directory is an error."""
    paths = sorted(pathlib.Path(directory).glob("*.h5"))
    if not paths:
        raise SystemExit(f"{directory}: no .h5 reference file; name the directory that holds them")
    return [ReferenceFile(path) for path in paths]


def read_blocks(data):
    """oracle_cli's output as {name: float64 array}: lines `name count`, each followed by its numbers."""
    blocks = {}
    at = 0
    while at < len(data):
        end = data.index(b"\n", at)
        name, count = data[at:end].decode().split()
        at = end + 1 + 8 * int(count)
        blocks[name] = np.frombuffer(data[end + 1:at])
    return blocks


def ask_oracle(program, reference, signal, hilbert="cropped", shifts=(), margin=1e-5):
    """The oracle's results for one signal of a reference file, arrays in their natural shape."""
    command = [str(program), *reference.same_options(), "--hilbert", hilbert, "--margin", repr(margin)]
    if len(shifts):
        command += ["--shifts", ",".join(str(int(s)) for s in shifts)]
    try:
        answer = subprocess.run(command, input=reference.signals[signal].tobytes(), capture_output=True, check=True)
    except FileNotFoundError:
        raise SystemExit(f"{program}: not found; build the target oracle_cli or name it with --oracle-cli") from None
    except subprocess.CalledProcessError as error:
        raise SystemExit(error.stderr.decode()) from None
    blocks = read_blocks(answer.stdout)
    _, n_pha, n_amp = reference.shape
    pair = (n_pha, n_amp)
    shapes = {"distribution": (*pair, reference.n_bins), "phase": (n_pha, -1), "phase_bin": (n_pha, -1),
              "amplitude": (n_amp, -1), "surrogate_mi": (len(shifts), *pair),
              "surrogate_one_sample_effect": (len(shifts), *pair)}
    for name in ("mi", "preferred_phase", "one_sample_effect"):
        shapes[name] = pair
    if len(shifts):
        shapes.update(dict.fromkeys(("surrogate_mean", "surrogate_std", "pac_z", "p_value"), pair))
    for name, shape in shapes.items():
        blocks[name] = blocks[name].reshape(shape)
    for name in ("phase_bin", "empty_bin"):
        blocks[name] = blocks[name].astype(int)
    return blocks


def largest_difference(a, b):
    """max |a - b|; infinite where only one of the two is NaN or the shapes differ; 0 for empty arrays."""
    a, b = np.asarray(a, float), np.asarray(b, float)
    if a.shape != b.shape or np.any(np.isnan(a) != np.isnan(b)):
        return float("inf")
    difference = np.abs(a - b)[~np.isnan(a)]
    return float(difference.max()) if difference.size else 0.0
