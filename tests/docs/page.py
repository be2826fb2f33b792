"""Takes docs/results.md apart: its snippets, its lists of what a file holds; and makes the files that they are about."""
import pathlib
import re

import numpy as np

PAGE = pathlib.Path(__file__).resolve().parents[2] / "docs" / "results.md"
BANDS = ("--pha-n-bands", 3, "--amp-n-bands", 4)
RUN = (*BANDS, "--threads", 1, "--repetitions", 5)
SEED = 7
FS_HZ = 512
# What HDF5's dimension scales and netCDF keep for themselves.
SCALE_ATTRIBUTES = {"CLASS", "NAME", "DIMENSION_LIST", "REFERENCE_LIST", "_Netcdf4Coordinates", "_Netcdf4Dimid"}


def snippets(language):
    """[(task, code)] of the fenced blocks ```LANGUAGE TASK, in the page's order."""
    return re.findall(rf"^```{language} (\w+)\n(.*?)^```$", PAGE.read_text(encoding="utf-8"), re.MULTILINE | re.DOTALL)


def listed():
    """{group: {kind: [name]}} of the tables in the section Layout, kind being "attribute", "dataset" or "attribute, where it
    applies"; what every dataset may have stands under the group ""."""
    names, group = {}, ""
    for line in PAGE.read_text(encoding="utf-8").split("\n## Layout\n")[1].splitlines():
        if heading := re.fullmatch(r"### `(/\S*)`", line):
            group = heading[1]
        elif line.startswith("| ") and not line.startswith("| ---"):
            first = line.split("|")[1].strip()
            if "`" in first:
                names.setdefault(group, {}).setdefault(kind, []).extend(re.findall(r"`([^`]+)`", first))
            else:
                kind = first
    return names


def write_signals(path):
    """Noise [batch 4, channel 2, 2048 samples]. In channel 0 its part about 112 Hz follows a rhythm about 10 Hz; the last
    row of channel 1 is constant, so that its values are undefined."""
    random = np.random.default_rng(SEED)
    signals = random.standard_normal((4, 2, 2048))
    frequency_hz = np.fft.rfftfreq(2048, 1 / FS_HZ)

    def band(low_hz, high_hz):
        spectrum = np.fft.rfft(random.standard_normal((4, 2048)))
        part = np.fft.irfft(np.where((frequency_hz > low_hz) & (frequency_hz < high_hz), spectrum, 0))
        return part / part.std()

    rhythm = band(8, 12)
    signals[:, 0] += 2 * rhythm + np.maximum(rhythm, 0) * band(95, 130)
    signals[3, 1] = 1
    np.save(path, signals)


def make_result(ranks, name, words, n_ranks=1):
    """Runs the program in the folder of `ranks`; returns the file."""
    done = ranks.run(n_ranks, [*words, "--output", name])
    if done.returncode != 0:
        raise SystemExit(f"{' '.join(map(str, words))}: exit status {done.returncode}: {done.stdout}{done.stderr}")
    return ranks.folder / name


def make_snippet_files(ranks):
    """What the snippets open, in the folder of `ranks`."""
    write_signals(ranks.folder / "signals.npy")
    words = ("comodulogram", "--input", "signals.npy", "--fs", FS_HZ, *RUN)
    make_result(ranks, "result.h5", (*words, "--n-perm", 39, "--distributions", "--surrogate-max"), n_ranks=2)
    for n_ranks in (1, 2):
        make_result(ranks, f"run{n_ranks}.h5", words, n_ranks)
    make_result(ranks, "pairs.h5", (*words, "--pairs", "all"))
