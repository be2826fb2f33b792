#!/usr/bin/env python3
"""Tests the benchmarks on four ranks: their quick sets, what they leave in the file, and that wrong numbers, slow
stages, missing memory and kills are seen for what they are.

    benchmarks_test.py PACBENCH [--mpirun "mpirun -np"] [unittest options]

Exit status 77 (skipped) where h5py is missing. Times are never judged, but for those that a test itself adds.
"""
import json
import os
import pathlib
import signal
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
from results import columns

BANDS = ("--pha-n-bands", 2, "--amp-n-bands", 3)
TIMING = ("--repetitions", 2, "--warmups", 1)
FEW = ("--n-channels", 4, *TIMING)  # a quarter of the standard case's rows
TINY = ("--batch-size", 1, "--n-channels", 4, "--seq-sec", 1, *BANDS, *TIMING)
SPREAD = {"wall_s_median", "wall_s_min", "wall_s_max", "wall_s_q25", "wall_s_q75", "wall_s_p95", "wall_relative_spread",
          "wall_median_uncertainty", "repetitions", "harness_overhead_s", "rows_per_s"}
STAGES = ("read", "spectrum", "analytic", "bin_sums", "surrogates", "gather")


def verdict(path):
    """(verdict, reason) of a result file."""
    with h5py.File(path) as file:
        return file["benchmark"].attrs["verdict"], file["benchmark"].attrs["reason"]


class RanksTest(unittest.TestCase):
    """A folder of its own for each test."""

    def setUp(self):
        temporary = tempfile.TemporaryDirectory()
        self.addCleanup(temporary.cleanup)
        self.ranks = Ranks(ARGUMENTS.pacbench, temporary.name, ARGUMENTS.mpirun)
        self.ranks.environment["PACBENCH_CACHE"] = ARGUMENTS.cache
        self.result = pathlib.Path(temporary.name) / "result.h5"

    def run_into_result(self, n_ranks, words, status=0, fault=""):
        """Runs a benchmark into self.result and requires the exit status."""
        done = self.ranks.run(n_ranks, [*words, "--output", self.result], fault)
        self.assertEqual(done.returncode, status, done.stdout + done.stderr)
        return done


class QuickTest(RanksTest):
    """Each benchmark at --quick on four ranks, and its file read back; all but comodulogram on FEW."""

    def quick(self, benchmark, metrics, options=FEW):
        """The table of cases, after checks that hold for every benchmark."""
        done = self.run_into_result(4, [benchmark, "--quick", *options])
        self.assertIn("verdict  passed", done.stdout)
        self.assertEqual([line for line in done.stderr.splitlines() if "warning: " not in line], [])
        self.assertEqual(verdict(self.result)[0], "passed")
        cases = columns(self.result)
        self.assertLessEqual(SPREAD | set(metrics), set(cases))
        self.assertEqual(set(cases["failure"]), {""})
        self.assertTrue(all(len(digest) == 16 for digest in cases["results_digest"]))
        samples = columns(self.result, "samples")
        memory = columns(self.result, "memory")
        for stage in STAGES:
            self.assertIn(stage + "_s", samples)
        for case, n_ranks in enumerate(cases["n_ranks"]):
            own = [i for i, c in enumerate(samples["case"]) if c == case]
            self.assertEqual({samples["rank"][i] for i in own}, set(range(n_ranks)))
            self.assertEqual([memory["rank"][i] for i, c in enumerate(memory["case"]) if c == case],
                             list(range(n_ranks)))
            measured = [i for i in own if not samples["warmup"][i]]
            self.assertEqual(len(measured), n_ranks * cases["repetitions"][case])
            for i in own:  # stages are parts of the whole
                parts = sum(samples[stage + "_s"][i] for stage in STAGES)
                self.assertLessEqual(parts, 1.01 * samples["wall_s"][i] + 1e-4)
            self.assertIn(cases["label"][case], done.stdout)
        return cases

    def test_comodulogram(self):
        self.quick("comodulogram", {"pac_mean", "peak_pac"}, options=())
        with h5py.File(self.result) as file:
            self.assertEqual(file["comodulogram/pac"].shape, (8, 16, 20, 30))

    def test_speed(self):
        cases = self.quick("speed", {"batch_multiplier", "speedup", "efficiency"})
        self.assertEqual(cases["n_ranks"], [1, 2, 4] * 2)
        for first in (0, 3):  # any number of ranks, the same bits
            self.assertEqual(len(set(cases["results_digest"][first:first + 3])), 1)
            self.assertEqual(cases["speedup"][first], 1)
            for i in (first, first + 1, first + 2):
                self.assertAlmostEqual(cases["speedup"][i] / cases["n_ranks"][i], cases["efficiency"][i])

    def test_throughput(self):
        cases = self.quick("throughput", {"batch_per_rank", "efficiency", "samples_per_s"})
        weak = [i for i, label in enumerate(cases["label"]) if label.startswith("weak")]
        self.assertEqual([cases["n_ranks"][i] for i in weak], [1, 2, 4] * 2)
        for i in weak:
            self.assertEqual(cases["batch_size"][i], cases["batch_per_rank"][i] * cases["n_ranks"][i])
            self.assertAlmostEqual(cases["samples_per_s"][i] / cases["rows_per_s"][i], 4096)

    def test_vram(self):
        cases = self.quick("vram", {"predicted_bytes", "requested_bytes", "measured_bytes", "prediction_error",
                                    "bytes_per_row", "limit_bytes"})
        self.assertEqual(cases["label"], ["resident"] * 3 + ["streamed"])
        self.assertEqual(cases["n_rows"][3], 10 * cases["n_rows"][2])

    def test_sweep(self):
        cases = self.quick("sweep", {"n_batches", "batch_size", "n_channels", "seq_sec", "fs", "pha_n_bands",
                                     "amp_n_bands", "n_perm", "surrogates_per_s"})
        self.assertEqual(cases["label"][0], "base")
        self.assertEqual(cases["n_perm"][cases["label"].index("n_perm=64")], 64)

    def test_json_goes_through_a_pipe(self):
        done = self.run_into_result(2, ["speed", "--quick", *TINY, "--json", "-"])
        document = json.loads(done.stdout)
        self.assertEqual([case["n_ranks"] for case in document["cases"]], [1, 2] * 2)
        self.assertEqual(document["benchmark"]["verdict"], "passed")

    def test_precision_adds_repetitions(self):
        self.run_into_result(2, ["comodulogram", *TINY, "--precision", 0.5])
        cases = columns(self.result)
        self.assertGreaterEqual(cases["repetitions"][0], 5)
        self.assertLessEqual(cases["wall_median_uncertainty"][0], 0.5)


class FaultTest(RanksTest):
    """Faults that PACBENCH_FAULT puts in are found, and found where they are."""

    def test_wrong_numbers_are_said_before_any_time(self):
        for benchmark in ("comodulogram", "speed", "throughput", "vram", "sweep"):
            with self.subTest(benchmark=benchmark):
                words = [benchmark, "--quick", *TINY, "--vary", "n_perm=0,5", "--mem-limit", "66M", "--overwrite"]
                done = self.run_into_result(2, words, status=1, fault="wrong:0")
                self.assertRegex(done.stderr, r"pacbench: verification failed: .*row 0 .*differs")
                self.assertNotRegex(done.stdout, r"\d (ms|us|s|1/s)\b")
                self.assertEqual(verdict(self.result)[0], "failed")

    def test_wrong_numbers_of_one_sweep_case_do_not_stop_the_others(self):
        # Row 9 exists in the larger batch alone; there it is the first of the second rank's.
        words = ["sweep", *TINY, "--vary", "batch_size=1,5"]
        done = self.run_into_result(2, words, status=1, fault="wrong:10")
        cases = columns(self.result)
        self.assertEqual(cases["label"], ["base", "batch_size=5"])
        self.assertEqual(cases["failure"][0], "")
        self.assertIn("row 10 recomputed on one rank differs in pac", cases["failure"][1])
        self.assertIn("verification failed: batch_size=5", done.stderr)

    def test_a_slow_stage_is_seen_in_its_column_alone(self):
        pause_s = 0.1
        streamed = ("--batch-size", 40, "--n-channels", 32, "--seq-sec", 4, "--mem-limit", "66M", "--repetitions", 1)
        for stage in STAGES:
            with self.subTest(stage=stage):
                options = (*BANDS, "--n-perm", 3, "--warmups", 0, "--threads", 1, "--no-verify", "--overwrite")
                size = streamed if stage == "read" else ("--batch-size", 1, "--n-channels", 2, "--seq-sec", 1)
                self.run_into_result(2, ["comodulogram", *options, *size], fault=f"slow:{stage}:{pause_s}")
                samples = columns(self.result, "samples")
                self.assertGreaterEqual(min(samples[stage + "_s"]), pause_s)
                for other in set(STAGES) - {stage}:
                    if stage == "read" or other == "gather":  # real work, or waiting for the other rank
                        continue
                    self.assertLess(max(samples[other + "_s"]), pause_s, other)
                for wall_s, slow_s in zip(samples["wall_s"], samples[stage + "_s"]):
                    self.assertGreaterEqual(wall_s, slow_s)

    def test_a_rank_without_memory_makes_the_batch_too_large_and_nothing_else(self):
        words = ["vram", *TINY, "--mem-limit", "66M"]
        self.run_into_result(2, words, fault="memory:1:50")
        cases = columns(self.result)
        self.assertEqual(cases["n_ranks"], [1, 2, 2])
        self.assertEqual(cases["batch_per_rank"][1], 12)  # of 4 rows each
        self.assertGreater(cases["batch_per_rank"][0], 12)  # alone, rank 0 holds more
        self.assertIn("the system refused memory", verdict(self.result)[1])

    def test_a_limit_that_holds_nothing_is_refused(self):
        done = self.run_into_result(2, ["vram", *TINY, "--mem-limit", "1M"], status=6)
        self.assertRegex(done.stderr, r"pacbench: --mem-limit: 1M leaves nothing for rows")
        self.assertEqual(len(own_lines(done.stderr)), 1)


class SweepTest(RanksTest):
    """A sweep that is killed leaves what it has; a rerun finishes the rest."""

    WORDS = ("sweep", *TINY, "--vary", "n_perm=0,3,6", "--vary", "fs=512,256", "--vary", "seq_sec=1,2,3",
             "--vary", "hilbert=cropped,extended")
    SLOW = "slow:spectrum:0.1"  # so that there is a middle to be killed in
    TIMES = ("_s", "spread", "uncertainty", "bytes")

    def undisturbed(self):
        """The table of a run that nobody killed."""
        self.run_into_result(3, self.WORDS)
        table = columns(self.result)
        self.result.unlink()
        return table

    def without_times(self, table):
        """What must not depend on the machine's mood."""
        return {name: str(values) for name, values in table.items()  # as text: NaN equals NaN
                if not any(word in name for word in self.TIMES)}

    def kill_when_under_way(self, strike):
        """Starts the sweep, and calls strike(job) when two cases are saved."""
        job = self.ranks.start(3, [*self.WORDS, "--output", self.result])
        try:
            limit = time.monotonic() + 60
            while not self.result.exists() or len(columns(self.result)["label"]) < 2:
                self.assertLess(time.monotonic(), limit, "no case was saved")
                time.sleep(0.02)
            pids = self.ranks.pids(job)
            strike(job, pids)
            job.wait(timeout=30)
            limit = time.monotonic() + 30
            while any(runs(pid) for pid in pids):
                self.assertLess(time.monotonic(), limit, "ranks outlive their job")
                time.sleep(0.05)
        finally:
            kill_all(job)

    def test_killed_in_any_way_it_goes_on_where_it_stood(self):
        whole = self.undisturbed()
        self.assertEqual(whole["label"], ["base", "n_perm=3", "n_perm=6", "fs=256", "seq_sec=2", "seq_sec=3",
                                          "hilbert=extended"])
        self.assertIn("reaches half the sampling rate", whole["failure"][3])
        strikes = {"SIGTERM of mpirun": lambda job, pids: os.kill(job.pid, signal.SIGTERM),
                   "SIGKILL of a rank": lambda job, pids: os.kill(pids[1], signal.SIGKILL),
                   "SIGKILL of the root": lambda job, pids: os.kill(pids[0], signal.SIGKILL),
                   "SIGKILL of mpirun": lambda job, pids: os.kill(job.pid, signal.SIGKILL)}
        self.ranks.environment["PACBENCH_FAULT"] = self.SLOW
        for name, strike in strikes.items():
            with self.subTest(name):
                self.kill_when_under_way(strike)
                left = columns(self.result)
                self.assertGreaterEqual(len(left["label"]), 2)
                self.assertLess(len(left["label"]), len(whole["label"]))
                done = self.run_into_result(3, self.WORDS)
                finished = sum(not failure for failure in left["failure"])
                self.assertIn(f"holds {finished} finished cases of 7, skipped: base, n_perm=3", done.stdout)
                table = columns(self.result)
                self.assertEqual(self.without_times(table), self.without_times(whole))
                for kept, label in enumerate(left["label"]):  # finished cases were not measured again
                    if not left["failure"][kept]:
                        now = table["label"].index(label)
                        self.assertEqual(table["wall_s_median"][now], left["wall_s_median"][kept])
                self.assertEqual([path.name for path in self.result.parent.glob("*.tmp-*")], [])
                self.result.unlink()

    def test_another_sweep_is_not_gone_on_with(self):
        self.run_into_result(2, ["sweep", *TINY, "--vary", "n_perm=0,3"])
        refusals = (((2, ["sweep", *TINY, "--vary", "n_perm=0,3", "--noise", 2]), "--noise 1, now it is 2"),
                    ((3, ["sweep", *TINY, "--vary", "n_perm=0,3"]), "on 2 ranks, now there are 3"))
        for (n_ranks, words), expected in refusals:
            done = self.run_into_result(n_ranks, words, status=2)
            self.assertIn(expected, done.stderr)
            self.assertEqual(len(own_lines(done.stderr)), 1)
        self.run_into_result(2, ["sweep", *TINY, "--vary", "n_perm=0,3,6"])  # more values: the old cases count
        self.assertEqual(columns(self.result)["label"], ["base", "n_perm=3", "n_perm=6"])
        self.run_into_result(3, ["sweep", *TINY, "--vary", "n_perm=0,3", "--overwrite"])
        self.assertEqual(columns(self.result)["n_ranks"], [3, 3])
        self.result.write_text("no result")
        self.assertIn("result.h5", self.run_into_result(2, ["sweep", *TINY], status=3).stderr)


if __name__ == "__main__":
    main(__doc__)
