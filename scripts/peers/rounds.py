"""Rounds of one setting of a peer: how much of the work it really runs, its times, its case as pacbench's file has it."""
import dataclasses

from peers.schema import CaseRecord, add_time_metrics

# Permutations that are run where a peer's time is extrapolated: even numbers, for two jobs share them out.
PROBES = ((4, 20), (2, 4))


@dataclasses.dataclass(frozen=True)
class Size:
    """What of the work a peer really runs in a call; permutations (few, many), or None: all of them."""
    n_rows: int
    probes: tuple | None

    def is_all(self, work):
        return self.n_rows == work.n_rows and self.probes is None


def slowest(calls):
    return max(call.seconds for call in calls if call)


def size_for(team, budget_s):
    """The most that fits the budget of a call: all, else fewer permutations, else fewer rows. Its calls warm the peer up."""
    work, n_processes = team.work, len(team.workers)
    team.call(n_processes, 0)
    filters_s = slowest(team.call(n_processes, 0))
    share = -(-work.n_rows // n_processes)

    def most(row_s):
        return min(work.n_rows, n_processes * max(1, min(share, int(budget_s / row_s))))
    if work.n_perm == 0:
        return Size(most(filters_s), None)
    team.call(n_processes, 2)  # starts what runs a peer's jobs, which is not of a permutation
    each_s = max(slowest(team.call(n_processes, 4)) - filters_s, 0) / 4
    if share * (filters_s + work.n_perm * each_s) <= budget_s:
        return Size(work.n_rows, None)
    for few, many in PROBES:
        if many >= work.n_perm:
            continue
        row_s = 2 * filters_s + (few + many) * each_s
        if row_s <= budget_s or (few, many) == PROBES[-1]:
            return Size(most(row_s), (few, many))
    return Size(most(filters_s + work.n_perm * each_s), None)


def measure_once(team, size):
    """[(rank, columns of a sample)]: wall_s of the rank's whole share, and of the calls that it follows from."""
    work = team.work
    runs = [team.call(size.n_rows, n_perm) for n_perm in size.probes or (work.n_perm,)]
    samples = []
    for rank, calls in enumerate(zip(*runs)):
        if calls[0] is None:
            continue
        seconds = [call.seconds for call in calls]
        run_s = seconds[-1]
        if size.probes:
            few, many = size.probes
            run_s += max(0, seconds[1] - seconds[0]) / (many - few) * (work.n_perm - many)
        columns = {"wall_s": run_s * team.shares[rank][1] / team.rows_of(rank, size.n_rows)}
        if not size.is_all(work):
            names = ("few", "many") if size.probes else ("run",)
            columns.update({f"call_{name}_s": value for name, value in zip(names, seconds)})
        samples.append((rank, columns, max(call.device_peak_bytes for call in calls)))
    return samples


class Measured:
    """What rounds of one setting gave."""

    def __init__(self, team, size):
        self.team, self.size = team, size
        self.samples, self.device_peak = [], {}

    def round(self, repetition, warmup):
        for rank, columns, device_peak in measure_once(self.team, self.size):
            self.samples.append({"rank": rank, "repetition": repetition, "warmup": warmup, **columns})
            self.device_peak[rank] = max(self.device_peak.get(rank, -1), device_peak)

    def job_s(self, repetition):
        return max(sample["wall_s"] for sample in self.samples if sample["repetition"] == repetition)

    def record(self, label, variables):
        """The case as pacbench's file has it."""
        work, size = self.team.work, self.size
        case = CaseRecord(label, len(self.team.workers),
                          {**variables, "n_rows": work.n_rows, "n_times": work.n_times}, samples=self.samples)
        case.memory = [{"rank": rank, "host_base_bytes": base, "host_peak_bytes": peak,
                        "device_peak_bytes": self.device_peak.get(rank, -1)}
                       for rank, (base, peak) in enumerate(self.team.memory())]
        add_time_metrics(case, work.n_rows, work.n_times, work.n_pairs * work.n_perm)
        case.metrics.update({
            "host_peak_bytes": max(entry["host_peak_bytes"] for entry in case.memory),
            "threads": self.team.setting.threads, "extrapolated": int(not size.is_all(work)),
            "n_rows_run": size.n_rows, "n_perm_run": sum(size.probes) if size.probes else work.n_perm})
        return case

    def memory_bytes(self):
        """Of all processes; of the device where there is one."""
        device = sum(self.device_peak.values())
        return device if device > 0 else sum(peak for _, peak in self.team.memory())
