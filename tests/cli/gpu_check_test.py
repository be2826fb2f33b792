#!/usr/bin/env python3
"""Tests scripts/gpu-check where there is no GPU: what it says, what it would run, the steps rehearsed on the CPU backend,
and the bundle, run with nothing of this environment.

    gpu_check_test.py BUILD_FOLDER [unittest options]
"""
import json
import os
import pathlib
import shutil
import subprocess
import sys
import tempfile
import unittest

SCRIPT = pathlib.Path(__file__).resolve().parents[2] / "scripts" / "gpu-check"
BUILD = pathlib.Path()
NO_GPU, USAGE = 4, 2


class GpuCheckTest(unittest.TestCase):
    def setUp(self):
        self.folder = pathlib.Path(tempfile.mkdtemp(prefix="gpu_check_test_"))
        self.addCleanup(shutil.rmtree, self.folder)

    def check(self, *words):
        return subprocess.run([sys.executable, SCRIPT, "--build", BUILD, *map(str, words)], cwd=self.folder, text=True,
                              capture_output=True, check=False, timeout=200,
                              env={**os.environ, "CUDA_VISIBLE_DEVICES": ""})

    def table(self, *words):
        """(what ran, its table: {(step, what): verdict})."""
        done = self.check(*words, "--json", "table.json")
        rows = json.loads((self.folder / "table.json").read_text(encoding="utf-8"))["table"]
        return done, {(row["step"], row["what"]): row["verdict"] for row in rows}

    def test_without_a_gpu_it_says_so_and_lists_what_it_would_run(self):
        for words in ((), ("--dry-run",), ("--quick", "--dry-run")):
            done = self.check(*words)
            self.assertEqual(done.returncode, NO_GPU, done.stderr)
            lines = done.stdout.splitlines()
            self.assertRegex(lines[0], "^gpu-check: no GPU: ")
            steps = {line.split()[0] for line in lines[2:]}
            self.assertEqual(steps, {"device", "tests", "sanitizers", "parity", "ranks", "nccl", "standard", "gpac",
                                     "streaming"})
            self.assertIn("--tool racecheck", done.stdout)
            self.assertIn("--gather nccl", done.stdout)
            self.assertEqual("--batch-size 256" in done.stdout, "--quick" not in words)
        self.assertEqual(list(self.folder.iterdir()), [])

    def test_rehearsal_runs_the_steps_that_need_no_gpu(self):
        done, table = self.table("--rehearse")
        self.assertEqual(done.returncode, 0, done.stdout + done.stderr)
        self.assertNotIn("FAIL", table.values())
        self.assertEqual(table["standard", "200 surrogates, cropped"], "-")  # a time, not judged
        for n_perm in (0, 200):
            self.assertEqual(table["streaming", f"{n_perm} surrogates: from host memory"], "-")
        if shutil.which("mpirun"):
            self.assertEqual(table["ranks", "3 ranks = 1 rank, extended"], "PASS")
        self.assertEqual(table["nccl", "NCCL"], "SKIP")

    def test_a_failure_is_counted_and_its_output_kept(self):
        done, table = self.table("--rehearse", "--only", "ranks,standard", "--timeout", "0.001")
        self.assertEqual(done.returncode, 1)
        self.assertEqual(set(table.values()), {"FAIL"})
        self.assertIn("not done within", (self.folder / "gpu-check.log").read_text(encoding="utf-8"))

    def test_refusals(self):
        for words in (("--only", "speed"), ("--reference", "nowhere.h5")):
            done = self.check(*words)
            self.assertEqual(done.returncode, USAGE)
            self.assertIn(words[1], done.stderr)

    def test_the_bundle_needs_nothing_of_this_environment(self):
        if not shutil.which("ompi_info") or not all((BUILD / name).exists() for name in ("gpu_test", "oracle_cli")):
            self.skipTest("no Open MPI, or a build without CUDA")
        bundle = self.folder / "a bundle"
        done = self.check("--bundle", bundle)
        self.assertEqual(done.returncode, 0, done.stdout + done.stderr)
        self.assertEqual(self.check("--bundle", bundle).returncode, 1)  # not empty
        run = ("comodulogram --batch-size 1 --n-channels 4 --seq-sec 4 --backend cpu --quiet --overwrite --output r.h5 "
               "--threads 1 --repetitions 1 --warmups 0 --json")
        words = (f'. "{bundle}/env.sh"; set -e; "{bundle}/pacbench" {run} 1.json; '
                 f'mpirun -np 3 "{bundle}/pacbench" {run} 3.json; "{bundle}/scripts/gpu-check"')
        done = subprocess.run(["env", "-i", f"HOME={self.folder}", f"PATH={os.environ['PATH']}", "CUDA_VISIBLE_DEVICES=",
                               "bash", "-c", words], cwd=self.folder, text=True, capture_output=True, check=False,
                              timeout=100)
        self.assertEqual(done.returncode, NO_GPU, done.stdout + done.stderr)
        digests = {json.loads((self.folder / f"{n}.json").read_text(encoding="utf-8"))["cases"][0]["results_digest"]
                   for n in (1, 3)}
        self.assertEqual(len(digests), 1)


if __name__ == "__main__":
    BUILD = pathlib.Path(sys.argv.pop(1)).resolve()
    unittest.main()
