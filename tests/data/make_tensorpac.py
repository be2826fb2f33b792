"""Writes tests/data/tensorpac.h5: what TensorPAC's functions give for a short row, in all measures, observed and at ten
cuts of swap_blocks. Deterministic; needs tensorpac 0.6.5, numpy < 2 and h5py (pip install tensorpac==0.6.5 'numpy<2' h5py).
Run: python3 make_tensorpac.py

The row is the beginning of the first trial of seeg_trials.npy. Filters, phases and amplitudes are TensorPAC's own
(SciPy's filtfilt and hilbert), measures its functions of one phase band, one amplitude band and one epoch a call.
"""
import pathlib

import h5py
import numpy as np
import tensorpac
from tensorpac import Pac
from tensorpac.methods import meth_pac, meth_surrogates
from tensorpac.spectral import hilbertm

FOLDER = pathlib.Path(__file__).resolve().parent
FS_HZ = 1024.0
N_TIMES = 801
N_BINS = 18
PHA_BANDS = ((3.0, 6.0), (6.0, 10.0), (9.0, 15.0))
AMP_BANDS = ((40.0, 60.0), (60.0, 90.0), (90.0, 140.0))
SEEDS = range(10)  # of swap_blocks
MEASURES = {
    "mi": lambda pha, amp: meth_pac.modulation_index(pha, amp, n_bins=N_BINS),
    "mvl": meth_pac.mean_vector_length,
    "ndpac": lambda pha, amp: meth_pac.norm_direct_pac(pha, amp, p=None),
    "plv": meth_pac.phase_locking_value,  # of the amplitude's phase
    "hr": lambda pha, amp: meth_pac.heights_ratio(pha, amp, n_bins=N_BINS),
}


def values(function, pha, amp):
    """[phase band, amplitude band]; pha, amp: [band, epoch, time]."""
    return np.array([[function(pha[[p]], amp[[a]]).item() for a in range(len(amp))] for p in range(len(pha))])


def cut_of(seed):
    """The cut c of swap_blocks, which makes a[c:] followed by a[:c] of an amplitude a."""
    _, swapped = meth_surrogates.swap_blocks(None, np.arange(N_TIMES)[None, None, :], random_state=seed)
    return int(swapped[0, 0, 0])


def main():
    row = np.load(FOLDER / "seeg_trials.npy")[0, 0, :N_TIMES].astype(np.float64)
    pac = Pac(f_pha=np.array(PHA_BANDS), f_amp=np.array(AMP_BANDS), dcomplex="hilbert", cycle=(3, 6), n_bins=N_BINS,
              verbose=False)
    pha = pac.filter(FS_HZ, row[None, :], ftype="phase", n_jobs=1)
    amp = pac.filter(FS_HZ, row[None, :], ftype="amplitude", n_jobs=1)
    amplitudes = {name: np.angle(hilbertm(amp)) if name == "plv" else amp for name in MEASURES}
    with h5py.File(FOLDER / "tensorpac.h5", "w", track_order=True) as file:
        file.attrs["source"] = f"tensorpac {tensorpac.__version__}, make_tensorpac.py"
        file.attrs["fs"] = FS_HZ
        file.attrs["n_bins"] = N_BINS
        file["signals"] = row[None, :]
        file["pha_bands"] = np.array(PHA_BANDS)
        file["amp_bands"] = np.array(AMP_BANDS)
        file["tensorpac/surrogate_cuts"] = np.array([cut_of(seed) for seed in SEEDS])
        for name, function in MEASURES.items():
            file[f"tensorpac/{name}"] = values(function, pha, amplitudes[name])[None]
            surrogates = [values(function, *meth_surrogates.swap_blocks(pha, amplitudes[name], random_state=seed))
                          for seed in SEEDS]
            file[f"tensorpac/surrogate_{name}"] = np.array(surrogates)


if __name__ == "__main__":
    main()
