#!/usr/bin/env python3
"""Checks that the statistics are honest: on rows without coupling p-values are uniform and error rates are kept, on
rows with coupling it is found.

    check_null.py --pacbench BINARY [--schemes shift,shift-phase] [--rows 1000] [--n-perm 999] [--options "..."]

Rows of NumPy's generator, fixed seeds, at 512 Hz: white and pink noise, and pink noise with a coupling planted between
a rhythm of 4.5-7.5 Hz and one at 80 Hz. The rhythm is noise of that band: against a strictly periodic one, such as the
program's own synthetic rows have, shifts are no surrogates, as every shift repeats the coupling. For every scheme:

uniform          p-values of one pair a row (pair r mod 80 of row r, so that they are independent), Kolmogorov-Smirnov.
                 Their steps of 1 / (1 + n_perm) are filled at random: (1 + exceed_count - U) / (1 + n_perm), U uniform
                 in [0, 1), is uniform in (0, 1) exactly where the rank 1 + exceed_count is uniform on 1 .. 1 + n_perm.
family-wise      share of rows without coupling where any pair has p_maxstat < 0.05.
false share      mean over rows of false pairs among those with q_fdr <= 0.05 (0 where there are none): without coupling
                 every one is false; with it, over 4 x 5 bands whose filters do not overlap, all but the planted one.
found            share of rows whose planted pair has p_maxstat < 0.05.

The default --min-shift 1 is part of the question: --options "--min-shift-sec 0.5" shows that without the neighbours of
the observed alignment the error rates are not kept.

Prints one table; exit status 0: every property holds, 1: one does not, 2: the program failed. Minutes.
"""
import argparse
import os
import pathlib
import shlex
import subprocess
import sys
import tempfile
from typing import NamedTuple

import h5py
import numpy as np

FS_HZ = 512
ALPHA = 0.05
SEED = 1
BANDS = ("--pha-n-bands", "8", "--amp-n-bands", "10")
PLANTED_HZ = (6, 80)
RHYTHM_HZ = (4.5, 7.5)
STRENGTH = 0.8
NULL_S, PLANTED_S = 4, 8
#: Bands that share no frequency, with filters long enough: the first pair is the planted one.
APART = ("--pha-bands", "4.5-7.5,14-18,20-24,26-30", "--amp-bands", "70-90,110-130,140-160,170-190,200-220",
         "--pha-cycles", "6", "--amp-cycles", "30")
ENVIRONMENT = {"OMPI_ALLOW_RUN_AS_ROOT": "1", "OMPI_ALLOW_RUN_AS_ROOT_CONFIRM": "1"}


class Requirement(NamedTuple):
    """What a figure must be: within [low, high]."""
    low: float
    high: float
    words: str

    def holds(self, figure):
        return self.low <= figure <= self.high


UNIFORM = Requirement(np.nextafter(0.01, 1), 1, "> 0.01")
FAMILY_WISE = Requirement(0.03, 0.07, "0.03 to 0.07")
FALSE_SHARE = Requirement(0, 0.07, "at most 0.07")
FOUND = Requirement(0.95, 1, "at least 0.95")


def spectral_noise(random, rows, n_times, gain):
    """Rows [row, time] of Gaussian noise of unit variance with amplitude spectrum gain(f in Hz), cut out of rows four
    times as long, so that their ends do not meet."""
    long = 4 * n_times
    spectrum = np.fft.rfft(random.standard_normal((rows, long))) * gain(np.fft.rfftfreq(long, 1 / FS_HZ))
    noise = np.fft.irfft(spectrum, long)
    return noise[:, :n_times] / noise.std()


def white(random, rows, n_times):
    """Rows [row, time] of white noise."""
    return random.standard_normal((rows, n_times))


def pink(random, rows, n_times):
    """Rows [row, time] of noise whose power falls as 1/f."""
    return spectral_noise(random, rows, n_times, lambda f: 1 / np.sqrt(np.maximum(f, f[1])))


def planted(random, rows, n_times, strength=STRENGTH):
    """Pink noise, a rhythm of the power of a unit sine, and one at 80 Hz whose amplitude follows it."""
    low, high = RHYTHM_HZ
    slow = spectral_noise(random, rows, n_times, lambda f: (low <= f) & (f <= high)) / np.sqrt(2)
    turns = PLANTED_HZ[1] * np.arange(n_times) / FS_HZ + random.random((rows, 1))
    return pink(random, rows, n_times) + slow + 0.5 * np.maximum(0, 1 + strength * slow) * np.sin(2 * np.pi * turns)


NOISES = {"white": white, "pink": pink}


def compute(pacbench, rows, n_perm, options):
    """Maps {name: [row, pair] or [row, permutation]} of rows [row, time], each a trial of one channel; raises
    RuntimeError where the program fails."""
    with tempfile.TemporaryDirectory() as folder:
        signals, output = pathlib.Path(folder) / "rows.npy", pathlib.Path(folder) / "result.h5"
        np.save(signals, rows[:, None, :].astype(np.float32))
        words = [str(pacbench), "comodulogram", "--input", str(signals), "--layout", "bct", "--fs", str(FS_HZ),
                 "--n-perm", str(n_perm), "--repetitions", "1", "--warmups", "0", "--no-verify", "--quiet",
                 "--output", str(output), *options]
        done = subprocess.run(words, capture_output=True, text=True, check=False, env={**ENVIRONMENT, **os.environ})
        if done.returncode != 0:
            raise RuntimeError(f"exit status {done.returncode} of {shlex.join(words)}\n{done.stderr}")
        with h5py.File(output) as file:
            group = file["comodulogram"]
            maps = {name: group[name][:].reshape(len(rows), -1)
                    for name in ("pac", "exceed_count", "p_value", "p_maxstat", "q_fdr")}
            maps["planted_pair"] = nearest_pair(group["phase_frequency"][:], group["amplitude_frequency"][:])
            return maps


def nearest_pair(phase_hz, amplitude_hz):
    """Index of the pair whose centres lie nearest to the planted frequencies."""
    phase, amplitude = (np.argmin(np.abs(hz - at)) for hz, at in zip((phase_hz, amplitude_hz), PLANTED_HZ))
    return int(phase * len(amplitude_hz) + amplitude)


def kolmogorov_smirnov(samples):
    """p-value of the hypothesis that independent samples are uniform in (0, 1): the asymptotic series with Stephens's
    correction (1970, J R Stat Soc B 32:115), good to three digits from 20 samples on."""
    x, n = np.sort(samples), len(samples)
    steps = np.arange(n + 1) / n
    distance = max(np.max(steps[1:] - x), np.max(x - steps[:-1]))
    z = (np.sqrt(n) + 0.12 + 0.11 / np.sqrt(n)) * distance
    k = np.arange(1, 101)
    return float(np.clip(2 * np.sum((-1.0) ** (k - 1) * np.exp(-2 * (k * z) ** 2)), 0, 1)) if z > 0.2 else 1.0


def one_pair_a_row(values):
    """Pair r mod n_pairs of row r."""
    rows = np.arange(len(values))
    return values[rows, rows % values.shape[1]]


def uniformity(maps, n_perm, random):
    """Kolmogorov-Smirnov p-value of one pair a row."""
    ranks = one_pair_a_row(maps["p_value"]).astype(float) * (1 + n_perm)
    return kolmogorov_smirnov((ranks - random.random(len(ranks))) / (1 + n_perm))


def family_wise_error(maps, alpha=ALPHA):
    """Share of rows with any pair below."""
    return float(np.mean((maps["p_maxstat"] < alpha).any(axis=1)))


def false_share(maps, true_pair=None):
    """Mean share of false pairs among those found; none is true without true_pair."""
    found = maps["q_fdr"] <= ALPHA
    false = found.copy()
    if true_pair is not None:
        false[:, true_pair] = False
    return float(np.mean(false.sum(axis=1) / np.maximum(found.sum(axis=1), 1)))


def detection(maps):
    """Share of rows whose planted pair is found by the maximum statistic."""
    return float(np.mean(maps["p_maxstat"][:, maps["planted_pair"]] < ALPHA))


def check_scheme(scheme, rows, compute_rows):
    """Yields (rows, property, figure, requirement or None); compute_rows(rows, options) -> maps, n_perm."""
    for name, noise in NOISES.items():
        random = np.random.default_rng([SEED, len(name)])
        maps, n_perm = compute_rows(noise(random, rows, NULL_S * FS_HZ), ("--surrogate", scheme, *BANDS))
        yield name, "uniform: KS p", uniformity(maps, n_perm, random), UNIFORM
        yield name, "family-wise error", family_wise_error(maps), FAMILY_WISE
        yield name, "false share", false_share(maps), FALSE_SHARE
    signals = planted(np.random.default_rng([SEED, 0]), rows, PLANTED_S * FS_HZ)
    maps, _ = compute_rows(signals, ("--surrogate", scheme, *BANDS))
    yield "planted", "found", detection(maps), FOUND
    maps, _ = compute_rows(signals, ("--surrogate", scheme, *APART))
    yield "planted", "false share, bands apart", false_share(maps, maps["planted_pair"]), FALSE_SHARE
    yield "planted", "found, bands apart", detection(maps), FOUND
    maps, _ = compute_rows(signals[:, :NULL_S * FS_HZ], ("--surrogate", scheme, *BANDS))
    yield f"planted, {NULL_S} s", "found", detection(maps), None


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--pacbench", required=True, type=pathlib.Path, help="the product's binary")
    parser.add_argument("--schemes", default="shift,shift-phase", help="of --surrogate (%(default)s)")
    parser.add_argument("--rows", type=int, default=1000, help="of each kind (%(default)s)")
    parser.add_argument("--n-perm", type=int, default=999, help="surrogates (%(default)s)")
    parser.add_argument("--options", default="", help='further options of the program, e.g. "--min-shift-sec 0.5"')
    arguments = parser.parse_args()

    def compute_rows(rows, options):
        options = (*options, *shlex.split(arguments.options))
        return compute(arguments.pacbench.resolve(), rows, arguments.n_perm, options), arguments.n_perm

    print(f"{arguments.rows} rows of each kind, {arguments.n_perm} surrogates {arguments.options}".rstrip())
    line = "{:<12} {:<13} {:<25} {:>7}  {:<14} {}"
    print(line.format("scheme", "rows", "property", "figure", "required", "verdict"))
    failed = 0
    for scheme in arguments.schemes.split(","):
        try:
            for rows, name, figure, requirement in check_scheme(scheme, arguments.rows, compute_rows):
                good = requirement is None or requirement.holds(figure)
                failed += not good
                verdict = "-" if requirement is None else "ok" if good else "DOES NOT HOLD"
                print(line.format(scheme, rows, name, f"{figure:.4f}", requirement.words if requirement else "-",
                                  verdict), flush=True)
        except RuntimeError as error:
            print(f"check_null.py: {error}", file=sys.stderr)
            return 2
    print("every property holds" if failed == 0 else f"{failed} properties do not hold")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
