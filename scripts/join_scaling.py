#!/usr/bin/env python3
"""Joins result files of several numbers of nodes in one table, as text and CSV; reads /benchmark/cases and /system/ranks.

    join_scaling.py RESULT.h5 ...  [--csv FILE]
    join_scaling.py --folder FOLDER        all result files of jobs/scaling.sh, and FOLDER/scaling.csv

Takes files of comodulogram, speed, throughput, vram and sweep: they have the columns. Cases without times (a sweep's failures) are
named and left out. A series is what the files' names have before the last dash (strong-1.h5, strong-4.h5). Speed-up is by rows per second
against the series' fewest ranks, so that it serves strong and weak scaling; efficiency is speed-up over the share of ranks.
Exit status: 1 where a verdict is not `passed`, a case has no times or ranks disagree on the same rows, 3 where a file cannot
be read. Needs h5py.
"""
import argparse
import csv
import math
import pathlib
import sys

try:
    import h5py
except ImportError as error:
    sys.exit(f"join_scaling: {error}: set PACBENCH_PYTHON to a Python that has it (Debian: python3-h5py)")

FROM_FILE = ("label", "n_ranks", "n_rows", "wall_s_median", "wall_median_uncertainty", "rows_per_s", "results_digest")
COLUMNS = ("series", "hosts", *FROM_FILE[:-1], "speedup", "efficiency", "verdict", "results_digest")


def cases(path):
    """One dictionary per case of a result file; of one without times the words `label: why`. Throws OSError, KeyError."""
    with h5py.File(path) as file:
        table = file["benchmark/cases"]
        columns = {name: table[name].asstr()[()] if h5py.check_string_dtype(table[name].dtype) else table[name][()]
                   for name in FROM_FILE}
        failures = table["failure"].asstr()[()] if "failure" in table else [""] * len(columns["label"])
        hosts = file["system/ranks/host"].asstr()[()]
        verdict = file["benchmark"].attrs["verdict"]
    for i in range(len(columns["label"])):
        row = {name: values[i].item() if hasattr(values[i], "item") else values[i] for name, values in columns.items()}
        if failures[i] or not math.isfinite(row["n_rows"]):
            yield f"{row['label']}: {failures[i] or 'no number of rows'}"
            continue
        yield {"series": path.stem.rpartition("-")[0] or path.stem, "verdict": verdict,
               "hosts": len(set(hosts[:row["n_ranks"]])), **row, "n_rows": int(row["n_rows"])}


def joined(rows):
    """The rows sorted, with speed-up and efficiency against the fewest ranks of their series and label."""
    rows = sorted(rows, key=lambda row: (row["series"], row["label"], row["n_ranks"]))
    first = {}
    for row in rows:
        base = first.setdefault((row["series"], row["label"]), row)
        row["speedup"] = row["rows_per_s"] / base["rows_per_s"]
        row["efficiency"] = row["speedup"] * base["n_ranks"] / row["n_ranks"]
    return rows


def complaints(rows):
    """What makes the table worthless: failed verdicts, and different results of the same rows."""
    for row in rows:
        if row["verdict"] != "passed":
            yield f"{row['series']}, {row['n_ranks']} ranks: verdict {row['verdict']}"
    digests = {}
    for row in rows:
        other = digests.setdefault((row["series"], row["label"], row["n_rows"]), row)
        if other["results_digest"] != row["results_digest"]:
            yield (f"{row['series']}: {row['n_ranks']} ranks have results_digest {row['results_digest']}, "
                   f"{other['n_ranks']} ranks {other['results_digest']}")


def text(rows):
    """Lines of a table; numbers to the right."""
    cells = [COLUMNS] + [[f"{row[name]:.4g}" if isinstance(row[name], float) else str(row[name]) for name in COLUMNS]
                         for row in rows]
    widths = [max(len(line[i]) for line in cells) for i in range(len(COLUMNS))]
    for line in cells:
        yield "  ".join(cell.ljust(width) if name in ("series", "label", "verdict", "results_digest") else cell.rjust(width)
                        for name, cell, width in zip(COLUMNS, line, widths)).rstrip()


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("results", nargs="*", type=pathlib.Path, help="result files")
    parser.add_argument("--folder", type=pathlib.Path, help="all result files there; writes scaling.csv beside them")
    parser.add_argument("--csv", type=pathlib.Path, help="the table as CSV")
    arguments = parser.parse_args()
    results, table = arguments.results, arguments.csv
    if arguments.folder:
        results, table = results + sorted(arguments.folder.glob("*.h5")), table or arguments.folder / "scaling.csv"
    if not results:
        print("join_scaling: no result file; name some, or a --folder that has some", file=sys.stderr)
        return 3
    found, left_out = [], []
    unread = 0
    for path in results:
        try:
            for case in cases(path):
                if isinstance(case, str):
                    left_out.append(f"{path}: left out: {case}")
                else:
                    found.append(case)
        except (OSError, KeyError) as error:
            print(f"join_scaling: {path}: {error}", file=sys.stderr)
            unread += 1
    rows = joined(found)
    print("\n".join(text(rows)))
    if table:
        with table.open("w", newline="", encoding="utf-8") as file:
            writer = csv.DictWriter(file, COLUMNS)
            writer.writeheader()
            writer.writerows(rows)
    wrong = [*left_out, *complaints(rows)]
    for line in wrong:
        print(f"join_scaling: {line}", file=sys.stderr)
    return 3 if unread else int(bool(wrong))


if __name__ == "__main__":
    sys.exit(main())
