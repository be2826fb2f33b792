#!/usr/bin/env python3
"""Tests what is left when a link, a host or a rank is lost: jobs/launch.sh with mpirun over three hosts of this machine.
Not here: SLURM (jobs_test.py).

    failures_test.py PACBENCH [unittest options]

Exit status 77 (skipped) where h5py or the right to make namespaces is missing.
"""
import argparse
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
from cluster import LOST, ROOT, Cluster, wait_until

sys.path.insert(0, str(ROOT / "tests/bench"))
from resuming import without_times  # noqa: E402

ARGUMENTS = argparse.Namespace()
WORDS = ("comodulogram", "--batch-size", 2, "--n-channels", 12, "--seq-sec", 1, "--pha-n-bands", 2, "--amp-n-bands", 3,
         "--n-perm", 3, "--repetitions", 8, "--warmups", 0)
SLOW = {"PACBENCH_FAULT": "slow:spectrum:0.1"}  # so that each repetition is kept, and there is a middle to be struck in
LINE = re.compile(r"^pacbench: .*", re.MULTILINE)


class FailuresTest(unittest.TestCase):
    """Six ranks on three hosts; each test strikes host3 and looks at what mpirun, the ranks and the file make of it."""

    @classmethod
    def setUpClass(cls):
        cls.folder = pathlib.Path(os.environ[cluster.INSIDE]) / "runs"
        cls.folder.mkdir()
        os.chdir(cls.folder)
        home = cls.folder.parent
        network = "10.77.0.0/24"
        cls.cluster = Cluster(home, PACBENCH=str(ARGUMENTS.pacbench), PACBENCH_LAUNCHER="mpirun",
                              PACBENCH_MPIRUN_OPTIONS=f"--hostfile {home}/hostfile -n 6 --map-by node -x PACBENCH_FAULT",
                              OMPI_MCA_plm="rsh", OMPI_MCA_plm_rsh_agent=f"{home}/on", OMPI_MCA_plm_rsh_no_tree_spawn="1",
                              OMPI_MCA_btl_tcp_if_include=network, OMPI_MCA_oob_tcp_if_include=network)
        done = cls.cluster.run([ROOT / "jobs/launch.sh", *WORDS, "--output", cls.folder / "whole.h5"], PACBENCH_FAULT="")
        if done.returncode:
            raise RuntimeError(done.stdout + done.stderr)
        cls.whole = without_times(cls.folder / "whole.h5")

    def struck(self, strike, words=()):
        """What a run prints that is struck once it has kept something. It has to end with 5 and to leave no rank on any
        host; going on from there has to give the file of a run that nobody struck."""
        result, log = self.folder / f"{self.id()}.h5", self.folder / f"{self.id()}.txt"
        command = [ROOT / "jobs/launch.sh", *WORDS, *words, "--output", result]
        job = self.cluster.start(command, log, **SLOW)
        self.addCleanup(self.end, job)
        wait_until(result.with_suffix(".h5.journal").exists, "a repetition to be kept")
        strike()
        job.wait(timeout=cluster.LIMIT_S)
        text = log.read_text(encoding="utf-8")
        self.assertEqual(job.returncode, 5, text)
        for host in ("host1", "host2", "host3"):
            wait_until(lambda: not self.cluster.processes(host, "pacbench"), f"{host}: ranks outlive their job")
        self.cluster.link("host3", "up")
        done = self.cluster.run([*command, "--resume"], PACBENCH_FAULT="")
        self.assertEqual(done.returncode, 0, done.stdout + done.stderr)
        self.assertEqual(without_times(result)[1:], self.whole[1:])  # but for the parameters: --timeout
        with h5py.File(result) as file:
            self.assertRegex(file["provenance"].attrs["resumed"], r"\d+ of ")
        return text

    def end(self, job):
        """What a test that failed leaves is not in the next one's way."""
        if job.poll() is None:
            for host in ("host1", "host2", "host3"):
                for pid in self.cluster.processes(host):
                    os.kill(pid, signal.SIGKILL)
            job.wait()
        self.cluster.link("host3", "up")

    def only_the_launcher_says(self, text):
        """One line, launch.sh's."""
        self.assertRegex(text, LOST)
        self.assertEqual(len(LINE.findall(text)), 1, text)

    def test_a_cut_link_with_a_timeout(self):
        text = self.struck(lambda: self.cluster.link("host3", "down"), ("--timeout", 8))
        self.assertEqual(len(re.findall("not finished after --timeout 8 s", text)), 1, text)
        # Where mpirun cannot end by itself, launch.sh ends it, and says so.
        self.assertEqual(len(LINE.findall(text)), 1 + len(re.findall(LOST, text)), text)

    def test_a_cut_link_without_a_timeout(self):
        self.only_the_launcher_says(self.struck(lambda: self.cluster.link("host3", "down")))

    def test_a_lost_host(self):
        def strike():
            for pid in self.cluster.processes("host3"):
                os.kill(pid, signal.SIGKILL)
        self.only_the_launcher_says(self.struck(strike))

    def test_a_killed_rank(self):
        self.only_the_launcher_says(
            self.struck(lambda: os.kill(self.cluster.processes("host3", "pacbench")[0], signal.SIGKILL)))


def main():
    cluster.enter()
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("pacbench", type=pathlib.Path, help="the product's binary")
    _, rest = parser.parse_known_args(namespace=ARGUMENTS)
    ARGUMENTS.pacbench = ARGUMENTS.pacbench.resolve()
    unittest.main(argv=[sys.argv[0], *rest])


if __name__ == "__main__":
    main()
