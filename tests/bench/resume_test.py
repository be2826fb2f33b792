#!/usr/bin/env python3
"""Tests that work which is finished is never lost: signals, full disks, vanished input, and --resume after them.

    resume_test.py PACBENCH [--mpirun "mpirun -np"] [unittest options]

Exit status 77 (skipped) where h5py is missing. Sweeps: benchmarks_test.py; kills: kill_test.py.
"""
import os
import resource
import signal
import sys

try:
    import h5py
    import numpy as np
except ImportError as error:
    print(f"skipped: {error} (Debian: python3-h5py)")
    sys.exit(77)

from ranks import kill_all, main, own_lines
from results import columns
from resuming import BANDS, LONG, SLOW, SMALL, ResumeTest, without_times


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
                self.assertIn("interrupted", self.run_alone(["compare", self.result, whole], status=3).stderr)
                with h5py.File(self.result) as left, h5py.File(whole) as full:
                    done = left["comodulogram/quality"][()] != 3
                    self.assertTrue(done.any())
                    self.assertFalse(done.all())
                    for name in ("pac", "exceed_count", "p_value", "p_maxstat", "q_fdr", "preferred_phase"):
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
        with h5py.File(self.folder / "rows.h5", "w") as file:  # whose sampling rate is not the option's default
            file["rows"] = np.random.default_rng(2).standard_normal((3, 2, 256))
            file["rows"].attrs["fs"] = 256.0
        words = ["comodulogram", *BANDS, "--amp-end-hz", 100, "--input", "rows.h5", "--output", self.result, "--resume"]
        self.run_alone(words)
        before = self.result.read_bytes()
        table = self.folder / "table.json"
        self.assertIn("nothing is left to do", self.run_alone([*words, "--json", table]).stdout)
        self.assertIn("results_digest", table.read_text(encoding="utf-8"))
        self.assertEqual(self.result.read_bytes(), before)
        with h5py.File(self.folder / "rows.h5", "a") as file:
            file["rows"][0, 0, 0] = 7
        self.assertIn("input_digest", self.run_alone(words, 2).stderr)

    def test_cases_are_saved_and_gone_on_with(self):
        for benchmark, kept in (("speed", 1), ("throughput", 4)):  # 4: of its second part some cases, on 1 and 2 ranks
            with self.subTest(benchmark):
                words = [benchmark, "--quick", *SMALL, "--batch-size", 2, "--repetitions", 2]
                whole = self.undisturbed(words, 2)
                self.interrupt([*words, "--output", self.result], signal.SIGUSR1, n_ranks=2, when=lambda least=kept:
                               self.result.exists() and len(columns(self.result)["label"]) >= least)
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
                if benchmark == "throughput":
                    weak = dict(zip(table["label"], table["batch_per_rank"]))
                    self.assertEqual(weak["weak x1"], 2 * weak["weak x0.5"])
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
            (["speed", "--quick", *SMALL, "--output", self.result, "--resume"], 3, "result.h5.journal: holds rows"),
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


    def test_rows_that_come_out_otherwise_here(self):
        words = [*LONG, "--output", self.result]
        self.interrupt(words, signal.SIGUSR1, self.journal.exists, fault=f"{SLOW};wrong:0")  # as another processor may
        self.assertIn("differ in their last bits", self.run_alone([*words, "--resume"], 2).stderr)


class FailureTest(ResumeTest):
    """A failure keeps what is finished and says so; its cause removed, --resume completes the run."""

    def fail(self, spoil):
        """Starts a run, spoils something when it has kept a tile, requires status 3; its one line."""
        job = self.start([*LONG, "--output", self.result])
        try:  # a tile has some 370 kB: the first one is whole
            self.wait_for(lambda: self.journal.exists() and self.journal.stat().st_size > 600_000, job)
            spoil(job)
            _, errors = job.communicate(timeout=60)
        finally:
            kill_all(job)
        self.assertEqual(job.returncode, 3, errors)
        self.assertEqual(len(own_lines(errors)), 1, errors)
        self.assertRegex(errors, "rows are kept.*: run again with --resume")
        return errors

    def test_no_room_for_another_tile(self):
        def limit(job):
            resource.prlimit(job.pid, resource.RLIMIT_FSIZE, (200_000, 200_000))

        self.assertIn("result.h5.journal: cannot write", self.fail(limit))
        self.run_alone([*LONG, "--output", self.result, "--resume"])
        self.assertEqual(without_times(self.result), without_times(self.undisturbed(LONG)))

    def test_no_room_for_the_result(self):
        whole = self.undisturbed(LONG)
        room = whole.stat().st_size - 20_000  # all rows fit into the journal

        def limit(job):
            resource.prlimit(job.pid, resource.RLIMIT_FSIZE, (room, room))

        self.assertIn("result.h5: cannot write", self.fail(limit))
        self.assertFalse(self.result.exists())
        self.assertIn("resumed: 10800 of 10800 rows and 3 repetitions",
                      self.run_alone([*LONG, "--output", self.result, "--resume"]).stdout)
        self.assertEqual(without_times(self.result), without_times(whole))

    def test_vanished_input(self):
        errors = self.fail(lambda job: os.truncate(self.folder / "rows.npy", 4096))
        self.assertIn("rows.npy", errors)
        self.write_rows()
        self.run_alone([*LONG, "--output", self.result, "--resume"])
        self.assertEqual(without_times(self.result), without_times(self.undisturbed(LONG)))


if __name__ == "__main__":
    main(__doc__)
