#!/usr/bin/env python3
"""Measures pacbench beside other programs on the same signals, cores and run.

    peers.py --pacbench BINARY [--rounds 5] [--full] [--json FILE]
        the ratios that have targets: 16 rows of white noise, TensorPAC and pacbench in turns; exit status 1 where one is
        missed. Without --pacbench only TensorPAC is measured.
    peers.py RESULT.h5 --pacbench BINARY [--peer tensorpac,pactools,gpac] [-o FOLDER]
        each peer on the very signals, bands, bins and permutations of a result of `comodulogram` or `sweep`, one process
        (or team of processes) a peer, in turns with pacbench on the same rows. Writes STEM-PEER.h5 in pacbench's schema and
        STEM-PEER-pacbench.h5, pacbench on the rows as epochs by the definition nearest to the peer's, for
        `pacbench compare`, and prints a table.
    peers.py --case standard,standard-200,production ...
        the same for results that it makes first: 16 rows of 8 s, 20 x 30 bands, without and with 200 surrogates; gPAC's
        production case of 16 channels of 60 s, 50 x 50 bands, 200 surrogates.

A peer's better way to use the cores counts: its own jobs or threads, or processes that share out the rows. A call that
would exceed --budget is run with fewer permutations (4 and 20, or 2 and 4; linear between and beyond) and, if need be,
fewer rows; the table says "extrapolated". A case that is not done within --limit, or has no memory, is recorded as its
`failure`. Numbers are of all rows. Surrogates are each program's own, so their statistics are compared, not their values.

Peers live in Python environments of their own under build/peers, made on first use from PyPI (torch: 5 GB, minutes);
--python current takes the Python that runs instead. FILE.py as --peer defines another one (scripts/peers/peer.py).
"""
import argparse
import json
import os
import pathlib
import sys
import tempfile

from peers import environment, targets
from peers.pacbench import Given, Pacbench, Refusal
from peers.peer import KNOWN, peer_class
from peers.team import MissingPackage

CASES = {"standard": ["--batch-size", "16", "--n-channels", "1"],
         "standard-200": ["--batch-size", "16", "--n-channels", "1", "--n-perm", "200"],
         "production": ["--batch-size", "1", "--n-channels", "16", "--seq-sec", "60", "--pha-n-bands", "50",
                        "--amp-n-bands", "50", "--n-perm", "200"]}
NO_PACKAGE = 4


def parsed():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("result", nargs="*", help="result files of pacbench")
    parser.add_argument("--case", default="", help=f"named cases, by commas: {', '.join(CASES)}")
    parser.add_argument("--pacbench", type=pathlib.Path, help="the product's binary")
    parser.add_argument("--peer", default=",".join(KNOWN), help="peers, by commas, or .py files (%(default)s)")
    parser.add_argument("--device", choices=("cpu", "cuda"), default="cpu", help="where gPAC and pacbench compute")
    parser.add_argument("--python", choices=("own", "current"), default="own",
                        help="environments that are made for the peers, or the Python that runs")
    parser.add_argument("--threads", type=int, help="threads of pacbench (targets: 2; else all cores)")
    parser.add_argument("--rounds", type=int, help="rounds a case (targets: 5, with surrogates at most "
                        f"{targets.SURROGATE_ROUNDS}, one with --full; else 3)")
    parser.add_argument("--full", action="store_true", help="targets: run all permutations of the peers (minutes)")
    parser.add_argument("--budget", type=float, default=10, help="seconds that one call of a peer may take (%(default)s)")
    parser.add_argument("--limit", type=float, default=900, help="seconds that a peer may take for a case (%(default)s)")
    parser.add_argument("-o", "--output", type=pathlib.Path,
                        help="folder of result files (where RESULT.h5 is; --case: here)")
    parser.add_argument("--overwrite", action="store_true", help="replace existing result files")
    parser.add_argument("--json", type=pathlib.Path, help="write machine and table here too")
    arguments = parser.parse_args()
    if arguments.pacbench and not arguments.pacbench.exists():
        parser.error(f"--pacbench {arguments.pacbench}: not found; build it first")
    for name in filter(None, arguments.case.split(",")):
        if name not in CASES:
            parser.error(f"--case {name}: unknown; give some of {', '.join(CASES)}")
    arguments.peer = arguments.peer.split(",")
    try:
        for which in arguments.peer:
            peer_class(which)
    except LookupError as error:
        parser.error(str(error))
    if (arguments.result or arguments.case) and not arguments.pacbench:
        parser.error("--pacbench: needed to have the signals of a result; give the binary")
    return arguments


def compare(arguments, folder):
    """All results and peers; the table's rows."""
    from peers.comparison import Comparison
    from peers.report import print_heading, run_result
    product = Pacbench(arguments.pacbench.resolve(), arguments.threads or len(os.sched_getaffinity(0)), arguments.device)
    comparison = Comparison(product, lambda which: environment.python_of(which, arguments.python == "own"),
                            arguments.device, arguments.rounds or 3, arguments.budget, arguments.limit)
    made = []
    if arguments.output:
        arguments.output.mkdir(parents=True, exist_ok=True)
    for name in filter(None, arguments.case.split(",")):
        made.append((arguments.output or pathlib.Path()) / f"{name}.h5")
        product.run(CASES[name], made[-1])
    print_heading(comparison)
    table = []
    for path in [*made, *map(pathlib.Path, arguments.result)]:
        table += run_result(comparison, Given(path), arguments.peer, arguments.output or path.parent, arguments.overwrite,
                            folder)
    return table


def main():
    arguments = parsed()
    if arguments.python == "own":
        environment.enter()
    facts = environment.machine(())
    if arguments.result or arguments.case:
        environment.print_machine(facts)
        with tempfile.TemporaryDirectory(prefix="peers_") as folder:
            document = {"machine": facts, "table": compare(arguments, pathlib.Path(folder))}
    else:
        document = targets.measure_targets(arguments.pacbench and arguments.pacbench.resolve(), arguments.threads or 2,
                                           arguments.rounds or 5, arguments.full)
    if arguments.json:
        arguments.json.write_text(json.dumps(document, indent=1) + "\n", encoding="utf-8")
    return 1 if any(row.get("met") is False for row in document["table"]) else 0


if __name__ == "__main__":
    try:
        sys.exit(main())
    except Refusal as refusal:
        print(f"peers.py: {refusal.line}", file=sys.stderr)
        sys.exit(refusal.code)
    except (MissingPackage, ModuleNotFoundError) as missing:
        print(f"peers.py: {missing} (in {sys.executable}); --python current takes what is there, without it packages are "
              "installed", file=sys.stderr)
        sys.exit(NO_PACKAGE)
