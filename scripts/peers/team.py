"""The parent's end of workers: a team of processes that share out the rows of one peer and one setting, with their
memory watched from outside."""
import contextlib
import dataclasses
import json
import os
import pathlib
import select
import signal
import subprocess
import tempfile
import threading
import time

WORKER = pathlib.Path(__file__).resolve().parent / "worker.py"
SAMPLE_SHARE = 0.02  # of the time may go into looking at memory
BLAS_THREADS = ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS")


class PeerFailure(Exception):
    """A peer could not do what it was asked; the text says why in one line."""


class MissingPackage(PeerFailure):
    """A package of the peer cannot be imported."""


class Deadline:
    """So many seconds from now."""

    def __init__(self, limit_s):
        self.limit_s = limit_s
        self.end = time.monotonic() + limit_s

    def left_s(self):
        return max(0.0, self.end - time.monotonic())


def tree_of(pid):
    """A process and its descendants."""
    found = [pid]
    for parent in found:
        with contextlib.suppress(OSError):
            for task in os.listdir(f"/proc/{parent}/task"):
                found += map(int, pathlib.Path(f"/proc/{parent}/task/{task}/children").read_text().split())
    return found


def memory_bytes(pid):
    """Memory of a process and its descendants: shared pages are counted by their share (PSS)."""
    total = 0
    for process in tree_of(pid):
        with contextlib.suppress(OSError):
            for line in pathlib.Path(f"/proc/{process}/smaps_rollup").read_text().splitlines():
                if line.startswith("Pss:"):
                    total += int(line.split()[1]) << 10
    return total


class MemoryWatch(threading.Thread):
    """The most memory of a process tree while it lives, looked at every 10 ms or as seldom as SAMPLE_SHARE asks."""

    def __init__(self, pid):
        super().__init__(daemon=True)
        self.pid = pid
        self.peak_bytes = 0
        self.over = threading.Event()

    def run(self):
        pause_s = 0
        while not self.over.wait(pause_s):
            begin = time.perf_counter()
            self.peak_bytes = max(self.peak_bytes, memory_bytes(self.pid))
            pause_s = max(0.01, (time.perf_counter() - begin) / SAMPLE_SHARE)


class Worker:
    """One process. Any call may raise PeerFailure; after one by time the process is gone."""

    def __init__(self, python, facts, folder):
        with tempfile.NamedTemporaryFile("w", dir=folder, suffix=".json", delete=False) as file:
            json.dump(facts, file)
        self.log = pathlib.Path(file.name).with_suffix(".log")
        environment = {**os.environ, **{name: str(facts["blas_threads"]) for name in BLAS_THREADS}}
        with open(self.log, "w", encoding="utf-8") as log:
            self.process = subprocess.Popen([str(python), str(WORKER), file.name], stdin=subprocess.PIPE, text=True,
                                            stdout=subprocess.PIPE, stderr=log, env=environment, start_new_session=True)
        self.watch = MemoryWatch(self.process.pid)
        self.watch.start()
        self.base_bytes = 0

    def send(self, request):
        with contextlib.suppress(BrokenPipeError):
            print(json.dumps(request), file=self.process.stdin, flush=True)

    def answer(self, deadline):
        """The next answer; waits no longer than the deadline."""
        ready, _, _ = select.select([self.process.stdout], [], [], deadline.left_s())
        line = self.process.stdout.readline() if ready else None
        if line is None:
            self.end()
            raise PeerFailure(f"not done within {deadline.limit_s:g} s")
        if not line:
            status = self.process.wait()
            words = self.log.read_text(encoding="utf-8", errors="replace").strip().splitlines()
            killed = status == -signal.SIGKILL
            raise PeerFailure("killed, for memory as it seems" if killed else words[-1] if words else
                              f"ended with exit status {status}")
        answer = json.loads(line)
        if "missing" in answer:
            raise MissingPackage(answer["missing"])
        if "failure" in answer:
            raise PeerFailure(" ".join(answer["failure"].split()))
        return answer

    def end(self):
        self.watch.over.set()
        with contextlib.suppress(ProcessLookupError):
            os.killpg(self.process.pid, signal.SIGKILL)
        self.process.wait()


def share_of(total, ranks, rank):
    """(first, count): consecutive shares whose sizes differ by at most one, as pacbench has them."""
    base, extra = divmod(total, ranks)
    return rank * base + min(rank, extra), base + (rank < extra)


@dataclasses.dataclass
class Call:
    """One rank's answer: seconds and the device's peak."""
    seconds: float
    device_peak_bytes: int


class Team:
    """As many workers as the setting has processes, each with its share of the rows (no more processes than rows)."""

    def __init__(self, python, peer, work, setting, device, cores, folder, deadline):
        self.work = work
        self.setting = setting
        self.deadline = deadline
        self.folder = pathlib.Path(folder)
        self.shares = [share_of(work.n_rows, min(setting.processes, work.n_rows), rank)
                       for rank in range(min(setting.processes, work.n_rows))]
        self.workers = []
        try:
            for first, count in self.shares:
                self.workers.append(Worker(python, {
                    "peer": peer, "work": dataclasses.asdict(work), "first": first, "count": count,
                    "threads": setting.threads, "device": device, "blas_threads": max(1, cores // len(self.shares))},
                    folder))
            self.facts = [worker.answer(deadline) for worker in self.workers]
        except BaseException:
            self.end()
            raise
        for worker in self.workers:
            worker.base_bytes = memory_bytes(worker.process.pid)

    def end(self):
        for worker in self.workers:
            worker.end()

    def rows_of(self, rank, n_rows):
        """Rows of a rank when so many of all are to run: its share of them."""
        return share_of(n_rows, len(self.workers), rank)[1]

    def ask(self, requests):
        """All workers at once; None: that one rests."""
        for worker, request in zip(self.workers, requests):
            if request:
                worker.send(request)
        return [worker.answer(self.deadline) if request else None
                for worker, request in zip(self.workers, requests)]

    def call(self, n_rows, n_perm):
        """[rank] Call, or None for a rank without rows."""
        counts = [self.rows_of(rank, n_rows) for rank in range(len(self.workers))]
        answers = self.ask([{"do": "call", "n_rows": count, "n_perm": n_perm} if count else None for count in counts])
        return [Call(**answer) if answer else None for answer in answers]

    def maps(self, n_rows, n_perm):
        """{name: [row, phase band, amplitude band]}, NaN in rows that were not asked for."""
        import numpy as np
        counts = [self.rows_of(rank, n_rows) for rank in range(len(self.workers))]
        files = [self.folder / f"maps-{rank}.npz" for rank in range(len(self.workers))]
        self.ask([{"do": "maps", "n_rows": count, "n_perm": n_perm, "to": str(file)} if count else None
                  for count, file in zip(counts, files)])
        whole = {}
        for (first, _), count, file in zip(self.shares, counts, files):
            if not count:
                continue
            with np.load(file) as part:
                for name in part.files:
                    shape = (self.work.n_rows, *part[name].shape[1:])
                    whole.setdefault(name, np.full(shape, np.nan))[first:first + count] = part[name]
        return whole

    def memory(self):
        """[rank] (bytes before the first call, most bytes)."""
        return [(worker.base_bytes, worker.watch.peak_bytes) for worker in self.workers]
