#!/usr/bin/env python3
"""Tests that a run which is ended in random ways at random moments, each time gone on with, ends with an undisturbed file.

    kill_test.py PACBENCH [--mpirun "mpirun -np"] [--kills 6] [unittest options]

Exit status 77 (skipped) where h5py is missing.
"""
import os
import random
import signal
import subprocess
import sys

try:
    import h5py
except ImportError as error:
    print(f"skipped: {error} (Debian: python3-h5py)")
    sys.exit(77)

from ranks import ARGUMENTS, kill_all, main, runs
from resuming import LONG, ResumeTest, without_times


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
        finished = kills = resumed = 0
        while kills < ARGUMENTS.kills:
            job = self.start(words, 2)
            pids = []
            try:
                job.wait(timeout=chance.uniform(0.5, 2.2))
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
                with h5py.File(self.result) as file:
                    resumed += "resumed" in file["provenance"].attrs
                self.result.unlink()
        done = self.ranks.run(2, words)
        self.assertEqual(done.returncode, 0, done.stderr)
        self.assertEqual(without_times(self.result), whole)
        resumed += "resumed:" in done.stdout
        print(f"{kills} kills, {finished + 1} runs finished between and behind them, {resumed} of them resumed")
        self.assertGreater(resumed, 0, "no kill left anything to go on with")


if __name__ == "__main__":
    main(__doc__, lambda parser: parser.add_argument("--kills", type=int, default=6, help="random kills (%(default)s)"))
