"""What each snippet of docs/results.md must print, read with h5py alone: {task: ([text], [number])}. All numbers that a
snippet prints must be these, in this order; None: any."""
import h5py
import numpy as np


def text(dataset):
    return dataset.asstr()[()]


def map_values(file):
    """Of the tasks about maps."""
    maps = file["comodulogram"]
    pac, quality = maps["pac"][()].astype(float), maps["quality"][()]
    phase_hz, amplitude_hz = maps["phase_frequency"][()], maps["amplitude_frequency"][()]
    mean = np.nanmean(pac, axis=(0, 1))
    p, a = np.unravel_index(mean.argmax(), mean.shape)
    at = np.unravel_index(np.nanargmax(pac), pac.shape)
    one = np.nanmean(pac[:, list(text(maps["channel"])).index("ch1")], axis=0)
    statistics = ("surrogate_mean", "surrogate_std", "pac_z", "exceed_count", "p_value", "q_fdr")
    flags = maps["quality"].attrs
    mask = (maps["p_maxstat"][()] < 0.05) & (quality == 0)[..., None, None]
    assert 0 < mask.sum() < mask.size and (quality == 2).sum() == 1 and at[2] != at[3] and p != a  # or mistakes hide
    share = maps["amplitude_distribution"][at]
    return {
        "mean": ([], [phase_hz[p], amplitude_hz[a], mean[p, a]]),
        "largest": ([f"batch {at[0]} channel ch{at[1]}"],
                    [at[0], phase_hz[at[2]], amplitude_hz[at[3]], pac[at], maps["p_maxstat"][at]]),
        "mask": ([], [mask.sum(), mask.size]),
        "channel": ([], [one.max(), one[abs(phase_hz - 6).argmin()].max()]),
        "surrogates": (statistics, [maps[name][at] for name in statistics]),
        "maxima": ([], [maps["p_maxstat"][at]]),
        "phase": ([], [np.degrees(maps["preferred_phase"][at])]),
        "distribution": ([], np.column_stack([np.degrees(maps["phase_bin"]), share]).ravel()),
        "quality": (flags["flag_meanings"].split(), [(quality == flag).sum() for flag in flags["flag_values"]]),
    }


def table_values(file):
    """Of the tasks about tables."""
    cases, memory = file["benchmark/cases"], file["benchmark/memory"]
    quartiles = [cases[f"wall_s_{name}"][0] for name in ("q25", "median", "q75")]
    return {
        "cases": (["wall_s_median", "rows_per_s", "pac_mean", " s\n", " 1/s\n"],
                  [cases["wall_s_median"][0], cases["rows_per_s"][0], cases["pac_mean"][0], 1]),
        "tables": (["label", *text(cases["label"])],
                   [cases[name][0] for name in ("n_ranks", "n_rows", "wall_s_median")]),
        "samples": ([], quartiles),
        "memory": ([], [number for rank, peak in enumerate(memory["host_peak_bytes"]) for number in (0, rank, peak / 1e6)]),
    }


def expected(folder, language):
    """All tasks, for the files of page.make_snippet_files()."""
    with h5py.File(folder / "result.h5") as file:
        names = []
        (file if language != "matlab" else file["comodulogram"]).visit(names.append)
        found = {"open": ([f"{file.attrs['title']} of {file.attrs['created']}"], []),
                 "list": ([name.rsplit("/", 1)[-1] for name in names], None),
                 "provenance": ([file["provenance"].attrs["command_line"], "passed", "n_perm 39"], None),
                 **map_values(file), **table_values(file)}
    quartiles = found["samples"][1]
    found["samples"] = ([], quartiles + (quartiles if language == "python" else quartiles[1:2]))
    runs = {}
    for name in ("run1.h5", "run2.h5"):
        with h5py.File(folder / name) as file:
            runs[name] = [file["benchmark/cases"][column][0] for column in ("n_ranks", "wall_s_median")]
    found["join"] = (list(runs), [number for numbers in runs.values() for number in numbers])
    with h5py.File(folder / "pairs.h5") as file:
        pair = list(text(file["comodulogram/pair"])).index("ch0 -> ch1")
        found["pairs"] = ([], [np.nanmax(file["comodulogram/pac"][:, pair])])
    return found
