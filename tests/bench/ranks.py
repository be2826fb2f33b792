"""Runs the program under mpirun in a folder of its own; shared by the tests of several ranks."""
import argparse
import os
import pathlib
import shlex
import signal
import subprocess
import sys
import tempfile
import unittest

ARGUMENTS = argparse.Namespace()  # of the test that runs: pacbench, mpirun, cache, and its own
LIMIT_S = 120  # a run that takes longer hangs


class Ranks:
    """The program, its launcher and a folder with a cache of FFT plans: the contract is about runs that share them."""

    def __init__(self, pacbench, folder, mpirun="mpirun -np"):
        self.program = str(pathlib.Path(pacbench).resolve())
        self.mpirun = shlex.split(mpirun)
        self.folder = pathlib.Path(folder)
        self.environment = {**os.environ, "PACBENCH_CACHE": str(self.folder / "cache"), "OMPI_ALLOW_RUN_AS_ROOT": "1",
                            "OMPI_ALLOW_RUN_AS_ROOT_CONFIRM": "1", "OMPI_MCA_rmaps_base_oversubscribe": "1",
                            "OMPI_MCA_mpi_yield_when_idle": "1", "OMPI_MCA_hwloc_base_binding_policy": "none"}

    def command(self, n_ranks, words):
        """mpirun's words."""
        return [*self.mpirun, str(n_ranks), self.program, *map(str, words)]

    def run(self, n_ranks, words, fault="", limit_s=LIMIT_S):
        """The finished process; a hang is an error. `fault`: PACBENCH_FAULT (src/core/fault.hpp)."""
        return subprocess.run(self.command(n_ranks, words), cwd=self.folder,
                              env={**self.environment, **({"PACBENCH_FAULT": fault} if fault else {})},
                              capture_output=True, text=True, timeout=limit_s, check=False, stdin=subprocess.DEVNULL)

    def start(self, n_ranks, words):
        """A running job whose process group can be killed; its output is dropped."""
        return subprocess.Popen(self.command(n_ranks, words), cwd=self.folder, env=self.environment,
                                stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, stdin=subprocess.DEVNULL,
                                start_new_session=True)

    def pids(self, job):
        """Processes of the job's ranks (children of mpirun), by pid."""
        listed = subprocess.run(["ps", "-o", "pid=", "--ppid", str(job.pid)], capture_output=True, text=True, check=False)
        return [int(pid) for pid in listed.stdout.split()]


def kill_all(job):
    """Ends whatever is left of a job."""
    try:
        os.killpg(job.pid, signal.SIGKILL)
    except ProcessLookupError:
        pass
    job.wait()


def status_of(pid):
    """{field: text} of a process's /proc/PID/status; empty where there is none."""
    try:
        lines = pathlib.Path(f"/proc/{pid}/status").read_text(encoding="utf-8").splitlines()
    except (FileNotFoundError, ProcessLookupError):
        return {}
    return {name: text.strip() for name, _, text in (line.partition(":") for line in lines)}


def runs(pid):
    """Whether a process is there and not merely waiting to be reaped."""
    return status_of(pid).get("State", "Z")[0] != "Z"


def own_lines(text):
    """The program's lines among those of mpirun."""
    return [line for line in text.splitlines() if "pacbench:" in line]


def main(documentation, add_options=None):
    """Reads PACBENCH and --mpirun into ARGUMENTS, and runs the calling program's tests; `cache`: FFT plans of all its runs."""
    parser = argparse.ArgumentParser(description=documentation, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("pacbench", type=pathlib.Path, help="the product's binary")
    parser.add_argument("--mpirun", default="mpirun -np", help='the launcher ("%(default)s")')
    if add_options:
        add_options(parser)
    _, rest = parser.parse_known_args(namespace=ARGUMENTS)
    with tempfile.TemporaryDirectory() as cache:
        ARGUMENTS.cache = cache
        unittest.main(module="__main__", argv=[sys.argv[0], *rest])
