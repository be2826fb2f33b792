#!/usr/bin/env python3
"""Tests `pacbench plan`: what it predicts from a result whose times are known, and what it refuses.

    plan_test.py PACBENCH DATA_FOLDER [unittest options]

One tiny case is computed; its times are then replaced by round numbers, so that predictions are exact. Exit status 77
(skipped) where h5py is missing. The model's arithmetic is tests/core's, whether it meets real runs scripts/check_plan.py's.
"""
import json
import pathlib
import shutil
import sys
import tempfile

import cli_test
from cli_test import BANDS, INPUT, TIMING, USAGE, CliTest, h5py

MAPS = 9  # pac, its seven statistics, preferred_phase
ROWS, ROW_BYTES = 8, 6 * (MAPS * 4 + 1)  # 2 x 3 pairs: maps of 4 bytes and the quality
GATHERS = MAPS + 1  # each on its own
WRITE = 4 * ROW_BYTES  # bytes a second that take 2 s for the rows
CASE = ("--batch-size", "4", "--n-channels", "2", "--seq-sec", "1", "--n-perm", "10", "--threads", "1", *BANDS, *TIMING)
#: Seconds of the only repetition: 8 s of computing, one a row.
TIMES = {"spectrum_s": 0.5, "analytic_s": 2, "bin_sums_s": 1, "surrogates_s": 4, "read_s": 0, "gather_s": 0.5,
         "wall_s": 8.5}


def set_times(file):
    """Round times, and a host of two cores."""
    for name, seconds in TIMES.items():
        file["benchmark/samples"][name][:] = seconds
    file["benchmark/cases/first_read_s"][:] = 4
    file["system/ranks/host_cores"][:] = 2


class PlanTest(CliTest):
    """Predictions from one result."""

    @classmethod
    def setUpClass(cls):
        cls.shared = tempfile.TemporaryDirectory()
        cls.addClassCleanup(cls.shared.cleanup)

    def setUp(self):
        super().setUp()
        kept = pathlib.Path(self.shared.name) / "run.h5"
        if not kept.exists():
            self.compute(*CASE, "--no-verify")
            self.result.rename(kept)
            with h5py.File(kept, "r+") as file:
                set_times(file)
        shutil.copy(kept, self.folder / "run.h5")

    def alter(self, change):
        """Changes the result to plan from."""
        with h5py.File(self.folder / "run.h5", "r+") as file:
            change(file)

    def plan(self, *options):
        """The cases by number of ranks, and the assumptions."""
        done = self.run_words("plan", "--from", "run.h5", "--json", "-", "--output", "plan.h5", "--overwrite", *options)
        self.assertEqual((done.returncode, done.stderr), (0, ""))
        document = json.loads(done.stdout)
        self.assertEqual(document["benchmark"]["verdict"], "skipped")
        return {case["n_ranks"]: case for case in document["cases"]}, document["provenance"]["assumptions"]

    def expect(self, case, **numbers):
        """Columns of a case; the label where one is given."""
        for name, number in numbers.items():
            with self.subTest(ranks=case["n_ranks"], column=name):
                (self.assertEqual if name == "label" else self.assertAlmostEqual)(case[name], number)

    def test_times_per_stage(self):
        cases, words = self.plan("--ranks", "1,2,4", "--ranks-per-node", "4", "--write-bandwidth", f"{WRITE}B")
        self.expect(cases[1], read_s=4, spectrum_s=8 / 15, analytic_s=32 / 15, bin_sums_s=16 / 15, surrogates_s=64 / 15,
                    compute_s=8, upload_s=0, gather_s=0.5, write_s=2, wall_s=8.5, job_s=14.5, efficiency=1,
                    wall_efficiency=1, bound_share=8 / 14.5, label="bound by compute", result_bytes=ROWS * ROW_BYTES)
        self.expect(cases[2], compute_s=4, read_s=2, gather_s=0.5, wall_s=4.5, wall_efficiency=8.5 / 9, job_s=8.5,
                    efficiency=14.5 / 17, label="bound by compute")
        self.expect(cases[4], compute_s=4, read_s=2, wall_efficiency=8.5 / 18, label="bound by shared cores", threads=1,
                    cores_per_node=2, ranks_per_node=4)
        for stated in ("on 1 rank of 1 host", "on 2 cores", "not measured", f"{WRITE / 1e6:g} MB/s", "read once"):
            self.assertIn(stated, words)

    def test_network(self):
        options = ("--ranks", "2,8,16", "--ranks-per-node", "2", "--network-bandwidth", "800bit", "--network-latency", "1")
        cases, _ = self.plan(*options)
        self.expect(cases[2], gather_s=0.5)
        latency_s = GATHERS * (4 * 1 + 6 * 2e-6)
        self.expect(cases[8], gather_s=0.5 * 2 / 8 + 6 * ROW_BYTES / 100 + latency_s, label="bound by latency")
        cases, _ = self.plan(*options[:-1], "0")
        self.expect(cases[8], gather_s=0.5 * 2 / 8 + 6 * ROW_BYTES / 100 + GATHERS * 6 * 2e-6, label="bound by network")
        cases, _ = self.plan("--ranks", "16", "--ranks-per-node", "8")
        self.expect(cases[16], label="bound by shared cores", compute_s=4, n_rows=8)
        cases, _ = self.plan("--ranks", "16", "--cores-per-node", "8")
        self.expect(cases[16], label="bound by too few rows", compute_s=1, ranks_per_node=8)

    def test_a_run_across_hosts_measured_its_link(self):
        def two_hosts(file):
            ranks = file["system/ranks"]
            for name in ("host", "local_rank", "backend", "threads", "host_cores"):
                values = list(ranks[name][:]) * 2
                kind = ranks[name].dtype
                del ranks[name]
                ranks.create_dataset(name, data=[b"a", b"b"] if name == "host" else values, dtype=kind)
            for name in set(ranks) - {"host", "local_rank", "backend", "threads", "host_cores"}:
                del ranks[name]
            file["benchmark/cases/n_ranks"][:] = 2
        self.alter(two_hosts)
        cases, words = self.plan("--ranks", "2", "--ranks-per-node", "1")
        self.expect(cases[2], compute_s=8, gather_s=0.5)  # as it was measured
        self.assertIn("MB/s (measured); a message", words)
        cases, words = self.plan("--ranks", "2", "--ranks-per-node", "1", "--network-bandwidth", "1kB")
        self.assertAlmostEqual(cases[2]["gather_s"], 4 * ROW_BYTES / 1000, places=2)
        self.assertIn("(--network-bandwidth)", words)

    def test_other_amounts_of_work(self):
        alone = {**self.plan("--ranks", "1")[0][1]}
        cases, words = self.plan("--ranks", "1", "--n-perm", "20", "--batch-size", "8")
        self.expect(cases[1], n_rows=16, read_s=8, surrogates_s=4 * alone["surrogates_s"],
                    bin_sums_s=2 * alone["bin_sums_s"], gather_s=1)
        self.assertIn("by numbers of operations: surrogates x 2", words)
        cases, _ = self.plan("--ranks", "1", "--n-channels", "1", "--seq-sec", "4")
        self.expect(cases[1], n_rows=4, n_times=2048)
        self.assertGreater(cases[1]["analytic_s"], 1.5 * alone["analytic_s"])
        self.assertLess(cases[1]["analytic_s"], 3 * alone["analytic_s"])
        cases, _ = self.plan("--ranks", "1", "--n-perm", "0", "--threads", "2")
        self.expect(cases[1], surrogates_s=0, threads=2, spectrum_s=alone["spectrum_s"] / 2)

    def test_files_are_read_by_all_through_one_file_system(self):
        self.alter(lambda file: file["parameters"].attrs.modify("input", "night.edf"))
        cases, words = self.plan("--ranks", "1,2")
        self.expect(cases[2], read_s=4, compute_s=4)
        self.assertIn("2 rows a second", words)

    def test_gpus_share_no_cores(self):
        def on_gpus(file):
            file["system/ranks/backend"][0] = "cuda"
        self.alter(on_gpus)
        cases, words = self.plan("--ranks", "1,4", "--ranks-per-node", "4")
        self.expect(cases[4], compute_s=2, upload_s=cases[1]["upload_s"] / 4)
        self.assertGreater(cases[4]["upload_s"], 0)
        self.assertIn("4 ranks with a GPU each", words)

    def test_what_it_prints_and_writes(self):
        done = self.run_words("plan", "--from", "run.h5", "--ranks", "1,4", "--csv", "plan.csv", "--output", "plan.h5")
        self.assertEqual((done.returncode, done.stderr), (0, ""))
        self.assertRegex(done.stdout, r"(?m)^assumed   .* not measured")
        self.assertRegex(done.stdout, rf"(?m)^bound by compute +1 +4 s +8 s +500 ms +{ROWS * ROW_BYTES / 200:g} us ")
        self.assertRegex(done.stdout, r"(?m)^verdict  skipped: predicted from run\.h5; nothing was computed$")
        self.assertEqual(len((self.folder / "plan.csv").read_text().splitlines()), 3)
        with h5py.File(self.folder / "plan.h5") as file:
            self.assertEqual(list(file["benchmark/cases/n_ranks"][:]), [1, 4])
            self.assertEqual(file["parameters"].attrs["n_perm"], 10)
        self.assertRegex(self.run_words("list").stdout, r"(?m)^plan\t.+\?$")

    def test_usage(self):
        self.refused(USAGE, ("--from", "not given"), benchmark="plan")
        for options, words in {("--ranks", "1,0"): ("--ranks: 0",),
                               ("--network-bandwidth", "10"): ("--network-bandwidth", "'10'", "10Gbit"),
                               ("--hilbert", "extended"): ("--hilbert", "another run"),
                               ("--output", "run.h5", "--overwrite"): ("--output", "run.h5", "name another")}.items():
            with self.subTest(options=options):
                self.refused(USAGE, words, "--from", "run.h5", *options, benchmark="plan")
        self.alter(lambda file: file["parameters"].attrs.modify("n_perm", 0))
        self.refused(USAGE, ("--n-perm: 5", "no surrogates"), "--from", "run.h5", "--n-perm", "5", benchmark="plan")

    def test_results_that_say_nothing(self):
        (self.folder / "notes.txt").write_text("no result")
        self.refused(INPUT, ("notes.txt", "HDF5"), "--from", "notes.txt", benchmark="plan")
        self.refused(INPUT, ("missing.h5",), "--from", "missing.h5", benchmark="plan")
        self.plan()
        self.refused(INPUT, ("plan.h5", "no case of it has times"), "--from", "plan.h5", benchmark="plan")
        self.alter(lambda file: file["benchmark/samples/warmup"].write_direct(1 - file["benchmark/samples/warmup"][:]))
        self.refused(INPUT, ("run.h5", "no case of it has times"), "--from", "run.h5", benchmark="plan")
        self.alter(lambda file: file["benchmark"].attrs.modify("verdict", "failed"))
        self.refused(INPUT, ("run.h5", "verification failed"), "--from", "run.h5", benchmark="plan")


if __name__ == "__main__":
    if h5py is None:
        print("skipped: h5py is missing (Debian: python3-h5py)")
        sys.exit(77)
    cli_test.main()
