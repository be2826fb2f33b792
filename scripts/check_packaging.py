#!/usr/bin/env python3
"""Checks packaging/, the installation, manual page and completion with the tools that they are for, where they are here.

    check_packaging.py [--build build/release] [--only ITEM,..]

One line an item: `checked by TOOL VERSION`, `NOT CHECKED: reason`, or `FAILED: why`; exit status 1 where one failed.
ReFrame and spython (a parser of Apptainer definitions) come from PyPI into build/packaging; without a network their
items are not checked. Module tools are used where they are installed (Debian: lmod, environment-modules; or
unpacked, with MODULECMD=PATH/modulecmd.tcl). What needs none of these runs in CTest: tests/packaging.
"""
import argparse
import os
import pathlib
import re
import shutil
import subprocess
import sys
import tempfile

try:
    import venv
except ImportError:  # some systems package it apart
    venv = None

ROOT = pathlib.Path(__file__).resolve().parent.parent
TOOLS = ROOT / "build" / "packaging"
LMOD = pathlib.Path(os.environ.get("LMOD_CMD", "/usr/share/lmod/lmod/libexec/lmod"))
MODULECMDS = ("/usr/lib/x86_64-linux-gnu/modulecmd.tcl", "/usr/share/Modules/libexec/modulecmd.tcl", "/usr/lib/modulecmd.tcl")
RANKS = {"OMPI_ALLOW_RUN_AS_ROOT": "1", "OMPI_ALLOW_RUN_AS_ROOT_CONFIRM": "1", "OMPI_MCA_rmaps_base_oversubscribe": "1",
         "OMPI_MCA_mpi_yield_when_idle": "1"}
ONE_TOY_CASE = ["-S", "surrogates=20", "-S", "options=--batch-size,1,--n-channels,2,--seq-sec,2,--threads,1"]


class NotChecked(Exception):
    """A tool is not here."""


def output(*words, status=0, **more_environment):
    """stdout and stderr of a command that must end with the status."""
    environment = {**os.environ, **RANKS, "LC_ALL": "C.UTF-8", **more_environment}
    done = subprocess.run([str(word) for word in words], capture_output=True, text=True, env=environment, check=False,
                          timeout=600, stdin=subprocess.DEVNULL)
    if done.returncode != status:
        raise AssertionError(f"{words[0]} ended with {done.returncode}: {(done.stdout + done.stderr).strip()[-600:]}")
    return done.stdout + done.stderr


def version(*words):
    """The first number with a dot that a tool says of itself."""
    return re.search(r"\d+(\.\d+)+", output(*words))[0]


def need(tool, remedy):
    """Path of a tool that must be on PATH."""
    found = shutil.which(tool)
    if not found:
        raise NotChecked(f"{tool} is not installed ({remedy})")
    return found


def from_pypi(package, program):
    """Path of a program of a PyPI package, installed on first use."""
    path = TOOLS / "venv" / "bin" / program
    if not path.exists():
        if venv is None:
            raise NotChecked("Python's module venv is not installed")
        try:
            venv.create(TOOLS / "venv", with_pip=True)
        except (subprocess.CalledProcessError, OSError) as error:
            raise NotChecked(f"no virtual environment can be made (Debian: python3-venv): {error}") from error
        pip = subprocess.run([path.parent / "pip", "install", "-q", package], capture_output=True, text=True, check=False)
        if pip.returncode != 0:
            raise NotChecked(f"{package} could not be installed from PyPI: {(pip.stderr.strip().splitlines() or ['no reason'])[-1]}")
    return path


class Checks:
    """Each method is an item and returns the tools that checked it."""

    def __init__(self, build, folder):
        self.build, self.folder, self.prefix = build, folder, folder / "prefix"
        self.program = self.prefix / "bin" / "pacbench"

    def install(self):
        need("cmake", "Debian: cmake")
        output("cmake", "--install", self.build, "--prefix", self.prefix)
        output(self.program, "--version")
        return f"cmake {version('cmake', '--version')}"

    def manual_page(self):
        need("groff", "Debian: groff-base")
        page = self.prefix / "share/man/man1/pacbench.1"
        for words in (("groff", "-ww", "-man", "-Tutf8"), (need("man", "Debian: man-db"), "--warnings", "-l")):
            done = subprocess.run([*words, page], capture_output=True, text=True, check=True,
                                  env={**os.environ, "LC_ALL": "C.UTF-8", "MANWIDTH": "80", "MANPAGER": "cat"})
            assert not done.stderr, done.stderr
        return f"groff {version('groff', '--version')}, man {version('man', '--version')}"

    def completion(self):
        script = self.prefix / "share/bash-completion/completions/pacbench"
        words = f"source '{script}'; COMP_WORDS=(pacbench speed --hilbert ''); COMP_CWORD=3; _pacbench; echo ${{COMPREPLY[@]}}"
        found = output("bash", "--norc", "-c", words)
        assert found == "cropped extended\n", found
        return f"bash {version('bash', '--version')}"

    def loaded_module(self, start):
        """Loads and unloads the module in a shell that `start` gives the command `module`."""
        words = (f"{start}\nmodule use {self.prefix}/share/pacbench/modulefiles; module load pacbench; type -p pacbench; "
                 "man -w pacbench; module unload pacbench; type -p pacbench || echo gone")
        found = output("bash", "--norc", "-c", words, PATH="/usr/local/bin:/usr/bin:/bin")
        for line in (self.program, self.prefix / "share/man/man1/pacbench.1", "gone"):
            assert f"{line}\n" in found, found

    def module_lmod(self):
        if not LMOD.exists():
            raise NotChecked("Lmod is not installed (Debian: lmod)")
        self.loaded_module(f"module() {{ eval \"$({LMOD} bash \"$@\")\"; }}")
        return f"Lmod {version(LMOD, 'bash', '--version')}"

    def module_tcl(self):
        command = next((path for path in (os.environ.get("MODULECMD", ""), *MODULECMDS) if os.path.isfile(path)), None)
        if not command:
            raise NotChecked("Environment Modules is not installed (Debian: environment-modules, beside which lmod cannot be)")
        need("tclsh", "Debian: tcl")
        self.loaded_module(f"module() {{ eval \"$(tclsh {command} bash \"$@\")\"; }}")
        return f"Environment Modules {version('tclsh', command, 'bash', '--version')}"

    def reframe(self):
        program = from_pypi("ReFrame-HPC", "reframe")
        need("mpirun", "Debian: openmpi-bin")
        words = [program, "-C", ROOT / "packaging/reframe/local.py", "-c", self.prefix / "share/pacbench/reframe/pacbench_check.py",
                 "--prefix", self.folder / "reframe", "-r", "--nocolor", "-S", f"executable={self.program}", *ONE_TOY_CASE]
        cache = {"PACBENCH_CACHE": str(self.folder / "cache"), "HOME": str(self.folder), "TMPDIR": str(self.folder)}
        found = output(*words, **cache)
        for name in ("wall_s_median", "rows_per_s", "speedup", "efficiency"):
            assert re.search(rf"P: {name}: [0-9.e-]+ ", found), found
        # Damaged results must not pass.
        assert "verdict failed" in output(*words, status=1, PACBENCH_FAULT="wrong:1", **cache)
        return f"ReFrame {version(program, '--version')}: run on two ranks, passes, and fails on damaged results"

    def apptainer(self):
        spython = from_pypi("spython", "spython")
        definition = ROOT / "packaging/apptainer/pacbench.def"
        recipe = output(spython, "recipe", "--parser", "singularity", definition)
        for line in ("FROM {{ build_base }} AS build", "FROM {{ base }} AS final", "COPY --from=build /opt/pacbench /opt/pacbench"):
            assert line in recipe, recipe
        names = f"spython {version(spython, '--version')} (syntax)"
        if shutil.which("apt-get"):
            text = definition.read_text(encoding="utf-8").replace("\\\n", " ")
            for packages in re.findall(r"apt-get install -y --no-install-recommends ([a-z0-9+ -]+)", text):
                output("apt-get", "install", "--simulate", "--no-install-recommends", *packages.split())
            names += f", apt-get {version('apt-get', '--version')} (names of packages)"
        return names + "; not built by Apptainer"

    def spack(self):
        output(sys.executable, ROOT / "tests/packaging/recipes_test.py", "-k", "spack")
        raise NotChecked("not run with Spack; the recipe was imported against a stub (tests/packaging)")


ITEMS = [name for name in vars(Checks) if not name.startswith("_") and name != "loaded_module"]


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--build", type=pathlib.Path, default=ROOT / "build" / "release")
    parser.add_argument("--only", type=lambda text: text.split(","), default=ITEMS, help=", ".join(ITEMS))
    options = parser.parse_args()
    unknown = set(options.only) - set(ITEMS)
    if unknown or not (options.build / "pacbench").exists():
        parser.error(f"no such item: {', '.join(unknown)}" if unknown else f"{options.build}: no built pacbench; give --build")
    failed = False
    with tempfile.TemporaryDirectory(prefix="pacbench_packaging_") as folder:
        checks = Checks(options.build.resolve(), pathlib.Path(folder))
        for name in ITEMS:
            if name not in options.only and name != "install":  # the others use what it leaves
                continue
            try:
                verdict = f"checked by {getattr(checks, name)()}"
            except NotChecked as reason:
                verdict = f"NOT CHECKED: {reason}"
            except (AssertionError, subprocess.SubprocessError, OSError) as error:
                verdict, failed = f"FAILED: {error}", True
            print(f"{name.replace('_', ' '):14}{verdict}", flush=True)
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
