#!/usr/bin/env python3
"""Checks the product's comodulograms against TensorPAC's numbers and the float64 oracle under the accuracy contract.

    check_parity.py --pacbench BINARY --reference DIR [--ranks 3] [--mpirun "mpirun --oversubscribe"]

Runs `pacbench comodulogram` under mpirun on every .h5 file of DIR, in both Hilbert definitions, and compares
/comodulogram/pac with /tensorpac/mi (default definition) and with the oracle (both). TensorPAC's surrogates of signal 0
(/tensorpac/surrogate_mi, cuts in /tensorpac/surrogate_cuts) are compared with a run on one rank for each cut, --shifts CUT.
Allowed for every pair of bands: 1e-6 + 1e-3 MI; a pair whose phase band has a sample within 1e-5 rad of a bin edge may
deviate further by what that sample changes when it falls on the edge's other side. One line a comparison; exit status 1
where a pair is out.
"""
import argparse
import pathlib
import shlex
import subprocess
import sys
import tempfile

import h5py
import numpy as np

from reference_files import ask_oracle, band_text, reference_files

EDGE_MARGIN_RAD = 1e-5
DEFINITIONS = ("cropped", "extended")


def pacbench_command(arguments, reference, output, ranks, options):
    """The command line for one file: signals are channels [channel, time] of one segment."""
    seq_sec = reference.signals.shape[1] / reference.fs_hz
    return [*shlex.split(arguments.mpirun), "-np", str(ranks), str(arguments.pacbench), "comodulogram", "--input", f"{reference.path}:/signals", "--layout", "ct", *reference.same_options(),
            "--seq-sec", repr(seq_sec), *options, "--repetitions", "1", "--warmups", "0", "--output", str(output),
            *shlex.split(arguments.pacbench_options)]


def read_map(path, reference, name, n_signals):
    """/comodulogram/NAME as [signal, phase band, amplitude band]; its bands must be the file's."""
    with h5py.File(path) as file:
        values = file[f"comodulogram/{name}"][:].astype(np.float64)
        bounds = (file["comodulogram/phase_frequency_bounds"][:], file["comodulogram/amplitude_frequency_bounds"][:])
    for made, asked in zip(bounds, (reference.pha_bands, reference.amp_bands)):
        if made.shape != asked.shape or np.any(made != asked):
            raise SystemExit(f"{path}: its bands are {band_text(made)}, asked for were {band_text(asked)}")
    expected = (1, n_signals, *reference.shape[1:])
    if values.shape != expected:
        raise SystemExit(f"{path}: /comodulogram/{name} is {values.shape}, expected {expected}")
    return values[0]


def compute(arguments, reference, ranks, name, n_signals, options):
    """Runs the product on one file; its map of that name."""
    with tempfile.TemporaryDirectory() as folder:
        output = pathlib.Path(folder) / "result.h5"
        command = pacbench_command(arguments, reference, output, ranks, options)
        finished = subprocess.run(command, capture_output=True, text=True, check=False)
        if finished.returncode != 0:
            sys.stderr.write(finished.stdout + finished.stderr)
            raise SystemExit(f"exit status {finished.returncode} of: {shlex.join(command)}")
        return read_map(output, reference, name, n_signals)


def surrogate_mi(arguments, reference, cuts):
    """The product's surrogates of signal 0 [cut, phase band, amplitude band]: each the mean of one."""
    return np.array([compute(arguments, reference, 1, "surrogate_mean", 1, ["--channels", "0", "--shifts", str(cut)])[0]
                     for cut in cuts])


def oracle_answers(arguments, reference, hilbert):
    """(MI, exception) [signal, phase band, amplitude band]; exception: what samples near a bin edge may change."""
    answers = [ask_oracle(arguments.oracle_cli, reference, signal, hilbert, margin=EDGE_MARGIN_RAD)
               for signal in range(len(reference.signals))]
    return tuple(np.array([answer[name] for answer in answers]) for name in ("mi", "one_sample_effect"))


def judge(pac, expected, exception):
    """Figures of one comparison; every pair must be within the contract, NaN exactly where it is expected."""
    undefined = np.isnan(expected)
    difference = np.where(undefined, 0, np.abs(pac - expected))
    contract = np.where(undefined, 1, 1e-6 + 1e-3 * expected)
    allowed = contract + exception
    in_order = (difference <= allowed) & (np.isnan(pac) == undefined)  # NaN <= x is false
    return {
        "pairs": expected.size,
        "difference": float(np.max(difference)),
        "of_allowed": float(np.max(difference / allowed)),
        "excused": int(np.sum(in_order & (difference > contract))),
        "could_be_excused": int(np.sum(exception > 0)),
        "out": int(np.sum(~in_order)),
    }


def print_line(reference, against, hilbert, figures):
    verdict = "ok" if figures["out"] == 0 else f"{figures['out']} OUT"
    print(f"{reference.name:12} {against:10} {hilbert:9} {figures['pairs']:6} {figures['difference']:13.2e} "
          f"{figures['of_allowed']:15.3f} {figures['excused']:6} of {figures['could_be_excused']:<5} {verdict}",
          flush=True)


def check_file(arguments, reference):
    """All comparisons of one file; the number of pairs that are out."""
    out = 0
    for hilbert in DEFINITIONS:
        pac = compute(arguments, reference, arguments.ranks, "pac", reference.shape[0], ["--hilbert", hilbert])
        mi, exception = oracle_answers(arguments, reference, hilbert)
        expectations = [("oracle", mi)]
        if hilbert == "cropped":
            expectations.insert(0, ("TensorPAC", reference.numbers("tensorpac/mi")))
        for against, expected in expectations:
            figures = judge(pac, expected, exception)
            print_line(reference, against, hilbert, figures)
            out += figures["out"]
    return out + check_surrogates(arguments, reference)


def check_surrogates(arguments, reference):
    """TensorPAC's surrogates at its recorded cuts, and the oracle's; the number of values that are out."""
    cuts = reference.numbers("tensorpac/surrogate_cuts")
    if cuts is None:
        return 0
    answer = ask_oracle(arguments.oracle_cli, reference, 0, shifts=cuts, margin=EDGE_MARGIN_RAD)
    computed = surrogate_mi(arguments, reference, cuts)
    out = 0
    for against, expected in (("TensorPAC", reference.numbers("tensorpac/surrogate_mi")),
                              ("oracle", answer["surrogate_mi"])):
        figures = judge(computed, expected, answer["surrogate_one_sample_effect"])
        print_line(reference, against, f"{len(cuts)} cuts", figures)
        out += figures["out"]
    return out


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--pacbench", required=True, type=pathlib.Path, help="the product's binary")
    parser.add_argument("--reference", required=True, help="directory with the reference .h5 files")
    parser.add_argument("--ranks", type=int, default=3, help="MPI ranks (%(default)s)")
    parser.add_argument("--mpirun", default="mpirun --oversubscribe --allow-run-as-root",
                        help='the launcher with its options, without -np ("%(default)s")')
    parser.add_argument("--oracle-cli", type=pathlib.Path, help="the oracle's program (oracle_cli beside BINARY)")
    parser.add_argument("--pacbench-options", default="", help='further options of the product, e.g. "--threads 1"')
    arguments = parser.parse_args()
    arguments.pacbench = arguments.pacbench.resolve()
    arguments.oracle_cli = arguments.oracle_cli or arguments.pacbench.parent / "oracle_cli"

    print(f"{'file':12} {'against':10} {'hilbert':9} {'pairs':>6} {'largest |dMI|':>13} {'largest/allowed':>15} "
          f"{'excused':>6} {'':8} verdict")
    out = sum(check_file(arguments, reference) for reference in reference_files(arguments.reference))
    print("excused: pairs beyond 1e-6 + 1e-3 MI by one sample near a bin edge, of the pairs that have such a sample")
    print("all pairs within the accuracy contract" if out == 0 else f"{out} pairs out of the accuracy contract")
    return 0 if out == 0 else 1


if __name__ == "__main__":
    sys.exit(main())
