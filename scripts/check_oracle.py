#!/usr/bin/env python3
"""Checks the float64 oracle of tests/reference/ against the numbers of other programs, once.

    check_oracle.py REFERENCE_DIR [--oracle-cli PROGRAM] [--tolerance 1e-9]

For every .h5 file of the directory: filters, analytic phase and amplitude, phase bins, mean amplitudes, MI, surrogate
MI and z of TensorPAC and of a plain NumPy computation. The files know only the default Hilbert definition; `extended`
is compared with a NumPy computation made here, from the oracle's own taps. Prints the largest difference of each;
exit status 1 where one is above the tolerance (phases: rad; z: relative to max(1, |z|); amplitudes: relative to the
largest of the file).
"""
import argparse
import sys

import numpy as np

from reference_files import ORACLE_CLI, ask_oracle, largest_difference, reference_files


def angle_difference(a, b):
    """Largest distance of two arrays of phases on the circle."""
    return float(np.abs(np.angle(np.exp(1j * (a - b)))).max())


def bin_statistics(answer, n_bins):
    """(counts [phase band, bin], mean amplitude [phase band, amplitude band, bin]) of the oracle's samples."""
    counts, means = [], []
    for bins in answer["phase_bin"]:
        count = np.bincount(bins, minlength=n_bins)
        sums = np.array([np.bincount(bins, weights=amplitude, minlength=n_bins) for amplitude in answer["amplitude"]])
        counts.append(count)
        means.append(sums / np.maximum(count, 1))
    return np.array(counts), np.array(means)


def compare_signals(reference, answers):
    """Differences of what the file holds for every signal: {name: largest difference}."""
    mi = np.array([answer["mi"] for answer in answers])
    counts = np.array([bin_statistics(answer, reference.n_bins)[0] for answer in answers])
    margins = np.array([answer["edge_margin"] for answer in answers])
    return {
        "tort_float64/mi": largest_difference(mi, reference.numbers("tort_float64/mi")),
        "tort_float64/bin_counts": largest_difference(counts, reference.numbers("tort_float64/bin_counts")),
        "tort_float64/edge_margin": largest_difference(margins, reference.numbers("tort_float64/edge_margin")),
        "tensorpac/mi": largest_difference(mi, reference.numbers("tensorpac/mi")),
    }


def compare_first_signal(reference, answer):
    """Differences of what the file holds for signal 0 alone: bands shown, surrogates."""
    pha = reference.numbers("tensorpac/phase_band_index")
    amp = reference.numbers("tensorpac/amp_band_index")
    amplitude = reference.numbers("tensorpac/amplitude")
    _, means = bin_statistics(answer, reference.n_bins)
    # p_j from the file's mean amplitudes, to check the oracle's own distribution too.
    expected_means = reference.numbers("tort_float64/mean_amplitude")
    expected_p = expected_means / expected_means.sum(-1, keepdims=True)
    z = reference.numbers("tensorpac/z")
    return {
        "tort_float64/mean_amplitude": largest_difference(means[pha], expected_means) / amplitude.max(),
        "distribution of mean_amplitude": largest_difference(answer["distribution"][pha], expected_p),
        "tort_float64/phase_bin_shown": largest_difference(answer["phase_bin"][pha],
                                                           reference.numbers("tort_float64/phase_bin_shown")),
        "tensorpac/phase": angle_difference(answer["phase"][pha], reference.numbers("tensorpac/phase")),
        "tensorpac/amplitude": largest_difference(answer["amplitude"][amp], amplitude) / amplitude.max(),
        "tensorpac/surrogate_mi": largest_difference(answer["surrogate_mi"],
                                                     reference.numbers("tensorpac/surrogate_mi")),
        "tensorpac/z": float((np.abs(answer["pac_z"] - z) / np.maximum(1, np.abs(z))).max()),
        "tensorpac/filters": max(largest_difference(answer[f"{kind}_taps_{index}"], taps)
                                 for (kind, index), taps in reference.taps().items()),
    }


def smooth_length(n):
    """Smallest 7-smooth number >= n."""
    def rest(m):
        for prime in (2, 3, 5, 7):
            while m % prime == 0:
                m //= prime
        return m
    while rest(n) != 1:
        n += 1
    return n


def extended_mi(signal, answer, reference):
    """MI [phase band, amplitude band] by --hilbert extended: filter and transform the extended row, then cut."""
    taps = {kind: [answer[f"{kind}_taps_{i}"] for i in range(n)]
            for kind, n in zip(("pha", "amp"), reference.shape[1:])}
    pad = max(len(b) - 1 for bands in taps.values() for b in bands)
    row = np.concatenate([2 * signal[0] - signal[pad:0:-1], signal, 2 * signal[-1] - signal[-2:-2 - pad:-1]])
    length = smooth_length(len(row))
    weight = np.where(np.fft.fftfreq(length) > 0, 2.0, 0.0)
    weight[0] = 1
    if length % 2 == 0:
        weight[length // 2] = 1
    spectrum = np.fft.fft(row, length) * weight
    analytic = {kind: [np.fft.ifft(spectrum * np.abs(np.fft.fft(b, length)) ** 2)[pad:pad + len(signal)] for b in bands]
                for kind, bands in taps.items()}
    n_bins = reference.n_bins
    bins = [np.floor((np.angle(z) + np.pi) * n_bins / (2 * np.pi)).astype(int) % n_bins for z in analytic["pha"]]
    _, mean = bin_statistics({"phase_bin": bins, "amplitude": np.abs(analytic["amp"])}, n_bins)
    p = mean / mean.sum(-1, keepdims=True)
    return 1 + (p * np.log(np.where(p > 0, p, 1))).sum(-1) / np.log(n_bins)


def compare_extended(program, reference):
    """Largest difference of MI in the extended definition, oracle against NumPy, over all signals."""
    differences = []
    for index, signal in enumerate(reference.signals):
        answer = ask_oracle(program, reference, index, hilbert="extended")
        differences.append(largest_difference(answer["mi"], extended_mi(signal, answer, reference)))
    return max(differences)


def compare(program, reference):
    """All differences of one reference file. TensorPAC's cut c is our shift s: a[c:] + a[:c] = a[(t + c) mod T]."""
    cuts = reference.numbers("tensorpac/surrogate_cuts")
    answers = [ask_oracle(program, reference, signal, shifts=cuts if signal == 0 else ())
               for signal in range(len(reference.signals))]
    return {**compare_signals(reference, answers), **compare_first_signal(reference, answers[0]),
            "extended: NumPy, MI": compare_extended(program, reference)}


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("reference_dir", help="directory with the reference .h5 files")
    parser.add_argument("--oracle-cli", default=ORACLE_CLI, help="the oracle's program (%(default)s)")
    parser.add_argument("--tolerance", type=float, default=1e-9, help="largest difference allowed (%(default)s)")
    arguments = parser.parse_args()

    columns = {reference.name: compare(arguments.oracle_cli, reference)
               for reference in reference_files(arguments.reference_dir)}
    names = list(next(iter(columns.values())))
    print(f"{'largest difference':32}" + "".join(f"{file:>13}" for file in columns))
    for name in names:
        print(f"{name:32}" + "".join(f"{differences[name]:13.2e}" for differences in columns.values()))
    worst = np.max([list(differences.values()) for differences in columns.values()])  # NaN stays NaN and fails
    verdict = "agrees" if worst <= arguments.tolerance else "DIFFERS"
    print(f"oracle {verdict}: largest difference {worst:.2e}, allowed {arguments.tolerance:.0e}")
    return 0 if worst <= arguments.tolerance else 1


if __name__ == "__main__":
    sys.exit(main())
