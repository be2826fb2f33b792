"""Peers on the cases of one result: what is written and printed."""
import pathlib
import shutil
import tempfile

from peers.comparison import failed_outcome, rows_of
from peers.pacbench import Refusal
from peers.peer import peer_class
from peers.schema import now, write_result

KNOWN_SIZES = ("n_rows", "n_times")  # variables that are written anew
MORE = " " * 24  # lines that belong to the one above


def print_heading(comparison):
    print(f"{comparison.rounds} rounds in turns, {comparison.cores} cores, pacbench with {comparison.product.threads} "
          "threads; medians in seconds a row; MB: peak of all\nprocesses (PSS), on a GPU of the device; correlation and "
          "largest difference of the modulation index of all rows")
    print(f"{'case':13} {'peer':10} {'setting':12} {'s a row':>10} {'MB':>6} {'pacbench':>10} {'MB':>5} {'ratio':>7} "
          f"{'correlation':>11} {'largest |d|':>11}", flush=True)


def notes_on(outcome):
    """What must be known to read the figures."""
    figures, work = outcome.figures, outcome.rows.work
    if figures["probes"]:
        few, many = figures["probes"]
        yield f"extrapolated from {few} and {many} permutations, {figures['n_rows_run']} of {work.n_rows} rows"
    elif figures["n_rows_run"] < work.n_rows:
        yield f"extrapolated from {figures['n_rows_run']} of {work.n_rows} rows"
    if not outcome.peer.same_definition:
        yield "another definition, no agreement asked"
    elif figures["pac"].get("beyond_contract"):
        yield (f"{figures['pac']['beyond_contract']} of {figures['pac']['pairs']} pairs beyond 1e-6 + 1e-3 MI; "
               "`pacbench compare` tells moved samples from more")
    if "numbers_failure" in figures:
        yield f"its numbers: {figures['numbers_failure']}"
    if outcome.rows.segments:
        yield "segments of a recording, by both as epochs of their own: RESULT.h5 has filtered them with their neighbours"


def print_outcome(case, outcome):
    name, figures = outcome.peer.name, outcome.figures
    if outcome.failure:
        print(f"{case:13} {name:10} {outcome.failure}", flush=True)
        return
    pac = {"correlation": float("nan"), "max_difference": float("nan"), **figures["pac"]}
    print(f"{case:13} {name:10} {figures['setting']:12} {figures['peer_row_s']:10.5f} {figures['peer_bytes'] / 1e6:6.0f} "
          f"{figures['pacbench_row_s']:10.6f} {figures['pacbench_bytes'] / 1e6:5.0f} {figures['ratio']:7.1f} "
          f"{pac['correlation']:11.6f} {pac['max_difference']:11.2e}")
    for setting, seconds in figures["settings_row_s"].items():
        if setting != figures["setting"]:
            print(f"{MORE} {setting:12} {seconds:10.5f}")
    for note in notes_on(outcome):
        print(f"{MORE} {note}")
    if "surrogates" in figures:
        found = figures["surrogates"]
        print(f"{MORE} surrogates of {found['rows']} rows, {found['n_perm']} each: means differ by "
              f"{found['mean_rms_in_errors']:.2f} standard errors (root mean square), correlate "
              f"{found['mean_correlation']:.4f};\n{MORE} standard deviations {found['std_ratio']:.3f} x pacbench's; "
              f"z correlates {found['z_correlation']:.4f}")
    print(end="", flush=True)


def files_for(given, which, folder):
    """(the peer's file, pacbench's beside it)."""
    stem = f"{given.path.stem}-{pathlib.Path(which).stem}"
    return folder / f"{stem}.h5", folder / f"{stem}-pacbench.h5"


def write_outcomes(path, given, outcomes, rows, started, device):
    """One result file of a peer: all its cases."""
    peer = outcomes[0].peer
    facts = next((outcome.facts for outcome in outcomes if outcome.facts), {})
    versions = facts.get("versions", {})
    version = versions.get(peer.distribution, "")
    provenance = {"program": f"{peer.name} {version}".strip(), **versions, "python": facts.get("python", ""),
                  "blas": ", ".join(facts.get("blas", ())), "definition": peer.definition or "pacbench's", "start": started,
                  "end": now(), "input": given.parameters["input"] or "synthetic", "compared_with": given.path.name,
                  "signals_digest": given.digest}
    changes = {**peer.counterpart, "backend": device, "output": path.name}
    cases = [case for outcome in outcomes for case in outcome.cases]
    ranks = max((outcome.ranks for outcome in outcomes), key=len)
    maps = outcomes[0].maps if len(outcomes) == 1 and given.benchmark == "comodulogram" else None
    provenance = {name: text for name, text in provenance.items() if text}
    write_result(path, given.path, rows and rows.path, changes, given.benchmark, cases, ranks, provenance, maps,
                 peer.definition)


def run_result(comparison, given, peers, folder, overwrite, work_folder):
    """All peers on all cases of a result; rows of the table."""
    for which in peers:
        for path in files_for(given, which, folder):
            if path.exists() and not overwrite:
                raise Refusal(3, f"{path}: exists already; give --overwrite or another -o")
    sweep, started, table = given.benchmark == "sweep", now(), []
    outcomes = {which: [] for which in peers}
    for index, label in enumerate(given.labels):
        case_folder = pathlib.Path(tempfile.mkdtemp(dir=work_folder))
        variables = {name: value for name, value in given.variables[index].items() if name not in KNOWN_SIZES}
        rows, failure = None, ""
        try:
            rows = rows_of(comparison.product, given, index, case_folder)
        except Refusal as refusal:
            if not sweep:
                raise
            failure = refusal.line
        if not sweep and given.digest and rows.digest != given.digest:
            raise Refusal(3, f"{given.path}: its signals are no more to be had: signals_digest {given.digest}, now "
                          f"{rows.digest}; run it again with this pacbench")
        for which in peers:
            peer = peer_class(which)
            outcome = (comparison.run(which, peer, label, variables, rows, widest_only=sweep) if rows else
                       failed_outcome(peer, label, variables, failure))
            print_outcome(label if sweep else given.path.stem, outcome)
            outcomes[which].append(outcome)
            table.append({"case": label if sweep else given.path.stem, "peer": outcome.peer.name,
                          "definition": outcome.peer.definition, "failure": outcome.failure, **outcome.figures})
            theirs, ours = files_for(given, which, folder)
            write_outcomes(theirs, given, outcomes[which], rows, started, comparison.device)
            if not sweep and not outcome.failure:
                shutil.copy(outcome.product_path, ours)
        shutil.rmtree(case_folder)
    return table
