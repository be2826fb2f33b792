#!/usr/bin/env python3
"""Tests what cmake --install leaves: the program, the package for other projects, manual page, completion, scripts.

    install_test.py BUILD_FOLDER CMAKE COMPILER_C COMPILER_CXX VERSION [unittest options]

Installs into a temporary prefix, which is then moved, and builds the project in consumer/ against it.
"""
import importlib.util
import os
import pathlib
import re
import shutil
import subprocess
import sys
import tempfile
import unittest

CONSUMER = pathlib.Path(__file__).resolve().parent / "consumer"
BUILD, CMAKE, C, CXX, VERSION = "", "", "", "", ""


class InstallTest(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        temporary = tempfile.TemporaryDirectory(prefix="pacbench_install_test_")
        cls.addClassCleanup(temporary.cleanup)
        cls.folder = pathlib.Path(temporary.name)
        cls.prefix = cls.folder / "a place"
        done = cls.run_words(CMAKE, "--install", BUILD, "--prefix", cls.folder / "first")
        assert "Warning" not in done, done
        (cls.folder / "first").rename(cls.prefix)  # nothing may depend on where it was installed

    @classmethod
    def run_words(cls, *words, status=0):
        """stdout and stderr of a command, which must end with the status."""
        environment = {**os.environ, "PACBENCH_CACHE": str(cls.folder / "cache"), "OMP_NUM_THREADS": "1"}
        done = subprocess.run([str(word) for word in words], cwd=cls.folder, env=environment, capture_output=True,
                              text=True, timeout=100, check=False)
        assert done.returncode == status, f"{words}: {done.returncode}\n{done.stdout}\n{done.stderr}"
        return done.stdout + done.stderr

    def test_program_runs_from_its_place(self):
        program = self.prefix / "bin" / "pacbench"
        self.assertTrue(self.run_words(program, "--version").startswith(f"pacbench {VERSION} ("))
        share = self.prefix / "share"
        self.assertEqual((share / "man/man1/pacbench.1").read_text(), self.run_words(program, "--man"))
        self.assertEqual((share / "bash-completion/completions/pacbench").read_text(),
                         self.run_words(program, "--bash-completion"))

    def test_files_for_sites(self):
        share = self.prefix / "share" / "pacbench"
        self.assertTrue(os.access(share / "plot.py", os.X_OK))
        if all(importlib.util.find_spec(name) for name in ("h5py", "matplotlib")):
            self.assertIn("which frequencies couple?", self.run_words(sys.executable, share / "plot.py", "--list"))
        for name in (f"modulefiles/pacbench/{VERSION}", "reframe/pacbench_check.py", "../doc/pacbench/README.md"):
            self.assertTrue((share / name).is_file(), name)

    def test_installed_jobs_find_their_program(self):
        jobs = self.prefix / "share" / "pacbench" / "jobs"
        self.assertTrue(os.access(jobs.parent / "scripts" / "join_scaling.py", os.X_OK))  # where scaling.sh looks
        for name in ("env.sh", "run.sbatch", "scaling.sh", "sweep.sbatch"):
            self.assertTrue((jobs / name).is_file(), name)
        one_rank = ("env", "-u", "PACBENCH", "PACBENCH_LAUNCHER=mpirun", "PACBENCH_MPIRUN_OPTIONS=-n 1")
        version = self.run_words(self.prefix / "bin" / "pacbench", "--version")
        self.assertIn(version, self.run_words(*one_rank, jobs / "launch.sh", "--version"))
        named = (*one_rank, "PACBENCH=pacbench", f"PATH={self.prefix}/bin:{os.environ['PATH']}", jobs / "launch.sh")
        self.assertIn(version, self.run_words(*named, "--version"))
        self.assertIn("is no program", self.run_words(*one_rank, "PACBENCH=/nowhere/pacbench", jobs / "launch.sh", "--version",
                                                      status=2))

    def test_another_project_uses_the_libraries(self):
        source, build = self.folder / "source", self.folder / "build"
        shutil.copytree(CONSUMER, source)
        headers = self.prefix / "include" / "pacbench"
        names = sorted(str(path.relative_to(headers)) for path in headers.rglob("*.hpp"))
        self.assertIn("model/pac_model.hpp", names)
        self.assertIn("kernels/bodies.hpp", names)
        (source / "every_header.cpp").write_text("".join(f'#include "{name}"\n' for name in names))
        done = self.run_words(CMAKE, "-S", source, "-B", build, f"-DCMAKE_PREFIX_PATH={self.prefix}",
                              f"-DCMAKE_C_COMPILER={C}", f"-DCMAKE_CXX_COMPILER={CXX}")
        self.assertIn(f"program: {self.prefix}/bin/pacbench", done)
        self.run_words(CMAKE, "--build", build, "--parallel", "2")
        peak = re.fullmatch(r"2 rows, peak at ([0-9.]+) Hz, ([0-9.]+) Hz\n", self.run_words(build / "consumer"))
        self.assertLess(abs(float(peak[1]) - 6), 1.5)  # half a band, as in --coupling's default
        self.assertLess(abs(float(peak[2]) - 80), 10)

        # A version that does not fit is refused.
        project = (CONSUMER / "CMakeLists.txt").read_text().replace("pacbench 0.1 ", "pacbench 0.99 ")
        (source / "CMakeLists.txt").write_text(project)
        self.assertIn("0.99", self.run_words(CMAKE, build, status=1))


if __name__ == "__main__":
    BUILD, CMAKE, C, CXX, VERSION = sys.argv[1:6]
    unittest.main(argv=[sys.argv[0], *sys.argv[6:]])
