#!/usr/bin/env python3
"""Tests that work which is finished is never lost: signals, kills, full disks, vanished input, and --resume after them.

    resume_test.py PACBENCH [--mpirun "mpirun -np"] [--kills 6] [unittest options]

--kills: how often a run is ended in random ways at random moments, each followed by --resume, until its file must be
that of an undisturbed run. Exit status 77 (skipped) where h5py is missing. Sweeps: benchmarks_test.py.
"""
import argparse
import os
import pathlib
import random
import resource
import signal
import subprocess
import sys
import tempfile
import time
import unittest

try:
    import h5py
    import numpy as np
except ImportError as error:
    print(f"skipped: {error} (Debian: python3-h5py)")
    sys.exit(77)

from ranks import Ranks, kill_all, own_lines, runs
from results import columns

ARGUMENTS = argparse.Namespace(kills=6)
CACHE = ""
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
        self.ranks.environment["PACBENCH_CACHE"] = CACHE
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

    def start(self, words, n_ranks=0):
        """A running job; without mpirun for n_ranks 0."""
        command = [self.ranks.program, *map(str, words)] if n_ranks == 0 else self.ranks.command(n_ranks, words)
        return subprocess.Popen(command, cwd=self.folder, env={**self.ranks.environment, "PACBENCH_FAULT": SLOW},
                                stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True, start_new_session=True,
                                preexec_fn=lambda: signal.signal(signal.SIGXFSZ, signal.SIG_IGN))  # then EFBIG

    def wait_for(self, condition, job=None):
        limit = time.monotonic() + 60
        while not condition():
            self.assertIsNone(job and job.poll(), "the run ended before")
            self.assertLess(time.monotonic(), limit, "the run did not get there")
            time.sleep(0.01)

    def interrupt(self, words, number, when, n_ranks=0):
        """Starts a run, sends it a signal when when() holds, requires status 7; its one line."""
        job = self.start(words, n_ranks)
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


class SignalTest(ResumeTest):
    """A signal ends the run when its unit is finished; all finished units are saved."""

    def test_rows_are_saved_and_gone_on_with(self):
        whole = self.undisturbed(LONG)
        words = [*LONG, "--output", self.result]
        for number in (signal.SIGUSR1, signal.SIGTERM, signal.SIGINT):
            with self.subTest(number.name):
                line = self.interrupt([*words, "--resume"], number, self.journal.exists)
                self.assertIn(f"interrupted by {number.name}", line)
                self.assertIn("--resume", line)
                with h5py.File(self.result) as left, h5py.File(whole) as full:
                    self.assertEqual(int(left["benchmark"].attrs["complete"]), 0)
                    self.assertEqual(int(full["benchmark"].attrs["complete"]), 1)
                    done = left["comodulogram/quality"][()] != 3
                    self.assertTrue(done.any())
                    self.assertFalse(done.all())
                    for name in ("pac", "p_value", "preferred_phase"):
                        kept, there = left["comodulogram"][name][()], full["comodulogram"][name][()]
                        self.assertEqual(kept[done].tobytes(), there[done].tobytes())
                        self.assertTrue(np.isnan(kept[~done]).all())
                self.assertIn("go on with --resume", self.run_alone(words, status=3).stderr)
                resumed = self.run_alone([*words, "--resume"])
                self.assertRegex(resumed.stdout, r"resumed: \d+ of 10800 rows were finished before")
                self.assertEqual(without_times(self.result), without_times(whole))
                self.assertFalse(self.journal.exists())
                self.result.unlink()

    def test_a_finished_run_is_left_as_it_is(self):
        words = ["comodulogram", *SMALL, "--output", self.result, "--resume"]
        self.run_alone(words)
        before = self.result.read_bytes()
        self.assertIn("nothing is left to do", self.run_alone(words).stdout)
        self.assertEqual(self.result.read_bytes(), before)

    def test_cases_are_saved_and_gone_on_with(self):
        for benchmark, more in (("speed", ()), ("throughput", ())):
            with self.subTest(benchmark):
                words = [benchmark, "--quick", *SMALL, "--batch-size", 2, "--repetitions", 2, *more]
                whole = self.undisturbed(words, 2)
                self.interrupt([*words, "--output", self.result], signal.SIGUSR1, self.result.exists, n_ranks=2)
                left = columns(self.result)
                self.assertLess(len(left["label"]), len(columns(whole)["label"]))
                done = self.ranks.run(2, [*words, "--output", self.result, "--resume"])
                self.assertEqual(done.returncode, 0, done.stderr)
                table = columns(self.result)
                if benchmark == "speed":  # the best batch is a matter of times
                    self.assertEqual(without_times(self.result)[3:], without_times(whole)[3:])
                for name in ("wall_s_median", "label"):  # finished cases were not measured again
                    self.assertEqual(table[name][:len(left[name])], left[name])
                self.assertTrue(all(np.isfinite(table["efficiency"][-2:])))
                self.result.unlink()
                whole.unlink()


class RefusalTest(ResumeTest):
    """What cannot be gone on with is said, and left as it is."""

    def test_other_runs_and_other_files(self):
        words = [*LONG, "--output", self.result]
        other = [*LONG[:-1], 4, "--output", self.result]  # --n-perm
        self.interrupt(words, signal.SIGUSR1, self.journal.exists)
        refusals = (
            ([*other, "--resume"], 2, "--n-perm 3, now it is 4"),
            ([*words, "--resume", "--overwrite"], 2, "give one of them"),
            ([*LONG, "--resume"], 2, "--resume: give the --output"),
            (["speed", "--quick", *SMALL, "--output", self.result, "--resume"], 3, "result.h5.journal: holds finished"),
        )
        for command, status, expected in refusals:
            self.assertIn(expected, self.run_alone(command, status).stderr)
        kept = self.journal.read_bytes()
        self.journal.unlink()
        self.assertIn("is missing", self.run_alone([*words, "--resume"], 3).stderr)
        self.journal.write_text("a letter")
        self.assertIn("no journal of an interrupted run", self.run_alone([*words, "--resume"], 3).stderr)
        self.result.unlink()  # as a killed run leaves it, its last record torn
        self.journal.write_bytes(kept[:-5])
        self.assertIn("--n-perm=3, now it is --n-perm=4", self.run_alone([*other, "--resume"], 2).stderr)
        self.run_alone([*words, "--resume"])
        self.assertEqual(without_times(self.result), without_times(self.undisturbed(LONG)))


class FailureTest(ResumeTest):
    """A failure keeps what is finished and says so; its cause removed, --resume completes the run."""

    def fail(self, spoil):
        """Starts a run, spoils something when it has kept a tile, requires status 3; its one line."""
        job = self.start([*LONG, "--output", self.result])
        try:
            self.wait_for(self.journal.exists, job)
            spoil(job)
            _, errors = job.communicate(timeout=60)
        finally:
            kill_all(job)
        self.assertEqual(job.returncode, 3, errors)
        self.assertEqual(len(own_lines(errors)), 1, errors)
        self.assertRegex(errors, r"\d+ of 10800 rows are kept: run again with --resume")
        return errors

    def test_no_room_for_another_tile(self):
        def limit(job):
            resource.prlimit(job.pid, resource.RLIMIT_FSIZE, (200_000, 200_000))

        self.assertIn("result.h5.journal: cannot write", self.fail(limit))
        self.run_alone([*LONG, "--output", self.result, "--resume"])
        self.assertEqual(without_times(self.result), without_times(self.undisturbed(LONG)))

    def test_vanished_input(self):
        errors = self.fail(lambda job: os.truncate(self.folder / "rows.npy", 4096))
        self.assertIn("rows.npy", errors)
        self.write_rows()
        self.run_alone([*LONG, "--output", self.result, "--resume"])
        self.assertEqual(without_times(self.result), without_times(self.undisturbed(LONG)))


class KillTest(ResumeTest):
    """Ended at random moments in every way, again and again, a run still gives the undisturbed run's file."""

    WAYS = ("SIGUSR1 to mpirun", "SIGTERM to mpirun", "SIGKILL of rank 0", "SIGKILL of rank 1", "SIGKILL of all")

    def strike(self, job, way):
        pids = self.ranks.pids(job)
        if way.endswith("to mpirun"):
            os.kill(job.pid, signal.SIGUSR1 if "USR1" in way else signal.SIGTERM)
        elif way.endswith("of all"):
            kill_all(job)
        elif len(pids) == 2:
            os.kill(pids[int(way[-1])], signal.SIGKILL)
        return pids

    def test_random_kills(self):
        whole = without_times(self.undisturbed(LONG, 2))
        words = [*LONG, "--output", self.result, "--resume"]
        chance = random.Random(7)
        finished = kills = 0
        while kills < ARGUMENTS.kills:
            job = self.start(words, 2)
            pids = []
            try:
                job.wait(timeout=chance.uniform(0.4, 2.2))
            except subprocess.TimeoutExpired:
                kills += 1
                pids = self.strike(job, self.WAYS[kills % len(self.WAYS)])
            try:
                job.communicate(timeout=60)
            finally:
                kill_all(job)
            self.wait_for(lambda: not any(runs(pid) for pid in pids))
            if job.returncode == 0:
                self.assertEqual(without_times(self.result), whole)
                finished += 1
                self.result.unlink()
        done = self.ranks.run(2, words)
        self.assertEqual(done.returncode, 0, done.stderr)
        self.assertEqual(without_times(self.result), whole)
        print(f"{kills} kills, {finished + 1} runs finished between and behind them")


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("pacbench", type=pathlib.Path, help="the product's binary")
    parser.add_argument("--mpirun", default="mpirun -np", help='the launcher ("%(default)s")')
    parser.add_argument("--kills", type=int, default=6, help="random kills (%(default)s)")
    _, rest = parser.parse_known_args(namespace=ARGUMENTS)
    global CACHE
    with tempfile.TemporaryDirectory() as cache:
        CACHE = cache
        unittest.main(argv=[sys.argv[0], *rest])


if __name__ == "__main__":
    main()
