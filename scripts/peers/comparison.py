"""A peer and pacbench in turns on the same rows: times, memory, numbers."""
import dataclasses
import os
import pathlib
import platform
import statistics

import h5py
import numpy as np

from peers.environment import cpu_name
from peers.pacbench import map_of, peak_bytes, row_words, wall_and_stages, words_of
from peers.peer import Work
from peers.rounds import Measured, size_for
from peers.schema import CaseRecord
from peers.team import Deadline, MissingPackage, PeerFailure, Team

CONTRACT = (1e-6, 1e-3)  # maps agree within this + this x MI
PRODUCT_S = 1.0  # most that pacbench's repetitions of a round are to last; else as long as the peer's call


@dataclasses.dataclass(frozen=True)
class Rows:
    """Rows of one case, as pacbench made or read them, and its file on them."""
    work: Work
    path: pathlib.Path  # pacbench's result
    definition: dict  # its hilbert and bin_statistic
    segments: bool  # cut from a recording
    digest: str


def rows_of(product, given, index, folder):
    """Makes case `index` of a result again, without surrogates, and keeps its signals."""
    signals, path = folder / "signals.npy", folder / "rows.h5"
    options = given.options(index)
    n_perm = int(float(options.pop("n_perm")))
    product.run([*words_of(options), "--warmups", "0", "--repetitions", "1", "--save-signals", str(signals)], path)
    with h5py.File(path) as file:
        parameters = file["parameters"].attrs
        maps = file["comodulogram"]
        fs_hz = float(parameters["fs"])
        shape = np.load(signals, mmap_mode="r").shape
        min_shift = max(int(parameters["min_shift"]), int(np.ceil(float(parameters["min_shift_sec"]) * fs_hz)))
        work = Work(str(signals), fs_hz, maps["phase_frequency_bounds"][:].tolist(),
                    maps["amplitude_frequency_bounds"][:].tolist(), int(parameters["n_bins"]), n_perm,
                    int(parameters["seed"]), min_shift, [int(parameters["pha_cycles"]), int(parameters["amp_cycles"])],
                    shape[0] * shape[1], shape[2])
        return Rows(work, path, {name: parameters[name] for name in ("hilbert", "bin_statistic")},
                    bool((maps["start_s"][:] > 0).any()), file["provenance"].attrs["signals_digest"])


def counterpart_words(rows, peer):
    """pacbench on these rows, by the definition nearest to the peer's."""
    work = rows.work
    return [*row_words(work.signals, work.fs_hz, work.n_times, work.pha_bands, work.amp_bands, work.n_bins),
            "--n-perm", str(work.n_perm), "--seed", str(work.seed), "--min-shift", str(work.min_shift),
            "--pha-cycles", str(work.cycles[0]), "--amp-cycles", str(work.cycles[1]),
            *words_of({**rows.definition, **peer.counterpart})]


@dataclasses.dataclass
class Outcome:
    """A peer on a case: what the table and the files show."""
    peer: type
    label: str
    rows: Rows | None
    product_path: pathlib.Path | None = None  # pacbench's result by the peer's counterpart definition
    failure: str = ""
    cases: list = dataclasses.field(default_factory=list)  # CaseRecord; the better setting first, under the case's label
    ranks: list = dataclasses.field(default_factory=list)
    facts: dict = dataclasses.field(default_factory=dict)
    maps: dict = dataclasses.field(default_factory=dict)
    figures: dict = dataclasses.field(default_factory=dict)


def failed_outcome(peer, label, variables, failure, rows=None):
    """Of a case without figures."""
    return Outcome(peer, label, rows, failure=failure, cases=[CaseRecord(label, 1, dict(variables), failure=failure)],
                   ranks=[{"host": platform.node()}])


def rank_facts(team, cores):
    """/system/ranks of a team."""
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES")
    return [{"host": platform.node(), "local_rank": rank, "device_name": cpu_name(), "device_total_bytes": memory,
             "threads": team.setting.threads, "host_cores": os.cpu_count(),
             "cpus": ",".join(map(str, sorted(os.sched_getaffinity(0))[:cores])), **facts["device"]}
            for rank, facts in enumerate(team.facts)]


def agreement(theirs, ours):
    """How near two maps are: Pearson's correlation, largest difference, pairs beyond the contract."""
    both = np.isfinite(theirs) & np.isfinite(ours)
    a, b = theirs[both], ours[both].astype(float)
    if len(a) == 0:
        return {"pairs": 0}
    difference = np.abs(a - b)
    defined = len(a) > 1 and a.std() > 0 and b.std() > 0
    return {"pairs": int(len(a)), "correlation": float(np.corrcoef(a, b)[0, 1]) if defined else float("nan"),
            "max_difference": float(difference.max()),
            "beyond_contract": int((difference > CONTRACT[0] + CONTRACT[1] * b).sum())}


def surrogate_agreement(maps, path, n_perm):
    """Surrogates are drawn anew by each program: their means are compared in standard errors of their difference (root
    mean square about 1 where the definitions are one), and their standard deviations by the median ratio."""
    ours = {name: map_of(path, name) for name in ("surrogate_mean", "surrogate_std", "pac_z")}
    both = np.isfinite(maps["surrogate_mean"]) & (ours["surrogate_std"] > 0) & (maps["surrogate_std"] > 0)
    error = np.sqrt((maps["surrogate_std"] ** 2 + ours["surrogate_std"] ** 2) / n_perm)
    standard = ((maps["surrogate_mean"] - ours["surrogate_mean"]) / error)[both]
    return {"rows": int(np.isfinite(maps["surrogate_mean"]).any(axis=(1, 2)).sum()), "n_perm": n_perm,
            "mean_rms_in_errors": float(np.sqrt((standard ** 2).mean())),
            "mean_correlation": agreement(maps["surrogate_mean"], ours["surrogate_mean"])["correlation"],
            "std_ratio": float(np.median((maps["surrogate_std"] / ours["surrogate_std"])[both])),
            "z_correlation": agreement(maps["pac_z"], ours["pac_z"])["correlation"]}


class Comparison:
    """How peers are measured: rounds, seconds that a call may take (budget), seconds that may pass at all (limit)."""

    def __init__(self, product, python_of, device, rounds, budget_s, limit_s):
        self.product, self.python_of, self.device = product, python_of, device
        self.cores = len(os.sched_getaffinity(0))
        self.rounds, self.budget_s, self.limit_s = rounds, budget_s, limit_s

    def run(self, which, peer, label, variables, rows, widest_only=False):
        """Measures one peer on one case; what it cannot do is the outcome's failure."""
        outcome = Outcome(peer, label, rows)
        settings = [one for one in peer.settings(self.cores, self.device)
                    if one.processes <= rows.work.n_rows]
        python = self.python_of(which)  # which may have to be made
        deadline = Deadline(self.limit_s)
        teams = []
        try:
            if peer.n_bins not in (None, rows.work.n_bins):
                raise PeerFailure(f"has {peer.n_bins} phase bins always, asked for were {rows.work.n_bins}")
            for setting in settings[-1:] if widest_only else settings:
                teams.append(Team(python, which, rows.work, setting, self.device, self.cores, rows.path.parent, deadline))
            self.measure(which, outcome, teams, variables)
        except MissingPackage:
            raise
        except PeerFailure as failure:
            return failed_outcome(peer, label, variables, str(failure), rows)
        finally:
            for team in teams:
                team.end()
        return outcome

    def measure(self, which, outcome, teams, variables):
        path = outcome.product_path = outcome.rows.path.with_name(f"pacbench-{pathlib.Path(which).stem}.h5")
        words = counterpart_words(outcome.rows, outcome.peer)
        self.product.run([*words, "--warmups", "1", "--repetitions", "1"], path)
        measured = [Measured(team, size_for(team, self.budget_s)) for team in teams]
        product_s = []
        for repetition in range(self.rounds + 1):
            for one in measured:
                one.round(repetition, int(repetition == 0))
            if repetition == 0:
                lasting_s = min(PRODUCT_S, *(one.job_s(0) for one in measured))
                repetitions = int(np.clip(round(lasting_s / wall_and_stages(path)[0]), 3, 150))
            else:
                self.product.run([*words, "--warmups", "3", "--repetitions", str(repetitions)], path)
                product_s.append(wall_and_stages(path)[0])
        job_s = [[one.job_s(repetition) for repetition in range(1, self.rounds + 1)] for one in measured]
        order = sorted(range(len(measured)), key=lambda i: statistics.median(job_s[i]))
        best = measured[order[0]]
        for place, i in enumerate(order):
            name = outcome.label if place == 0 else f"{outcome.label}, {teams[i].setting.label}"
            outcome.cases.append(measured[i].record(name, variables))
        outcome.ranks, outcome.facts = rank_facts(best.team, self.cores), best.team.facts[0]
        n_rows = outcome.rows.work.n_rows
        peer_s = statistics.median(job_s[order[0]])
        outcome.figures = {
            "setting": best.team.setting.label, "rounds": self.rounds, "n_rows_run": best.size.n_rows,
            "probes": best.size.probes, "peer_row_s": peer_s / n_rows,
            "peer_rounds_row_s": [seconds / n_rows for seconds in job_s[order[0]]],
            "settings_row_s": {team.setting.label: statistics.median(s) / n_rows for team, s in zip(teams, job_s)},
            "pacbench_row_s": statistics.median(product_s) / n_rows,
            "pacbench_rounds_row_s": [seconds / n_rows for seconds in product_s],
            "ratio": peer_s / statistics.median(product_s), "peer_bytes": best.memory_bytes(),
            "pacbench_bytes": peak_bytes(path), "pac": {"pairs": 0}}
        try:
            self.compare_numbers(outcome, teams[-1], path)
        except PeerFailure as failure:  # the times are known
            outcome.figures["numbers_failure"] = str(failure)

    def compare_numbers(self, outcome, team, path):
        """Maps of all rows; surrogates of as many rows as the budget holds."""
        work, case = outcome.rows.work, outcome.cases[0]
        outcome.maps = team.maps(work.n_rows, 0)
        outcome.figures["pac"] = agreement(outcome.maps["pac"], map_of(path))
        finite = outcome.maps["pac"][np.isfinite(outcome.maps["pac"])]
        case.metrics["pac_mean"] = float(finite.mean()) if finite.size else float("nan")
        case.metrics["peak_pac"] = float(finite.max()) if finite.size else float("nan")
        row_s = outcome.figures["settings_row_s"][team.setting.label] * len(team.workers)
        n_rows = min(work.n_rows, len(team.workers) * int(self.budget_s / row_s))
        if work.n_perm > 1 and n_rows > 0:
            with_surrogates = team.maps(n_rows, work.n_perm)
            outcome.maps.update({name: values for name, values in with_surrogates.items() if name != "pac"})
            outcome.figures["surrogates"] = surrogate_agreement(outcome.maps, path, work.n_perm)
