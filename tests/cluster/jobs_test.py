#!/usr/bin/env python3
"""Tests jobs/ with a real SLURM on three hosts of this machine: srun and mpirun, a job array, requeue and resume, a lost
rank, the table of scaling.

    jobs_test.py PACBENCH [unittest options]

Exit status 77 (skipped) where h5py, SLURM or the right to make namespaces is missing.
"""
import argparse
import csv
import functools
import os
import pathlib
import re
import signal
import sys
import unittest

try:
    import h5py
except ImportError as error:
    print(f"skipped: {error} (Debian: python3-h5py)")
    sys.exit(77)

import cluster
from cluster import LOST, ROOT, Cluster

sys.path.insert(0, str(ROOT / "tests/bench"))
from results import columns  # noqa: E402
from resuming import maps, without_times  # noqa: E402

ARGUMENTS = argparse.Namespace()
SIX_RANKS = ("--nodes=3", "--ntasks-per-node=2", "--cpus-per-task=1")
ONE_RANK = ("--nodes=1", "--ntasks-per-node=1", "--cpus-per-task=1")
ROWS = ("--batch-size", 2, "--n-channels", 12, "--seq-sec", 1, "--pha-n-bands", 2, "--amp-n-bands", 3, "--n-perm", 5,
        "--warmups", 0, "--repetitions")
SLOW = "slow:spectrum:0.1"  # so that each repetition is kept, and there is a middle to be struck in
CRASH = r"Signal: Segmentation fault .*\n.*\n.*Failing at address: \(nil\)"


class StartUpCrash(Exception):
    """Open MPI 4.1 under srun, on crowded hosts: ranks leave MPI_Init's fence before rank 0 is there, and their first message
    makes it call a null pointer (in btl tcp). Nothing of ours has run by then."""


def again_after_a_crash_at_start(test):
    """Decorates a test that needs srun: twice it may run again."""
    @functools.wraps(test)
    def run(self):
        for _ in range(2):
            try:
                return test(self)
            except StartUpCrash as crash:
                print(f"again: {crash}", file=sys.stderr)
                self.tearDown()
        return test(self)
    return run


class JobsTest(unittest.TestCase):
    """One SLURM for all tests; each test submits, waits, and reads files back."""

    @classmethod
    def setUpClass(cls):
        cls.folder = pathlib.Path(os.environ[cluster.INSIDE]) / "jobs"
        cls.folder.mkdir()
        os.chdir(cls.folder)
        cls.cluster = Cluster(cls.folder.parent, slurm=True, PACBENCH=str(ARGUMENTS.pacbench),
                              PACBENCH_PYTHON=sys.executable, PACBENCH_JOBS=str(ROOT / "jobs"))
        cls.alone = cls.folder / "alone.h5"
        done = cls.cluster.run([ARGUMENTS.pacbench, "comodulogram", *ROWS, 1, "--output", cls.alone])
        if done.returncode:
            raise RuntimeError(done.stdout + done.stderr)

    def tearDown(self):
        """What a test that failed leaves is not in the next one's way."""
        self.cluster.run(["scancel", "--quiet", "--user=root"])

    def submit(self, script, words, options=SIX_RANKS, **environment):
        """Submits jobs/SCRIPT; returns the job's id."""
        done = self.cluster.run(["sbatch", "--parsable", "--time=5", *options, ROOT / "jobs" / script, *words], **environment)
        self.assertEqual(done.returncode, 0, done.stderr)
        return done.stdout.strip()

    def states(self, job):
        """[{field: text}] of a job, one for each task of an array."""
        done = self.cluster.run(["scontrol", "-o", "show", "job", job])
        self.assertEqual(done.returncode, 0, done.stderr)
        return [dict(re.findall(r"(\S+?)=(\S*)", line)) for line in done.stdout.splitlines()]

    def wait(self, job):
        """Exit statuses of a job's tasks once all have ended."""
        def ended():
            states = self.states(job)
            done = all(one["JobState"] in ("COMPLETED", "FAILED", "CANCELLED", "NODE_FAIL", "TIMEOUT") for one in states)
            return states if done else None
        return [int(one["ExitCode"].split(":")[0]) for one in self.wait_until(ended, f"job {job} to end", job)]

    def wait_until(self, condition, what, job):
        """Polls; an error shows the job's state and log. Throws StartUpCrash."""
        def look():
            if re.search(CRASH, self.log(job)):
                raise StartUpCrash(f"job {job}")
            return condition()
        return cluster.wait_until(look, what, lambda: f"{self.states(job)}\n{self.log(job)}")

    def log(self, name):
        """What a job printed."""
        path = self.folder / f"pacbench-{name}.out"
        return path.read_text(encoding="utf-8") if path.exists() else ""

    @again_after_a_crash_at_start
    def test_six_ranks_on_three_hosts_give_the_maps_of_one(self):
        for launcher, gpus in (("srun", ()), ("srun", ("--gpus-per-node=2",)), ("mpirun", ())):
            job = self.submit("run.sbatch", ["comodulogram", *ROWS, 1], (*SIX_RANKS, *gpus), PACBENCH_LAUNCHER=launcher)
            self.assertEqual(self.wait(job), [0], self.log(job))
            result = self.folder / f"pacbench-{job}.h5"
            self.assertEqual(maps(result), maps(self.alone), launcher)
            with h5py.File(result) as file:
                hosts = file["system/ranks/host"].asstr()[()].tolist()
            self.assertEqual(sorted(hosts), ["host1"] * 2 + ["host2"] * 2 + ["host3"] * 2, launcher)

    def test_an_array_shares_a_sweep(self):
        values = (1, 2, 3, 4, 5)
        whole = self.folder / "sweep.h5"
        done = self.cluster.run([ARGUMENTS.pacbench, "sweep", *ROWS, 1, "--vary",
                                 "n_perm=" + ",".join(map(str, values)), "--output", whole])
        self.assertEqual(done.returncode, 0, done.stderr)
        digests = dict(zip(columns(whole)["n_perm"], columns(whole)["results_digest"]))
        array = self.submit("sweep.sbatch", [*ROWS, 1, "--vary", "n_perm=" + ",".join(map(str, values))],
                            (*ONE_RANK, "--array=0-2"))
        lines = self.folder / "variations.txt"
        lines.write_text("--noise 1\n--noise 2 --seed 7\n", encoding="utf-8")
        variations = self.submit("sweep.sbatch", [lines, *ROWS, 1], (*ONE_RANK, "--array=0-2"))
        self.assertEqual(self.wait(array), [0, 0, 0], [self.log(f"{array}_{task}") for task in range(3)])
        for task in range(3):
            cases = columns(self.folder / f"pacbench-{array}_{task}.h5")
            self.assertEqual({*cases["n_perm"]}, {5, *values[task::3]})  # the base case is in each
            self.assertEqual([digests[n_perm] for n_perm in cases["n_perm"]], cases["results_digest"])
        self.assertEqual(sorted(self.wait(variations)), [0, 0, 2])  # there is no third line
        self.assertIn("has no line 3", self.log(f"{variations}_2"))
        self.assertEqual(maps(self.folder / f"pacbench-{variations}_0.h5"), maps(self.alone))
        self.assertNotEqual(maps(self.folder / f"pacbench-{variations}_1.h5"), maps(self.alone))

    @again_after_a_crash_at_start
    def test_a_lost_rank_ends_the_job_with_5_and_one_line(self):
        job = self.submit("run.sbatch", ["comodulogram", *ROWS, 100], PACBENCH_LAUNCHER="srun", PACBENCH_FAULT=SLOW)
        ranks = self.wait_until(lambda: self.cluster.processes("host3", "pacbench"), "ranks on host3", job)
        os.kill(ranks[0], signal.SIGKILL)
        self.assertEqual(self.wait(job), [5], self.log(job))
        self.assertEqual(len(re.findall(LOST, self.log(job))), 1, self.log(job))

    @again_after_a_crash_at_start
    def test_an_interrupted_job_requeues_itself_and_goes_on(self):
        whole = self.folder / "whole.h5"
        done = self.cluster.run(["mpirun", "--oversubscribe", "-n", 6, ARGUMENTS.pacbench, "comodulogram", *ROWS, 8, "--output",
                                 whole, "--overwrite"])
        self.assertEqual(done.returncode, 0, done.stderr)
        jobs = {}
        for launcher in ("srun", "mpirun"):
            job = self.submit("run.sbatch", ["comodulogram", *ROWS, 8], PACBENCH_LAUNCHER=launcher, PACBENCH_FAULT=SLOW)
            journal = self.folder / f"pacbench-{job}.h5.journal"
            self.wait_until(journal.exists, "a repetition to be kept", job)
            self.cluster.run(["scancel", "--signal=USR1", "--batch", job])  # as --signal=B:USR1@120 does
            self.wait_until(lambda: self.states(job)[0]["Restarts"] == "1", "the requeue", job)
            jobs[launcher] = job
        for launcher, job in jobs.items():
            self.assertEqual(self.wait(job), [0], self.log(job))
            self.assertRegex(self.log(job), "pacbench: interrupted by SIGUSR1: ")
            self.assertRegex(self.log(job), r"requeue 1 of at most 20")
            self.assertRegex(self.log(job), r"resumed: \d+ of ")
            self.assertEqual(without_times(self.folder / f"pacbench-{job}.h5"), without_times(whole), launcher)

    @again_after_a_crash_at_start
    def test_requeues_are_limited_and_a_job_that_is_to_end_is_not_requeued(self):
        strikes = (("mpirun", ["--signal=USR1", "--batch"], "0", "interrupted and not requeued"),
                   ("srun", ["--signal=TERM", "--batch"], "20", "interrupted by SIGUSR1"),
                   ("srun", [], "20", "interrupted by SIG"),
                   ("mpirun", [], "20", "CANCELLED"))
        for launcher, options, requeues, said in strikes:
            job = self.submit("run.sbatch", ["comodulogram", *ROWS, 100], PACBENCH_FAULT=SLOW, PACBENCH_LAUNCHER=launcher,
                              PACBENCH_MAX_REQUEUES=requeues)
            self.wait_until((self.folder / f"pacbench-{job}.h5.journal").exists, "a repetition to be kept", job)
            self.cluster.run(["scancel", *options, job])
            self.assertEqual(self.wait(job), [7], self.log(job))
            self.assertIn(said, self.log(job))

    def test_scaling_joins_its_jobs_in_a_table(self):
        done = self.cluster.run([ROOT / "jobs/scaling.sh", "--nodes", "1,3", "--folder", "scaling", "--sbatch",
                                 "--ntasks-per-node=2 --cpus-per-task=1", "--", *ROWS, 1], PACBENCH_LAUNCHER="mpirun")
        self.assertEqual(done.returncode, 0, done.stderr)
        job = re.search(r"table: job (\d+)", done.stdout).group(1)
        table = self.folder / "scaling/scaling.txt"
        self.assertEqual(self.wait(job), [0], table.read_text(encoding="utf-8"))
        with open(table.with_suffix(".csv"), newline="", encoding="utf-8") as file:
            rows = list(csv.DictReader(file))
        self.assertEqual([(row["series"], row["hosts"], row["n_ranks"], row["n_rows"]) for row in rows],
                         [("strong", "1", "2", "24"), ("strong", "3", "6", "24"), ("weak", "1", "2", "24"),
                          ("weak", "3", "6", "72")])
        for base, row in ((rows[0], rows[1]), (rows[2], rows[3])):
            self.assertEqual(float(base["speedup"]), 1)
            self.assertAlmostEqual(float(row["speedup"]), float(row["rows_per_s"]) / float(base["rows_per_s"]))
            self.assertAlmostEqual(float(row["efficiency"]), float(row["speedup"]) / 3)
        self.assertEqual(rows[0]["results_digest"], rows[1]["results_digest"])
        self.assertEqual(len(table.read_text(encoding="utf-8").splitlines()), 5)


def main():
    cluster.enter(("slurmctld", "slurmd", "munged", "sbatch", "srun"))
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("pacbench", type=pathlib.Path, help="the product's binary")
    _, rest = parser.parse_known_args(namespace=ARGUMENTS)
    ARGUMENTS.pacbench = ARGUMENTS.pacbench.resolve()
    unittest.main(argv=[sys.argv[0], *rest])


if __name__ == "__main__":
    main()
