#!/usr/bin/env python3
"""The program's CUDA backend on simulated GPUs: the same bytes on any number of ranks and either gather, every benchmark,
which rank takes which device, and failures that end in one line, the right exit status and bounded time.

    backend_test.py PACBENCH SIMULATED_GPU_LIBRARY [--mpirun "mpirun -np"] [unittest options]

Exit status 77 (skipped) where h5py is missing.
"""
import argparse
import pathlib
import subprocess
import sys
import tempfile
import time
import unittest

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent / "bench"))

try:
    import h5py
    import numpy as np
except ImportError as error:
    print(f"skipped: {error} (Debian: python3-h5py)")
    sys.exit(77)

from ranks import Ranks, own_lines

TINY = {"--batch-size": "2", "--n-channels": "3", "--seq-sec": "2", "--pha-n-bands": "4", "--amp-n-bands": "6"}
ONCE = ("--warmups", "0", "--repetitions", "1", "--overwrite", "--quiet")
USAGE, DEVICE, COMMUNICATION, MEMORY = 2, 4, 5, 6


def tiny(*words):
    """A small batch, but for what the words say otherwise."""
    kept = (item for option in TINY.items() if option[0] not in words for item in option)
    return (*kept, *words)


class Simulated(Ranks):
    """Ranks whose program sees simulated GPUs."""

    library = ""

    def command(self, n_ranks, words):
        settings = [f"{name}={value}" for name, value in self.settings.items()]
        return [*self.mpirun, str(n_ranks), "env", f"LD_PRELOAD={self.library}", *settings, *self.shell, self.program,
                *map(str, words)]

    settings = {}
    shell = ()


class BackendTest(unittest.TestCase):
    """Each test has a folder of its own."""

    program = ""
    mpirun = ""

    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.ranks = Simulated(self.program, folder.name, self.mpirun)

    def run_on(self, n_ranks, *words, gpus="", order="eager", shell=(), limit_s=60):
        """The finished process and the seconds it took. `gpus`: PACBENCH_SIMULATED_GPU."""
        self.ranks.settings = {"PACBENCH_SIMULATED_GPU": gpus, "PACBENCH_SIMULATED_ORDER": order}
        self.ranks.shell = shell
        begin = time.monotonic()
        done = self.ranks.run(n_ranks, words, limit_s=limit_s)
        return done, time.monotonic() - begin

    def maps(self, n_ranks, *words, **how):
        """{dataset: array} of /comodulogram of a run that verified itself."""
        output = self.ranks.folder / "result.h5"
        done, _ = self.run_on(n_ranks, "comodulogram", *tiny(*words), *ONCE, "--output", output, **how)
        self.assertEqual((done.returncode, done.stdout), (0, ""), done.stderr)
        self.said = done.stderr
        with h5py.File(output) as file:
            self.assertEqual(file["benchmark"].attrs["verdict"], "passed")
            self.backends = set(file["system/ranks/backend"].asstr()[()])
            self.uuids = list(file["system/ranks/device_uuid"].asstr()[()])
            self.provenance = dict(file["provenance"].attrs)
            return {name: data[()] for name, data in file["comodulogram"].items() if data.dtype.kind in "fu"}

    def assert_same_bytes(self, maps, reference):
        """All datasets, bit by bit."""
        self.assertEqual(maps.keys(), reference.keys())
        for name, values in maps.items():
            self.assertEqual(values.tobytes(), reference[name].tobytes(), name)

    def refused(self, status, expected, n_ranks, *words, within_s=30, **how):
        """A run that ends with that status and one line that holds all expected words."""
        done, seconds = self.run_on(n_ranks, "comodulogram", *tiny(*words), *ONCE, "--output", "refused.h5", **how)
        lines = own_lines(done.stderr)
        self.assertEqual(done.returncode, status, done.stderr)
        self.assertEqual(len(lines), 1, done.stderr)
        for word in expected:
            self.assertIn(word, lines[0])
        self.assertEqual(done.stdout, "")
        self.assertLess(seconds, within_s)
        self.assertFalse((self.ranks.folder / "refused.h5").exists())

    # results

    def test_any_number_of_ranks_and_either_gather_give_the_same_bytes(self):
        words = ("--backend", "cuda", "--n-perm", "20", "--distributions")
        one = self.maps(1, *words)
        self.assertEqual(self.backends, {"cuda"})
        for n_ranks in (2, 3, 5):
            for gather in ("nccl", "mpi"):
                self.assert_same_bytes(self.maps(n_ranks, *words, "--gather", gather, gpus="count=5"), one)
                self.assertEqual(len(set(self.uuids)), n_ranks)
        self.assert_same_bytes(self.maps(3, *words, "--oversubscribe"), one)
        self.assertEqual(self.provenance["gather"], "MPI")
        self.assert_same_bytes(self.maps(1, *words, "--gather", "nccl"), one)
        self.assertTrue(self.provenance["gather"].startswith("NCCL"), self.provenance["gather"])

    def test_all_measures_are_the_same_bytes_on_any_number_of_ranks(self):
        words = ("--backend", "cuda", "--n-perm", "20", "--surrogate-max", "--measure", "plv,mi,mvl,ndpac,hr")
        one = self.maps(1, *words)
        self.assertEqual(self.backends, {"cuda"})
        self.assertIn("ndpac_q_fdr", one)
        for n_ranks, gather in ((2, "nccl"), (3, "mpi"), (5, "nccl")):
            self.assert_same_bytes(self.maps(n_ranks, *words, "--gather", gather, gpus="count=5"), one)
        self.assert_same_bytes(self.maps(1, *words, order="lazy"), one)
        self.assert_same_bytes(self.maps(2, *words, order="lazy", gpus="count=2;threads=shuffled"), one)

    def test_late_work_and_shuffled_threads_give_the_same_bytes(self):
        """What a stream does not wait for would be seen here; so would threads that rely on their order."""
        words = ("--backend", "cuda", "--n-perm", "20", "--hilbert", "extended", "--batch-size", "50")
        one = self.maps(1, *words)
        self.assert_same_bytes(self.maps(1, *words, order="lazy"), one)
        self.assert_same_bytes(self.maps(2, *words, order="lazy", gpus="count=2;threads=shuffled"), one)

    def test_streamed_in_small_tiles_gives_the_same_bytes(self):
        words = ("--backend", "cuda", "--n-perm", "5")
        self.assert_same_bytes(self.maps(1, *words, "--mem-limit", "80M", "--batch-size", "40"),
                               self.maps(1, *words, "--batch-size", "40"))

    def test_agrees_with_the_cpu(self):
        for hilbert in ("cropped", "extended"):
            words = ("--n-perm", "50", "--hilbert", hilbert)
            gpu, cpu = self.maps(1, "--backend", "cuda", *words), self.maps(1, "--backend", "cpu", *words)
            np.testing.assert_allclose(gpu["pac"], cpu["pac"], rtol=1e-3, atol=1e-6)
            np.testing.assert_allclose(gpu["surrogate_mean"], cpu["surrogate_mean"], rtol=1e-3, atol=1e-6)
            for name in ("exceed_count", "p_value", "p_maxstat"):
                self.assertGreater(np.mean(gpu[name] == cpu[name]), 0.95, name)
            np.testing.assert_allclose(gpu["q_fdr"], cpu["q_fdr"], atol=0.05)

    def test_rows_of_several_signals_are_the_cpus(self):
        for words in (("--pairs", "all"), ("--surrogate", "swap-trials", "--n-perm", "5")):
            self.refused(2, (words[0], "cuda backend", "--backend cpu"), 2, "--backend", "cuda", *words, gpus="count=2")
            chosen = self.maps(2, *words, gpus="count=2")
            self.assertEqual(self.backends, {"cpu"})
            self.assert_same_bytes(chosen, self.maps(2, "--backend", "cpu", *words, gpus="count=2"))
        done, _ = self.run_on(2, "comodulogram", *tiny("--pairs", "all"), "--output", "result.h5", "--overwrite")
        said = own_lines(done.stderr)
        self.assertEqual((done.returncode, len(said)), (0, 1), done.stderr)
        self.assertIn("--pairs: all", said[0])

    def test_verbose_tells_floors_and_the_rate_from_host_memory(self):
        done, _ = self.run_on(1, "comodulogram", *tiny("--backend", "cuda", "--verbose", "--n-perm", "3"), "--output",
                              "v.h5", gpus="bytes=1000000000")
        self.assertEqual(done.returncode, 0, done.stderr)
        self.assertIn("arithmetic floor", done.stdout)
        with h5py.File(self.ranks.folder / "v.h5") as file:
            cases = {name: column[0] for name, column in file["benchmark/cases"].items()}
        self.assertGreater(cases["streamed_rows_per_s"], 0)
        for stage in ("spectrum", "analytic", "bin_sums", "surrogates"):
            self.assertLess(cases[f"{stage}_arithmetic_floor_s"], cases[f"{stage}_s_median"])

    def test_gpu_check_at_toy_size(self):
        """The script that a GPU's owner runs, here on a simulated one."""
        script = pathlib.Path(__file__).resolve().parents[2] / "scripts" / "gpu-check"
        done = subprocess.run([sys.executable, script, "--build", pathlib.Path(self.program).parent, "--quick"],
                              env={**self.ranks.environment, "LD_PRELOAD": Simulated.library,
                                   "PACBENCH_SIMULATED_GPU": "bytes=300000000"},
                              cwd=self.ranks.folder, capture_output=True, text=True, check=False, timeout=200)
        self.assertEqual(done.returncode, 0, done.stdout + done.stderr)
        self.assertIn("0 failed", done.stdout)
        for what in ("3 ranks = 1 rank, cropped", "3 ranks = MPI's", "0 surrogates: device memory", "gpu_test"):
            self.assertRegex(done.stdout, f"PASS .*{what}")

    def test_every_benchmark(self):
        small = tiny("--quick", "--quiet", "--overwrite", "--backend", "cuda", "--seq-sec", "1")
        for words in (("speed",), ("throughput",), ("vram",), ("sweep", "--vary", "n_perm=0,3;hilbert=extended")):
            with self.subTest(words[0]):
                done, _ = self.run_on(2, *words, *small, "--output", f"{words[0]}.h5", gpus="count=2")
                self.assertEqual((done.returncode, done.stdout, done.stderr), (0, "", ""))
                with h5py.File(self.ranks.folder / f"{words[0]}.h5") as file:
                    self.assertEqual(file["benchmark"].attrs["verdict"], "passed")
                    self.assertTrue((file["benchmark/memory/device_peak_bytes"][()] > 0).all())
        done, _ = self.run_on(1, "compare", "speed.h5", "speed.h5", "--quiet", "--overwrite", "--output", "c.h5")
        self.assertEqual(done.returncode, 0, done.stderr)

    # devices

    def test_each_rank_takes_its_own_device_whatever_it_sees(self):
        one = self.maps(1, "--backend", "cuda")
        own = ("sh", "-c", 'CUDA_VISIBLE_DEVICES=$OMPI_COMM_WORLD_LOCAL_RANK exec "$0" "$@"')
        self.assert_same_bytes(self.maps(3, gpus="count=3", shell=own), one)  # --gpu-bind=single:1
        self.assertEqual(len(set(self.uuids)), 3)
        self.assertIn("each rank sees one of 3 GPUs alone", self.provenance["warnings"])
        self.assert_same_bytes(self.maps(2, gpus="count=3"), one)  # --gpu-bind=none
        self.assertNotIn("GPU", self.provenance.get("warnings", ""))

    def test_two_ranks_on_one_device_are_refused(self):
        self.refused(DEVICE, ("ranks 0 and 1", "GPU-", "--oversubscribe"), 2, "--backend", "cuda")
        self.refused(DEVICE, ("ranks 0 and 2", "GPU-"), 3, gpus="count=2")

    def test_devices_that_cannot_serve(self):
        for gpus, expected in (("driver=none", ("--backend cuda", "driver")), ("driver=old", ("driver", "update")),
                               ("count=0", ("--backend cuda", "GPU")), ("capability=7.5", ("7.5", "8.0"))):
            with self.subTest(gpus):
                self.refused(DEVICE, expected, 1, "--backend", "cuda", gpus=gpus)

    def test_the_cpu_serves_where_no_device_is_wanted_or_seen(self):
        for gpus in ("driver=none", "count=0"):
            self.maps(2, gpus=gpus)
            self.assertEqual(self.backends, {"cpu"})
        self.maps(1, "--backend", "cpu")
        self.assertEqual(self.backends, {"cpu"})
        self.maps(1)  # auto
        self.assertEqual(self.backends, {"cuda"})

    def test_some_ranks_without_a_device(self):
        self.refused(DEVICE, ("rank 1", "driver"), 2, "--backend", "cuda", gpus="count=2;driver=none;rank=1")
        done, _ = self.run_on(2, "comodulogram", *tiny(), *ONCE[:-1], "--output", "mixed.h5",
                              gpus="count=2;driver=none;rank=1")
        self.assertEqual(done.returncode, 0, done.stderr)
        said = [line for line in own_lines(done.stderr) if "warning: " not in line]
        self.assertEqual(len(said), 1, done.stderr)

    # failures

    def test_a_device_that_breaks_on_one_rank_ends_all(self):
        for fault, words in (("ecc", ("ECC", "memory")), ("illegal", ("illegal",))):
            for launch in (1, 9):
                with self.subTest(f"{fault} at launch {launch}"):
                    self.refused(DEVICE, words, 2, "--backend", "cuda", "--n-perm", "3",
                                 gpus=f"count=2;fail={fault}@{launch};rank=1")

    def test_out_of_memory_on_one_rank_ends_all(self):
        self.refused(MEMORY, ("rank 1", "one row"), 2, "--backend", "cuda", gpus="count=2;bytes=9000000;rank=1")
        self.refused(MEMORY, ("rank 1", "memory"), 2, "--backend", "cuda", gpus="count=2;bytes=10000;rank=1")
        self.refused(MEMORY, ("--mem-limit",), 2, "--backend", "cuda", "--mem-limit", "65M", "--seq-sec", "30",
                     gpus="count=2")

    def test_nccl_that_hangs_or_breaks_is_given_up(self):
        words = ("--backend", "cuda", "--gather", "nccl", "--timeout", "4")
        self.refused(COMMUNICATION, ("NCCL", "--gather mpi"), 2, *words, gpus="count=2;nccl=hang", within_s=14)
        self.refused(COMMUNICATION, ("NCCL", "--gather mpi"), 2, "--backend", "cuda", gpus="count=2;nccl=error")


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("pacbench", help="the program")
    parser.add_argument("library", type=pathlib.Path, help="libsimulated_gpu.so")
    parser.add_argument("--mpirun", default="mpirun -np")
    arguments, rest = parser.parse_known_args()
    BackendTest.program, BackendTest.mpirun = str(pathlib.Path(arguments.pacbench).resolve()), arguments.mpirun
    Simulated.library = str(arguments.library.resolve())
    unittest.main(argv=[sys.argv[0], *rest], verbosity=2)


if __name__ == "__main__":
    main()
