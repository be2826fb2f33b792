#!/usr/bin/env python3
"""Tests the recipes of packaging/ as far as that goes offline and without the tools that they are for.

    recipes_test.py [unittest options]

Spack's recipe is imported against a stub that records its directives, sections of the Apptainer definition go through
`sh -n`, the modulefile runs in tclsh with stubs of the module commands, Python files are compiled. What the tools
themselves say: scripts/check_packaging.py.
"""
import pathlib
import re
import shutil
import subprocess
import sys
import tempfile
import types
import unittest

ROOT = pathlib.Path(__file__).resolve().parents[2]
PACKAGING = ROOT / "packaging"

MODULE_STUB = """
set ModulesCurrentModulefile [lindex $argv 0]
foreach command {module-whatis conflict} { proc $command args {} }
foreach command {prepend-path setenv} { proc $command {name value} "puts \\"$command \\$name \\$value\\"" }
source [lindex $argv 0]
ModulesHelp
"""


class Spec:
    """A Spack spec with what the recipe asks of it."""

    def __init__(self, cuda):
        self.cuda, self.variants = cuda, {"cuda_arch": types.SimpleNamespace(value=("80", "90"))}

    def satisfies(self, text):
        return text == "+cuda" and self.cuda


class Base:
    """CMakePackage and CudaPackage in one."""
    cuda_arch_values = ("75", "80", "90")
    run_tests = False

    @staticmethod
    def define(name, value):
        text = ";".join(value) if isinstance(value, tuple) else {True: "ON", False: "OFF"}.get(value, value)
        return f"-D{name}:STRING={text}"

    def define_from_variant(self, name, variant):
        return self.define(name, self.spec.satisfies(f"+{variant}"))


class When:
    """`with when(...)`."""

    def __enter__(self):
        return self

    def __exit__(self, *_):
        return False


def spack_recipe():
    """(recipe, what its directives were called with: {directive: [arguments]})."""
    calls = {}

    def recorder(name):
        return lambda *arguments, **named: calls.setdefault(name, []).append((arguments, named))

    stub = types.ModuleType("spack.package")
    for name in ("version", "variant", "depends_on", "conflicts"):
        setattr(stub, name, recorder(name))
    stub.when, stub.CMakePackage, stub.CudaPackage = lambda _: When(), Base, type("CudaPackage", (), vars(Base).copy())
    sys.modules.update({"spack": types.ModuleType("spack"), "spack.package": stub})
    names = {}
    exec(compile((PACKAGING / "spack" / "package.py").read_text(encoding="utf-8"), "package.py", "exec"), names)
    return names["Pacbench"], calls


def sections(definition):
    """[(stage, section, its text)] of an Apptainer definition."""
    found, stage, name, text = [], "", "header", ""
    for line in definition.splitlines() + ["%end"]:
        if line.startswith("Bootstrap:") or line.startswith("%"):
            found.append((stage, name, text))
            name, text = (line if line.startswith("%") else "header"), ""
        stage = line.split()[1] if line.startswith("Stage:") else stage
        text += "" if line.startswith("%") else line + "\n"
    return found


class RecipesTest(unittest.TestCase):
    def test_spack_gives_options_that_the_project_has(self):
        recipe, calls = spack_recipe()
        cmake = "".join(path.read_text(encoding="utf-8") for path in [ROOT / "CMakeLists.txt", *ROOT.glob("cmake/*.cmake")])
        version = re.search(r"project\(pacbench VERSION ([0-9.]+)", cmake)[1]
        self.assertEqual(calls["version"], [((version,), {})])
        for cuda in (False, True):
            package = recipe()
            package.spec = Spec(cuda)
            options = dict(re.fullmatch(r"-D(\w+):STRING=(.*)", option).groups() for option in package.cmake_args())
            self.assertEqual(options["PACBENCH_CUDA"], "ON" if cuda else "OFF")
            self.assertEqual(options.get("CMAKE_CUDA_ARCHITECTURES"), "80;90" if cuda else None)
            for name in options:
                self.assertTrue(re.search(rf"(set|option)\({name} ", cmake) or name == "BUILD_TESTING", name)

    def test_spack_knows_every_package(self):
        needed = {"Threads": "", "OpenMP": "", "MPI": "mpi@3.1:", "HDF5": "hdf5+hl", "Boost": "boost@1.71:+program_options",
                  "PkgConfig": "pkgconfig"}  # threads and OpenMP are the compiler's
        found = re.findall(r"^pacbench_package\((\w+)", (ROOT / "cmake/link_packages.cmake").read_text(encoding="utf-8"), re.M)
        self.assertEqual(set(found), set(needed))
        declared = [arguments[0] for arguments, _ in spack_recipe()[1]["depends_on"]]
        for start in (*needed.values(), "fftw@3.3: precision=float", "random123", "cuda@12.8:", "nccl", "cmake@3.25:"):
            self.assertTrue(any(text.startswith(start) for text in declared), start)

    def test_apptainer_sections(self):
        parts = sections((PACKAGING / "apptainer" / "pacbench.def").read_text(encoding="utf-8"))
        self.assertEqual({stage for stage, name, _ in parts if name == "%post"}, {"build", "final"})
        for stage, name, text in parts:
            if name in ("%post", "%environment", "%runscript", "%test"):
                done = subprocess.run(["sh", "-n"], input=text, text=True, capture_output=True, check=False)
                self.assertEqual((done.returncode, done.stderr), (0, ""), f"{stage} {name}")
            for argument in re.findall(r"\{\{ (\w+) \}\}", text):
                self.assertTrue(any(name == "%arguments" and f"{argument}=" in text for _, name, text in parts), argument)
        copied = {line.split()[0] for _, name, text in parts if name == "%files" for line in text.splitlines() if line.strip()}
        for name in copied:
            self.assertTrue((ROOT / name).exists(), name)
        # What CMakeLists.txt reads unless tests are built, and what is installed.
        self.assertLessEqual({"CMakeLists.txt", "cmake", "jobs", "kernels", "src", "README.md", "scripts", "packaging"}, copied)

    def test_modulefile_finds_its_prefix(self):
        if not shutil.which("tclsh"):
            self.skipTest("tclsh is not installed (Debian: tcl)")
        with tempfile.TemporaryDirectory() as folder:
            stub = pathlib.Path(folder) / "stub.tcl"
            stub.write_text(MODULE_STUB, encoding="utf-8")
            place = pathlib.Path(folder) / "prefix/share/pacbench/modulefiles/pacbench/0.1.0"
            place.parent.mkdir(parents=True)
            shutil.copy(PACKAGING / "modulefiles" / "pacbench", place)
            done = subprocess.run(["tclsh", stub, place], capture_output=True, text=True, check=False)
            self.assertEqual(done.returncode, 0, done.stderr)
            self.assertIn(f"prepend-path PATH {folder}/prefix/bin\n", done.stdout)
            self.assertIn(f"prepend-path CMAKE_PREFIX_PATH {folder}/prefix\n", done.stdout)

    def test_reframe_files_are_python(self):
        for path in (PACKAGING / "reframe").glob("*.py"):
            compile(path.read_text(encoding="utf-8"), str(path), "exec")


if __name__ == "__main__":
    unittest.main()
