#!/usr/bin/env python3
"""Tests what ranks must have in common before they work, what is told of where they run, and that a job that takes too
long ends with one line.

    agreement_test.py PACBENCH [--mpirun "mpirun -np"] [unittest options]

Exit status 77 (skipped) where h5py is missing.
"""
import os
import pathlib
import signal
import struct
import sys
import tempfile
import time
import unittest

try:
    import h5py
except ImportError as error:
    print(f"skipped: {error} (Debian: python3-h5py)")
    sys.exit(77)

from ranks import ARGUMENTS, Ranks, kill_all, main, own_lines, runs

USAGE, INPUT, COMMUNICATION, MEMORY = 2, 3, 5, 6
CORES = len(os.sched_getaffinity(0))
TIMING = ("--repetitions", 1, "--warmups", 0, "--pha-n-bands", 2, "--amp-n-bands", 2, "--no-verify")
TINY = ("--batch-size", 1, "--n-channels", 1, "--seq-sec", 1, "--threads", 1, *TIMING)
ENDLESS = ("--batch-size", 1, "--n-channels", 3, "--n-perm", 1000000, "--threads", 1)  # minutes


class Apart(Ranks):
    """Ranks that are started with words, and in folders, of their own."""

    def command(self, n_ranks, words):
        """mpirun's words for [(folder, words)] of each rank."""
        launcher, parts = self.mpirun, []
        for folder, own in words:
            parts += [":", launcher[-1]] if parts else launcher
            parts += ["1", "-wdir", str(folder), self.program, *map(str, own)]
        assert n_ranks == len(words)
        return parts


class AgreementTest(unittest.TestCase):
    """A folder of its own for each test."""

    def setUp(self):
        temporary = tempfile.TemporaryDirectory()
        self.addCleanup(temporary.cleanup)
        self.folder = pathlib.Path(temporary.name)
        self.ranks = Ranks(ARGUMENTS.pacbench, self.folder, ARGUMENTS.mpirun)
        self.apart = Apart(ARGUMENTS.pacbench, self.folder, ARGUMENTS.mpirun)
        self.result = self.folder / "result.h5"
        for ranks in (self.ranks, self.apart):
            ranks.environment["PACBENCH_CACHE"] = ARGUMENTS.cache

    def run_apart(self, *words, folders=None):
        """The finished job of ranks with words of their own."""
        return self.apart.run(len(words), list(zip(folders or [self.folder] * len(words), words)))

    def assert_refused(self, done, status, *words):
        """That exit status, one line that holds the words, nothing else and no result."""
        lines = own_lines(done.stderr)
        self.assertEqual(done.returncode, status, done.stderr)
        self.assertEqual(len(lines), 1, done.stderr)
        for word in words:
            self.assertIn(word, lines[0])
        self.assertEqual(done.stdout, "")
        self.assertFalse(self.result.exists())

    def assert_done(self, done):
        """A run that finished in silence, and its provenance."""
        self.assertEqual((done.returncode, done.stdout, own_lines(done.stderr)), (0, "", []), done.stderr)
        with h5py.File(self.result) as file:
            return dict(file["provenance"].attrs)


class WordsTest(AgreementTest):
    """One program, one set of options."""

    def words(self, *more):
        return ["comodulogram", *TINY, "--output", self.result, "--quiet", *more]

    def test_another_program_is_refused(self):
        done = self.ranks.run(2, self.words(), fault="version:1")
        self.assert_refused(done, COMMUNICATION, "program", "rank 0 (host ", "rank 1 (host ", "PACBENCH_FAULT",
                            "; start the same build")

    def test_other_options_are_refused(self):
        done = self.run_apart(self.words(), self.words(), self.words("--n-perm", 7, "--seed", 8))
        self.assert_refused(done, USAGE, "--n-perm is 0 (default) on rank 0 (host ", " and 7 on rank 2 (host ",
                            "and 1 more differ; give")

    def test_answers_and_runs_do_not_mix(self):
        done = self.run_apart(["list"], self.words())
        self.assert_refused(done, USAGE, "list", "comodulogram on rank 1")

    def test_threads_may_differ_but_where_they_are_varied(self):
        few, more = (list(self.words()) for _ in range(2))
        more[more.index("--threads") + 1] = 2
        self.assert_done(self.run_apart(few, more))
        self.result.unlink()
        varied = ["sweep", *few[1:], "--vary", "threads=1,2"], ["sweep", *more[1:], "--vary", "threads=1,2"]
        self.assert_refused(self.run_apart(*varied), USAGE, "--threads is 1 on rank 0", "2 on rank 1")


class InputTest(AgreementTest):
    """One file under one name."""

    def write(self, folder, numbers):
        """A .npy file of one row at folder/x.npy."""
        path = self.folder / folder / "x.npy"
        path.parent.mkdir(exist_ok=True)
        head = f"{{'descr': '<f4', 'fortran_order': False, 'shape': (1, {len(numbers)}), }}".ljust(117) + "\n"
        path.write_bytes(b"\x93NUMPY\x01\x00" + struct.pack("<H", len(head)) + head.encode()
                         + struct.pack(f"<{len(numbers)}f", *numbers))
        return path.parent

    def run_in(self, *folders, **more):
        words = ["comodulogram", "--input", "x.npy", "--fs", 512, *TIMING, "--output", self.result, "--quiet"]
        return self.run_apart(*[words] * len(folders), folders=folders, **more)

    def test_copies_are_one_file_and_others_are_refused(self):
        row = [float(i * i % 97) for i in range(600)]
        a, b = self.write("a", row), self.write("b", row)
        provenance = self.assert_done(self.run_in(a, b))
        self.assertRegex(provenance["input_digest"], "^[0-9a-f]{16}$")
        self.assertEqual(int(provenance["input_bytes"]), (a / "x.npy").stat().st_size)
        self.result.unlink()

        self.write("b", row[:-1] + [1.5])
        self.assert_refused(self.run_in(a, a, b), INPUT, "x.npy: content is ", "rank 0 (host ", "rank 2 (host ",
                            "; give all hosts the same file")
        self.write("b", row + [1.5])
        self.assert_refused(self.run_in(a, b), INPUT, "x.npy: size in bytes is 2528 on rank 0", "2532 on rank 1")
        (b / "x.npy").unlink()
        self.assert_refused(self.run_in(a, b), INPUT, "[rank 1, host ", "x.npy: No such file")


class PlacementTest(AgreementTest):
    """What is told and recorded of where ranks run."""

    def test_shared_cores_are_told_once_and_recorded(self):
        words = ["comodulogram", *TINY[:6], "--threads", CORES, *TIMING, "--output", self.result]
        done = self.ranks.run(2, words)
        expected = f"{2 * CORES} threads of 2 ranks share {CORES} core"
        self.assertEqual(done.returncode, 0, done.stderr)
        self.assertRegex("\n".join(own_lines(done.stderr)), rf"\Apacbench: warning: host \S+: {expected}[^\n]*\Z")
        with h5py.File(self.result) as file:
            self.assertIn(expected, file["provenance"].attrs["warnings"])
            ranks = {name: data[()].tolist() for name, data in file["system/ranks"].items()}
        cpus = [int(cpu) for part in ranks["cpus"][0].decode().split(",")
                for cpu in range(int(part.split("-")[0]), int(part.split("-")[-1]) + 1)]
        self.assertEqual(cpus, sorted(os.sched_getaffinity(0)))
        self.assertEqual(ranks["visible_devices"], [-1, -1])
        self.assertEqual(ranks["clock_offset_s"][0], 0)

        self.result.unlink()
        self.assertIn(expected, self.assert_done(self.ranks.run(2, [*words, "--quiet"]))["warnings"])
        self.result.unlink()
        refused = self.ranks.run(2, ["vram", *words[1:], "--mem-limit", "1M"])  # a failure is one line
        self.assert_refused(refused, MEMORY, "--mem-limit")

    def test_clocks_apart_are_told(self):
        done = self.ranks.run(2, ["comodulogram", *TINY, "--output", self.result, "--json", "-"], fault="clock:1:-7200")
        self.assertRegex(done.stderr, r"pacbench: warning: the clock of .*\(rank 0\) is 7\.2e\+03 s ahead of .*\(rank 1\)")
        with h5py.File(self.result) as file:
            self.assertLess(abs(file["system/ranks/clock_offset_s"][1] + 7200), 600)

    def test_bound_threads_do_not_hide_the_ranks_cores(self):
        self.ranks.environment.update(OMP_PROC_BIND="true", OMP_PLACES="threads", SLURM_JOB_NODELIST="n[1-2]",
                                      SLURM_ARRAY_TASK_ID="3")
        words = ["comodulogram", *TINY[:6], "--threads", CORES, *TIMING, "--output", self.result, "--quiet"]
        provenance = self.assert_done(self.ranks.run(1, words))
        self.assertNotIn("warnings", provenance)
        self.assertEqual((provenance["slurm_nodes"], provenance["slurm_array_task"]), ("n[1-2]", "3"))


class DeadlineTest(AgreementTest):
    """--timeout."""

    WORDS = ("comodulogram", *ENDLESS, "--quiet", "--timeout", 0.5)
    LINE = "pacbench: not finished after --timeout 0.5 s; give more time or less work"

    def test_rank_zero_speaks_for_all(self):
        done = self.ranks.run(3, [*self.WORDS, "--output", self.result], limit_s=40)
        self.assertEqual(done.returncode, COMMUNICATION)
        self.assertEqual(own_lines(done.stderr), [self.LINE])
        self.assertFalse(self.result.exists())

    def test_ranks_end_by_themselves_where_the_launcher_leaves_them_alone(self):
        self.ranks.environment["OMPI_MCA_orte_abort_on_non_zero_status"] = "0"
        done = self.ranks.run(3, [*self.WORDS, "--output", self.result], limit_s=40)
        self.assertEqual(own_lines(done.stderr), [self.LINE])

    def test_ranks_end_by_themselves_where_rank_zero_is_gone(self):
        self.ranks.environment["OMPI_MCA_orte_abort_on_non_zero_status"] = "0"
        job = self.ranks.start(3, [*self.WORDS[:-1], 2, "--output", self.result])
        try:
            limit = time.monotonic() + 40
            while len(pids := [pid for pid in self.ranks.pids(job) if self.has_deadline(pid)]) < 3:
                self.assertLess(time.monotonic(), limit, "no ranks")
                time.sleep(0.02)
            root, *others = sorted(pids, key=self.rank_of)
            os.kill(root, signal.SIGSTOP)
            while any(runs(pid) for pid in others):
                self.assertLess(time.monotonic(), limit, "ranks outlive their deadline")
                time.sleep(0.05)
            self.assertTrue(runs(root))
        finally:
            kill_all(job)

    @staticmethod
    def has_deadline(pid):
        """Whether the process has started MPI, and then its deadline's thread."""
        return any(name.read_text() == "deadline\n" for name in pathlib.Path(f"/proc/{pid}/task").glob("*/comm"))

    @staticmethod
    def rank_of(pid):
        """A process's rank."""
        entries = pathlib.Path(f"/proc/{pid}/environ").read_bytes().split(b"\0")
        return [int(entry.split(b"=")[1]) for entry in entries if entry.startswith(b"OMPI_COMM_WORLD_RANK=")][0]


if __name__ == "__main__":
    main(__doc__)
