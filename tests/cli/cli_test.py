#!/usr/bin/env python3
"""Tests the program as users meet it: exit status, what stands on stdout and stderr, which files are left behind.

    cli_test.py PACBENCH DATA_FOLDER [unittest options]

One rank without mpirun, tiny cases. Only the standard library is needed; tests that look into a result file are
skipped where h5py is missing. Several ranks are tests/bench's, the numbers are tests/model's and tests/reference's.
"""
import csv
import io
import json
import os
import pathlib
import re
import struct
import subprocess
import sys
import tempfile
import time
import unittest

try:
    import h5py
except ImportError:
    h5py = None

PACBENCH = ""
DATA = pathlib.Path()
CACHE = ""  # folder of FFT plans, shared by all runs so that planning is paid once

USAGE, INPUT, DEVICE, TIMEOUT, MEMORY = 2, 3, 4, 5, 6
TIMING = ("--repetitions", "1", "--warmups", "0")
BANDS = ("--pha-n-bands", "2", "--amp-n-bands", "3")
TINY = ("--batch-size", "1", "--n-channels", "2", "--seq-sec", "1", *BANDS, *TIMING)
ON_FILE = (*BANDS, *TIMING)
LIMIT_S = 60  # a run that takes longer hangs


def write_npy(path, rows, kind="<f4"):
    """A .npy file of [channel, time] or, with one more nesting, [batch, channel, time] numbers."""
    shape, flat = [], rows
    while isinstance(flat, list) and flat and isinstance(flat[0], list):
        shape.append(len(flat))
        flat = [x for part in flat for x in part]
    shape.append(len(flat) // max(1, product(shape)))
    head = f"{{'descr': '{kind}', 'fortran_order': False, 'shape': ({', '.join(map(str, shape))},), }}"
    head = head.ljust(117) + "\n"
    code = {"<f4": "f", "<i2": "h"}[kind]
    path.write_bytes(b"\x93NUMPY\x01\x00" + struct.pack("<H", len(head)) + head.encode()
                     + struct.pack(f"<{len(flat)}{code}", *flat))
    return str(path)


def product(numbers):
    """Product of whole numbers; 1 of none."""
    result = 1
    for number in numbers:
        result *= number
    return result


def noise(n, seed):
    """n reproducible numbers in [-1, 1)."""
    state, numbers = seed, []
    for _ in range(n):
        state = (1103515245 * state + 12345) % 2**31
        numbers.append(state / 2**30 - 1)
    return numbers


class CliTest(unittest.TestCase):
    """A folder of its own for each test, which is the working folder of its runs."""

    def setUp(self):
        temporary = tempfile.TemporaryDirectory()
        self.addCleanup(temporary.cleanup)
        self.folder = pathlib.Path(temporary.name)
        self.result = self.folder / "result.h5"

    def run_words(self, *words):
        """Runs the program; the finished process, stdout and stderr as text."""
        environment = {**os.environ, "PACBENCH_CACHE": CACHE, "OMP_NUM_THREADS": "1"}
        return subprocess.run([PACBENCH, *map(str, words)], cwd=self.folder, env=environment, capture_output=True,
                              text=True, timeout=LIMIT_S, check=False, stdin=subprocess.DEVNULL)

    def compute(self, *options, status=0):
        """Runs the comodulogram into self.result and requires the exit status."""
        done = self.run_words("comodulogram", *options, "--output", self.result)
        self.assertEqual(done.returncode, status, done.stdout + done.stderr)
        return done

    def files(self):
        """Names in the test's folder."""
        return sorted(path.name for path in self.folder.iterdir())

    def refused(self, status, words, *options, benchmark="comodulogram", stdout=""):
        """One line on stderr that holds every one of `words`; nothing on stdout; no file made."""
        before = self.files()
        done = self.run_words(*([benchmark] if benchmark else []), *options)
        self.assertEqual(done.returncode, status, done.stdout + done.stderr)
        self.assertRegex(done.stderr, r"\Apacbench: [^\n]+\n\Z")
        for word in words:
            self.assertIn(word, done.stderr)
        self.assertEqual(self.files(), before)
        if stdout is not None:
            self.assertEqual(done.stdout, stdout)
        return done.stderr

    def refused_each(self, status, cases, *common):
        """refused() of many: {options: words}, each a case of its own."""
        for options, words in cases.items():
            with self.subTest(options=options):
                self.refused(status, words, *options, *common)


class AnswersTest(CliTest):
    """What is answered without a run."""

    def test_help_names_every_group_and_status(self):
        done = self.run_words("--help")
        self.assertEqual((done.returncode, done.stderr), (0, ""))
        for word in ("Signals:", "Bands:", "PAC:", "Engine:", "Measuring:", "Output:", "--config", "--n-perm",
                     "comodulogram", "Exit status"):
            self.assertIn(word, done.stdout)
        self.assertLessEqual(max(map(len, done.stdout.splitlines())), 120)
        self.assertEqual(self.run_words("comodulogram", "--help").stdout, done.stdout)

    def test_version_is_one_line(self):
        done = self.run_words("--version")
        self.assertEqual((done.returncode, done.stderr), (0, ""))
        self.assertRegex(done.stdout, r"\Apacbench \d+\.\d+\.\d+[^\n]*\n\Z")

    def test_list_names_the_benchmarks_with_their_questions(self):
        done = self.run_words("list")
        self.assertEqual((done.returncode, done.stderr), (0, ""))
        self.assertRegex(done.stdout, r"(?m)^comodulogram\t.+\?$")
        self.assertRegex(done.stdout, r"(?m)^report\t.+\?$")

    def test_dry_run_prints_the_plan_and_writes_nothing(self):
        # A batch that would take hours.
        done = self.run_words("comodulogram", "--batch-size", "1000", "--n-perm", "100000", "--dry-run", "--json",
                              "plan.json")
        self.assertEqual((done.returncode, done.stderr), (0, ""))
        for word in ("16000 = 1000 x 16 channels", "4096 at 512 Hz", "768 samples", "20 phase x 30 amplitude", "KiB"):
            self.assertIn(word, done.stdout.replace("MiB", "KiB").replace("GiB", "KiB"))
        self.assertEqual(self.files(), [])


class UsageTest(CliTest):
    """Exit status 2."""

    def test_words(self):
        for benchmark, options, words in (
                (None, (), ("benchmark", "pacbench list")),
                ("comodulogramm", (), ("'comodulogramm'", "list")),
                ("comodulogram", ("speed",), ("benchmark", "--help"))):
            with self.subTest(benchmark=benchmark, options=options):
                self.refused(USAGE, words, *options, benchmark=benchmark)

    def test_options(self):
        self.refused_each(USAGE, {
            ("--npermm", "3"): ("--npermm", "did you mean --n-perm?"),
            ("--n-perm",): ("--n-perm", "missing", "--help"),
            ("--n-perm", "1", "--n-perm", "2"): ("--n-perm", "give it once"),
            ("--quiet=3",): ("--quiet", "--help"),
            ("--config", "none.ini"): ("--config", "'none.ini'", "give a readable file"),
        })

    def test_values(self):
        self.refused_each(USAGE, {
            ("--n-perm=-1",): ("--n-perm", "-1", "at least 0"),
            ("--n-perm", "1e3"): ("--n-perm", "'1e3'", "whole number"),
            ("--fs", "nan"): ("--fs", "'nan'", "number"),
            ("--fs", "-5"): ("--fs", "-5", "above 0"),
            ("--seq-sec", "0"): ("--seq-sec", "0", "above 0"),
            ("--batch-size", "0"): ("--batch-size", "0", "1 to 10000000"),
            ("--n-bins", "1"): ("--n-bins", "1", "2 to 255"),
            ("--n-bins", "256"): ("--n-bins", "256", "2 to 255"),
            ("--hilbert", "wavelet"): ("--hilbert", "'wavelet'", "cropped|extended"),
            ("--backend", "tpu"): ("--backend", "'tpu'", "auto|cuda|cpu"),
            ("--layout", "xyz"): ("--layout", "'xyz'", "auto|bct|ct|tc|t"),
            ("--coupling", "6:80"): ("--coupling", "'6:80'", "6:80:0.8"),
            ("--coupling", "6:80:2"): ("--coupling", "2", "from 0 to 1"),
            ("--channels", "3-1"): ("--channels", "'3-1'", "0,3-7"),
            ("--mem-limit", "5x"): ("--mem-limit", "'5x'", "512M"),
            ("--threads", "5000"): ("--threads", "5000", "at most 4096"),
            ("--repetitions", "0"): ("--repetitions", "0", "at least 1"),
            ("--surrogate", "shuffle"): ("--surrogate", "'shuffle'", "shift|shift-phase|swap-trials"),
            ("--min-shift", "0"): ("--min-shift", "0", "at least 1"),
            ("--min-shift-sec=-1",): ("--min-shift-sec", "-1", "0 or more"),
            ("--shifts", "100,x"): ("--shifts", "'x'", "whole number"),
            ("--shifts", "1.5"): ("--shifts", "'1.5'", "whole number"),
            ("--measure", "coherence"): ("--measure", "'coherence'", "mi, mvl, ndpac, plv, hr"),
            ("--measure", "mi,plv,mi"): ("--measure", "'mi,plv,mi'", "each once"),
            ("--measure", "mi,"): ("--measure", "'mi,'", "mi, mvl, ndpac, plv, hr"),
            ("--pha-bands", "4"): ("--pha-bands", "'4'", "4-8,8-13"),
        })

    def test_what_only_the_plan_finds(self):
        self.refused_each(USAGE, {
            ("--pha-bands", "8-4"): ("--pha-bands", "8-4 Hz", "above"),
            ("--amp-bands", "40-60,100-300"): ("--amp-bands", "band 1", "100-300 Hz", "256 Hz", "lower the band"),
            ("--seq-sec", "0.004"): ("--seq-sec", "2 samples", "give at least 4"),
            ("--n-perm", "5", "--min-shift", "100000"): ("--min-shift", "100000", "give at most 2048"),
            ("--gather", "nccl", "--backend", "cpu"): ("--gather", "nccl", "mpi"),
        })

    def test_surrogates_that_do_not_go_together(self):
        row = ("--seq-sec", "1")  # 512 samples
        self.refused_each(USAGE, {
            ("--all-shifts", "--n-perm", "5"): ("--all-shifts", "--n-perm 5", "leave one of them out"),
            ("--shifts", "7", "--n-perm", "5"): ("--shifts", "--n-perm 5", "leave one of them out"),
            ("--all-shifts", "--shifts", "7,9"): ("--all-shifts", "--shifts 7,9", "leave one of them out"),
            ("--all-shifts", "--surrogate", "swap-trials"): ("--all-shifts", "swap-trials", "leave one of them out"),
            ("--shifts", "7", "--surrogate", "swap-trials"): ("--shifts", "swap-trials", "leave one of them out"),
            ("--n-perm", "5", "--min-shift", "9", "--min-shift-sec", "0.1"):
                ("--min-shift-sec: 0.1", "--min-shift 9", "give one of them"),
            ("--n-perm", "5", "--min-shift-sec", "0.6"): ("--min-shift-sec: 0.6 s", "512 samples", "give at most 0.5"),
            ("--all-shifts", "--min-shift", "257"): ("--min-shift: 257", "512 samples", "give at most 256"),
            ("--shifts", "0"): ("--shifts: 0", "512 samples", "give 1 to 511"),
            ("--shifts", "7,512"): ("--shifts: 512", "512 samples", "give 1 to 511"),
            ("--shifts=-3",): ("--shifts: -3", "give 1 to 511"),
        }, *row)

    def test_a_batch_beyond_all_bounds_is_named(self):
        for n in (10**12, 2**63 - 1):
            with self.subTest(n=n):
                done = self.run_words("comodulogram", "--batch-size", n, "--dry-run", "--quiet")
                self.assertIn(done.returncode, (USAGE, MEMORY), done.stderr)
                self.assertRegex(done.stderr, r"\Apacbench: [^\n]*--batch-size[^\n]*\n\Z")

    def test_synthetic_options_do_not_go_with_a_file(self):
        for option, value in (("--batch-size", "3"), ("--n-channels", "3"), ("--noise", "1"),
                              ("--coupling", "6:80:0.8")):
            with self.subTest(option=option):
                self.refused(USAGE, (option, "leave it out"), "--input", DATA / "seeg_trials.npy", "--fs", "1024",
                             option, value)


class ConfigFileTest(CliTest):
    """--config FILE."""

    def write_config(self, text):
        path = self.folder / "run.ini"
        path.write_text(text)
        return path

    def test_is_read_and_the_command_line_wins(self):
        config = self.write_config("# a comment\nbatch_size = 3\nn-channels = 2\nseq_sec = 1\npha_n_bands = 2\n"
                                   "amp_n_bands = 3\nno_verify = true\nn_perm = 7\n")
        done = self.run_words("comodulogram", "--config", config, "--batch-size", "1", "--dry-run")
        self.assertEqual((done.returncode, done.stderr), (0, ""))
        self.assertIn("2 = 1 x 2 channels", done.stdout)
        self.assertRegex(done.stdout, r"(?m)^  n_perm +7$")
        self.assertRegex(done.stdout, r"(?m)^  no_verify +true$")

    def test_mistakes_name_file_and_option(self):
        for text, words in (("noper = 3\n", ("--noper", "did you mean --n-perm?")),
                            ("batch_size = x\n", ("--batch-size", "'x'", "whole number")),
                            ("no_verify = 1\n", ("--no-verify", "'1'", "true or false")),
                            ("just words\n", ("'just words'", "--help")),
                            ("seed = 1\nseed = 2\n", ("--seed", "give it once"))):
            with self.subTest(text=text):
                config = self.write_config(text)
                self.refused(USAGE, (f"--config {config}", *words), "--config", config)


class InputTest(CliTest):
    """Files that are not what was meant. Nothing on stdout, although the run had begun."""

    def test_files(self):
        """Exit status 3, each line names the file."""
        empty = self.folder / "empty.npy"
        empty.write_bytes(b"")
        words_only = self.folder / "notes.txt"
        words_only.write_text("not a recording, but long enough to be looked into\n")
        cut = self.folder / "cut.npy"
        cut.write_bytes((DATA / "seeg_trials.npy").read_bytes()[:-100])
        cut_header = self.folder / "cut_header.npy"
        cut_header.write_bytes((DATA / "seeg_trials.npy").read_bytes()[:20])
        whole = (DATA / "formats" / "chunked_tc.hdf5").read_bytes()
        cut_hdf5 = self.folder / "cut.hdf5"
        cut_hdf5.write_bytes(whole[:len(whole) // 2])
        formats = DATA / "formats"
        for path, words in ((self.folder / "missing.npy", ("missing.npy", "No such file")),
                            (self.folder, (self.folder.name, "is a folder")),
                            (empty, ("empty.npy", "empty")),
                            (words_only, ("notes.txt", "HDF5", ".npy", "EDF")),
                            (cut, ("cut.npy", "truncated")),
                            (cut_header, ("cut_header.npy", "truncated")),
                            (cut_hdf5, ("cut.hdf5",)),
                            (formats / "bool.npy", ("bool.npy", "type")),
                            (formats / "complex.npy", ("complex.npy", "type")),
                            (f"{formats / 'contiguous.hdf5'}:/nope", ("contiguous.hdf5", "/nope", "/signals")),
                            (f"{formats / 'several.hdf5'}", ("several.hdf5", "FILE:DATASET", "/epochs")),
                            (f"{formats / 'several.hdf5'}:/four", ("/four", "4 axes")),
                            (f"{formats / 'several.hdf5'}:/nothing", ("/nothing", "empty")),
                            (f"{formats / 'several.hdf5'}:/names", ("/names",))):
            with self.subTest(path=str(path)):
                self.refused(INPUT, words, "--input", path, "--fs", "200", "--seq-sec", "1", *ON_FILE)

    def test_sampling_rate(self):
        self.refused(INPUT, ("seeg_trials.npy", "--fs"), "--input", DATA / "seeg_trials.npy", *ON_FILE)
        self.refused(USAGE, ("--fs 300", "contiguous.hdf5", "200 Hz", "leave --fs out"), "--input",
                     DATA / "formats" / "contiguous.hdf5", "--fs", "300", *ON_FILE)

    def test_shape(self):
        """Axes, channels and length that the file does not have: usage where an option says otherwise."""
        recording = DATA / "formats" / "contiguous.hdf5"  # 3 channels x 600 samples at 200 Hz
        common = ("--input", recording, *ON_FILE)
        self.refused(USAGE, ("--layout bct", "3 axes", "has 2", "give one that fits"), *common, "--layout", "bct")
        self.refused(INPUT, ("--seq-sec 8", "600 samples", "3 s"), *common, "--seq-sec", "8")
        self.refused(USAGE, ("--channels 7", "3 channels"), *common, "--channels", "0,7", "--seq-sec", "1")
        self.refused(USAGE, ("--seq-sec 1", "4001 samples", "leave --seq-sec out"), "--input",
                     DATA / "seeg_trials.npy", "--fs", "1024", "--seq-sec", "1", *ON_FILE)
        self.refused(USAGE, (":/x", "holds one array"), "--input", f"{DATA / 'seeg_trials.npy'}:/x", "--fs", "1024")

    def test_a_sample_that_is_no_number_is_named(self):
        for value, name in ((float("nan"), "nan"), (float("inf"), "inf")):
            with self.subTest(value=name):
                rows = [noise(512, 1), noise(512, 2)]
                rows[1][128] = value
                path = write_npy(self.folder / "hole.npy", rows)
                line = self.refused(INPUT, ("number 1", "time 0.25 s", "sample 128", "--channels"), "--input", path,
                                    "--fs", "512", "--seq-sec", "1", *ON_FILE)
                self.assertRegex(line, f"is -?{name}")

    def test_other_channels_of_the_same_file_can_be_used(self):
        rows = [noise(512, 1), noise(512, 2)]
        rows[1][128] = float("nan")
        path = write_npy(self.folder / "hole.npy", rows)
        self.compute("--input", path, "--fs", "512", "--seq-sec", "1", "--channels", "0", *ON_FILE)

    @unittest.skipIf(h5py is None, "h5py is missing (Debian: python3-h5py)")
    def test_a_constant_row_has_no_value_and_a_flag(self):
        path = write_npy(self.folder / "flat.npy", [noise(512, 1), [5.0] * 512, [0.0] * 512])
        self.compute("--input", path, "--fs", "512", "--seq-sec", "1", "--n-perm", "3", *ON_FILE)
        with h5py.File(self.result) as file:
            group = file["comodulogram"]
            self.assertEqual(group["quality"][0].tolist()[1:], [2, 2])
            self.assertEqual(int(group["quality"][0, 0]) & 2, 0)
            for name in ("pac", "pac_z", "surrogate_mean", "exceed_count", "p_value", "p_maxstat", "q_fdr",
                         "preferred_phase"):
                values = group[name][0]
                self.assertTrue((values[1:] != values[1:]).all(), name)
                self.assertTrue((values[0] == values[0]).all(), name)
            self.assertEqual(file["benchmark"].attrs["verdict"], "passed")


class EngineTest(CliTest):
    """Device, memory, time."""

    def test_cuda_where_there_is_none(self):
        """Exit status 4: built without CUDA, or no device is visible."""
        hidden = {"CUDA_VISIBLE_DEVICES": ""}
        os.environ.update(hidden)
        self.addCleanup(os.environ.pop, "CUDA_VISIBLE_DEVICES")
        self.refused(DEVICE, ("--backend cuda", "cpu"), *TINY, "--backend", "cuda")

    def test_what_the_cuda_backend_does_not_compute(self):
        """Exit status 2, whether there is a device or not; 4 where the program is built without CUDA."""
        words = (*TINY, "--pairs", "all", "--backend", "cuda")
        without = "without CUDA" in self.run_words("comodulogram", *words).stderr
        self.refused(DEVICE if without else USAGE, ("" if without else "--pairs: all", "--backend cpu"), *words)

    def test_memory_limit_too_small_for_anything(self):
        self.refused(MEMORY, ("--mem-limit", "1M", "raise it"), *TINY, "--mem-limit", "1M")

    def test_memory_limit_too_small_for_the_result(self):
        self.refused(MEMORY, ("--mem-limit", "100M", "raise it"), "--batch-size", "100000", "--mem-limit", "100M")

    @unittest.skipIf(h5py is None, "h5py is missing (Debian: python3-h5py)")
    def test_tiles_do_not_change_the_maps(self):
        n_rows = 256
        options = ("--batch-size", n_rows // 16, "--n-channels", "16", "--seq-sec", "1", *BANDS, *TIMING, "--n-perm",
                   "5", "--distributions", "--threads", "1", "--no-verify")
        self.compute(*options)
        whole = maps_of(self.result)
        for extra_kib in (100, 200, 400, 800, 1600, 3200, 6400):  # above what the program itself is granted
            done = self.run_words("comodulogram", *options, "--mem-limit", (64 << 20) + (extra_kib << 10), "--output",
                                  self.result, "--overwrite", "--quiet")
            if done.returncode == 0:
                break
            self.assertEqual(done.returncode, MEMORY, done.stderr)
        with h5py.File(self.result) as file:
            tile = float(file["benchmark/cases/rows_per_tile"][0])
        self.assertLess(tile, n_rows / 2, "not several tiles")
        self.assertEqual(maps_of(self.result), whole)

    def test_timeout_ends_a_run_that_takes_too_long(self):
        # A cold plan must not be what takes the time.
        self.run_words("comodulogram", *TIMING, "--batch-size", "1", "--n-channels", "1", "--n-perm", "1", "--output",
                       self.folder / "warm.h5")
        (self.folder / "warm.h5").unlink()
        begin = time.monotonic()
        self.refused(TIMEOUT, ("--timeout 1 s", "give more time"), "--n-perm", "200000", "--timeout", "1", "--output",
                     self.result, stdout=None)
        self.assertLess(time.monotonic() - begin, 8)

    def test_timeout_that_is_not_reached_does_nothing(self):
        for seconds in ("50", "1e9", "1e300"):
            with self.subTest(seconds=seconds):
                self.compute(*TINY, "--timeout", seconds, "--overwrite")


class OutputTest(CliTest):
    """Result files."""

    def test_synthetic_run_is_verified(self):
        done = self.compute("--batch-size", "1", "--n-channels", "2", "--seq-sec", "4", *TIMING, "--threads", "1")
        self.assertEqual(done.stderr, "")
        self.assertRegex(done.stdout, r"(?m)^verdict +passed: .*bitwise equal")
        self.assertRegex(done.stdout, r"(?m)^result +.*result\.h5$")
        self.assertEqual(self.files(), ["result.h5"])
        peak = re.search(r"peak at ([\d.]+)-([\d.]+) Hz x ([\d.]+)-([\d.]+) Hz", done.stdout)
        pha_lo, pha_hi, amp_lo, amp_hi = map(float, peak.groups())
        self.assertTrue(pha_lo <= 6 <= pha_hi and amp_lo <= 80 <= amp_hi, peak.group())

    def test_unverified_run_says_so(self):
        done = self.compute(*TINY, "--no-verify")
        self.assertRegex(done.stdout, r"(?m)^verdict +skipped: .*--no-verify")

    def test_verbose_tells_the_stages_floors(self):
        done = self.compute(*TINY, "--verbose", "--backend", "cpu", "--n-perm", "5")
        for stage in ("spectrum", "analytic", "bin_sums", "surrogates"):
            self.assertRegex(done.stdout, rf"(?m)^ +{stage}( +[0-9.e-]+ [num]?s){{3}} +[0-9.]+ %")
        done = self.compute(*TINY, "--verbose", "--backend", "cpu", "--measure", "mvl", "--overwrite")
        self.assertRegex(done.stdout, r"(?m)^ +floors of the stages: none known")
        done = self.compute(*TINY, "--backend", "cpu", "--overwrite")
        self.assertNotIn("floor", done.stdout)

    def test_name_of_its_own(self):
        done = self.run_words("comodulogram", *TINY)
        self.assertEqual(done.returncode, 0, done.stderr)
        self.assertEqual(len(self.files()), 1)
        self.assertRegex(self.files()[0], r"^pacbench-comodulogram-\d{8}T\d{6}Z\.h5$")

    def test_output_in_short(self):
        done = self.run_words("comodulogram", *TINY, "-o", "short.h5", "--quiet")
        self.assertEqual((done.returncode, self.files()), (0, ["short.h5"]), done.stderr)

    def test_quiet_prints_nothing(self):
        done = self.compute(*TINY, "--quiet")
        self.assertEqual((done.stdout, done.stderr), ("", ""))
        self.assertTrue(self.result.exists())

    def test_existing_output_is_kept_unless_overwrite(self):
        self.result.write_text("somebody's work")
        self.refused(INPUT, ("result.h5", "exists", "--overwrite"), *TINY, "--output", self.result)
        self.assertEqual(self.result.read_text(), "somebody's work")
        self.compute(*TINY, "--overwrite")
        self.assertEqual(self.result.read_bytes()[:8], b"\x89HDF\r\n\x1a\n")
        self.assertEqual(self.files(), ["result.h5"])

    def test_output_that_cannot_be_written(self):
        for path, words in (("nowhere/result.h5", ("nowhere/result.h5", "create the folder")),
                            (".", ("Is a directory", "--output")), ("/dev/null", ("/dev/null", "--output"))):
            with self.subTest(path=path):
                self.refused(INPUT, words, *TINY, "--output", path)

    def test_tables_that_cannot_be_written_are_refused_before_computing(self):
        (self.folder / "old.txt").write_text("somebody's work")
        for option in ("--json", "--csv", "--save-signals"):
            for path, words in (("nowhere/table", (option, "create the folder")), (".", ("directory", option)),
                                ("old.txt", ("old.txt", "exists", "--overwrite"))):
                with self.subTest(option=option, path=path):
                    self.refused(INPUT, words, *TINY, "--output", self.result, option, path)
        self.assertEqual((self.folder / "old.txt").read_text(), "somebody's work")

    def test_one_name_for_two_files_is_refused(self):
        for options in (("--json", "result.h5"), ("--csv", "result.h5"), ("--json", "a", "--csv", "a"),
                        ("--json", "-", "--csv", "-"), ("--save-signals", "result.h5"),
                        ("--json", "a", "--save-signals", "a")):
            for overwrite in ((), ("--overwrite",)):
                with self.subTest(options=options, overwrite=overwrite):
                    done = self.run_words("comodulogram", *TINY, "--output", "result.h5", *options, *overwrite)
                    self.assertIn(done.returncode, (USAGE, INPUT), done.stdout)
                    self.assertRegex(done.stderr, r"\Apacbench: [^\n]+\n\Z")
                    left = self.files()
                    for name in left:
                        (self.folder / name).unlink()
                    self.assertEqual(left, [])

    def test_signals_of_a_run_give_its_results_again(self):
        sizes = ("--batch-size", "2", "--n-channels", "2", "--seq-sec", "1", *BANDS, *TIMING, "--quiet")
        self.compute(*sizes, "--save-signals", "rows.npy", "--json", "made.json")
        digests = [json.loads((self.folder / "made.json").read_text())["cases"][0]["results_digest"]]
        self.compute("--input", "rows.npy", "--layout", "bct", "--fs", "512", "--seq-sec", "1", *ON_FILE, "--quiet",
                     "--overwrite", "--json", "read.json")
        digests.append(json.loads((self.folder / "read.json").read_text())["cases"][0]["results_digest"])
        self.assertEqual(digests[0], digests[1])

    def test_signals_never_replace_the_input_and_go_with_one_case(self):
        path = write_npy(self.folder / "rows.npy", [noise(512, 1)])
        before = pathlib.Path(path).read_bytes()
        self.refused(USAGE, ("--save-signals", "rows.npy", "reads"), "--input", path, "--fs", "512", *ON_FILE,
                     "--save-signals", "rows.npy", "--overwrite")
        self.assertEqual(pathlib.Path(path).read_bytes(), before)
        self.refused(USAGE, ("--save-signals", "sweep"), *TINY, "--save-signals", "new.npy", benchmark="sweep")


class TablesTest(CliTest):
    """--json and --csv."""

    def checked_json(self, text):
        """The document, if it is one and strictly JSON."""
        def refuse(word):
            raise AssertionError(f"{word} is not JSON")
        document = json.loads(text, parse_constant=refuse)
        self.assertEqual(document["schema"], "pacbench")
        self.assertEqual(document["benchmark"]["verdict"], "passed")
        self.assertEqual([case["n_ranks"] for case in document["cases"]], [1])
        self.assertEqual(len(document["samples"]["wall_s"]), 1)
        return document

    def checked_csv(self, text):
        """The one row, if there is one."""
        rows = list(csv.reader(io.StringIO(text)))
        self.assertEqual(len(rows), 2)
        self.assertEqual(len(rows[0]), len(rows[1]))
        row = dict(zip(rows[0], rows[1]))
        self.assertGreater(float(row["wall_s_median[s]"]), 0)
        return row

    def test_files(self):
        done = self.compute(*TINY, "--json", "table.json", "--csv", "table.csv", "--quiet")
        self.assertEqual(done.stdout, "")
        self.assertEqual(self.files(), ["result.h5", "table.csv", "table.json"])
        self.checked_json((self.folder / "table.json").read_text())
        self.checked_csv((self.folder / "table.csv").read_text())
        self.compute(*TINY, "--json", "table.json", "--csv", "table.csv", "--quiet", "--overwrite")
        self.assertEqual(self.files(), ["result.h5", "table.csv", "table.json"])

    def test_json_to_stdout_is_one_document(self):
        done = self.compute(*TINY, "--json", "-")
        self.assertEqual(done.stderr, "")
        self.checked_json(done.stdout)
        self.assertEqual(self.files(), ["result.h5"])

    def test_csv_to_stdout_is_one_table(self):
        done = self.compute(*TINY, "--csv", "-")
        self.assertEqual(done.stderr, "")
        self.checked_csv(done.stdout)

    def test_no_value_is_null(self):
        path = write_npy(self.folder / "flat.npy", [[5.0] * 512])
        done = self.compute("--input", path, "--fs", "512", "--seq-sec", "1", *ON_FILE, "--json", "-")
        case = self.checked_json(done.stdout)["cases"][0]
        self.assertIsNone(case["peak_pac"])


def maps_of(path):
    """{name: bytes} of every dataset under /comodulogram."""
    with h5py.File(path) as file:
        return {name: data.asstr()[()].tolist() if h5py.check_string_dtype(data.dtype) else data[()].tobytes()
                for name, data in file["comodulogram"].items()}


def main():
    """Takes the program and the data folder off the arguments; the rest is unittest's."""
    global PACBENCH, DATA, CACHE
    if len(sys.argv) < 3:
        sys.exit(__doc__)
    PACBENCH, DATA = os.path.abspath(sys.argv[1]), pathlib.Path(sys.argv[2]).resolve()
    os.environ.update(OMPI_ALLOW_RUN_AS_ROOT="1", OMPI_ALLOW_RUN_AS_ROOT_CONFIRM="1")
    with tempfile.TemporaryDirectory() as CACHE:
        unittest.main(argv=[sys.argv[0], *sys.argv[3:]])


if __name__ == "__main__":
    main()
