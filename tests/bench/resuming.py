"""A run that is stopped and gone on with: its folder, its signals, what must be equal in the end. Shared by the tests of
--resume. Needs h5py and NumPy."""
import os
import pathlib
import signal
import subprocess
import tempfile
import time
import unittest

import h5py
import numpy as np

from ranks import ARGUMENTS, Ranks, kill_all, own_lines
from results import columns

BANDS = ("--seq-sec", 1, "--pha-n-bands", 2, "--amp-n-bands", 3, "--threads", 1)
SMALL = ("--n-channels", 4, *BANDS)
# Some tiles a rank; the input, rows.npy, stands in the folder of each test.
LONG = ("comodulogram", *BANDS, "--input", "rows.npy", "--fs", 512, "--mem-limit", "74M", "--repetitions", 2,
        "--n-perm", 3)
ROWS = (2700, 4, 512)
SLOW = "slow:gather:0.1"  # so that each tile is kept, and a signal finds the run at work


def maps(path):
    """{dataset: bytes} of /comodulogram."""
    with h5py.File(path) as file:
        return {name: data.asstr()[()].tolist() if h5py.check_string_dtype(data.dtype) else data[()].tobytes()
                for name, data in file["comodulogram"].items()}


def without_times(path):
    """What an interruption must not change: maps, parameters, verdict, labels, digests, numbers of samples."""
    with h5py.File(path) as file:
        parameters = {name: str(value) for name, value in file["parameters"].attrs.items()
                      if name not in ("output", "resume", "overwrite")}
        state = {name: str(value) for name, value in file["benchmark"].attrs.items()}
        provenance = file["provenance"].attrs["signals_digest"] if "comodulogram" in file else ""
    table = columns(path)
    kept = {name: table[name] for name in ("label", "n_ranks", "n_rows", "results_digest", "failure", "repetitions")}
    samples = {name: columns(path, "samples")[name] for name in ("case", "rank", "repetition", "warmup")}
    return parameters, state, provenance, kept, samples, maps(path) if provenance else {}


class ResumeTest(unittest.TestCase):
    """A folder of its own for each test."""

    def setUp(self):
        temporary = tempfile.TemporaryDirectory()
        self.addCleanup(temporary.cleanup)
        self.folder = pathlib.Path(temporary.name)
        self.ranks = Ranks(ARGUMENTS.pacbench, temporary.name, ARGUMENTS.mpirun)
        self.ranks.environment["PACBENCH_CACHE"] = ARGUMENTS.cache
        self.result = self.folder / "result.h5"
        self.journal = self.folder / "result.h5.journal"
        self.write_rows()

    def write_rows(self):
        np.save(self.folder / "rows.npy", np.random.default_rng(1).standard_normal(ROWS).astype(np.float32))

    def run_alone(self, words, status=0):
        """Runs the program without a launcher and requires the exit status and one line on stderr, or none."""
        done = subprocess.run([self.ranks.program, *map(str, words)], cwd=self.folder, text=True, capture_output=True,
                              timeout=120, check=False, env=self.ranks.environment)
        self.assertEqual(done.returncode, status, done.stdout + done.stderr)
        self.assertEqual(len(own_lines(done.stderr)), 0 if status == 0 else 1, done.stderr)
        return done

    def start(self, words, n_ranks=0, fault=SLOW):
        """A running job; without mpirun for n_ranks 0."""
        command = [self.ranks.program, *map(str, words)] if n_ranks == 0 else self.ranks.command(n_ranks, words)
        return subprocess.Popen(command, cwd=self.folder, env={**self.ranks.environment, "PACBENCH_FAULT": fault},
                                stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True, start_new_session=True,
                                preexec_fn=lambda: signal.signal(signal.SIGXFSZ, signal.SIG_IGN))  # then EFBIG

    def wait_for(self, condition, job=None):
        limit = time.monotonic() + 60
        while not condition():
            self.assertIsNone(job and job.poll(), "the run ended before")
            self.assertLess(time.monotonic(), limit, "the run did not get there")
            time.sleep(0.01)

    def interrupt(self, words, number, when, n_ranks=0, fault=SLOW):
        """Starts a run, sends it a signal when when() holds, requires status 7; its one line."""
        job = self.start(words, n_ranks, fault)
        try:
            self.wait_for(when, job)
            os.kill(job.pid, number)
            _, errors = job.communicate(timeout=60)
        finally:
            kill_all(job)
        self.assertEqual(job.returncode, 7, errors)
        self.assertEqual(len(own_lines(errors)), 1, errors)
        return own_lines(errors)[0]

    def undisturbed(self, words, n_ranks=0):
        """The file of a run that nothing happened to."""
        path = self.folder / "undisturbed.h5"
        if n_ranks == 0:
            self.run_alone([*words, "--output", path])
        else:
            done = self.ranks.run(n_ranks, [*words, "--output", path])
            self.assertEqual(done.returncode, 0, done.stderr)
        return path
