"""Python environments of the peers: one each below build/peers, made from PyPI on first use, because their requirements
clash (NumPy 1 and 2) and torch is large; or the Python that runs."""
import importlib.metadata
import os
import pathlib
import platform
import subprocess
import sys
import venv

from peers.peer import KNOWN, peer_class

FOLDER = pathlib.Path(__file__).resolve().parents[2] / "build" / "peers"
PARENT = ("h5py", "threadpoolctl")  # what the scripts themselves need


def make(name, requirements, alone):
    """The python of the environment `name`, which is made when missing or made for other requirements."""
    folder = FOLDER / name
    python, made_for = folder / "bin" / "python", folder / "requirements.txt"
    wanted = "\n".join(sorted({*PARENT, *requirements}))
    if not made_for.exists() or made_for.read_text() != wanted:
        print(f"making {folder}", file=sys.stderr)
        venv.create(folder, with_pip=True, clear=True)
        pip = [python, "-m", "pip", "install", "--quiet", "--no-compile", "--only-binary", "numpy,scipy"]
        subprocess.run([*pip, *(text for text in wanted.split() if text not in alone)], check=True)
        if alone:
            subprocess.run([*pip, "--no-deps", *alone], check=True)
        made_for.write_text(wanted)
    return python


def python_of(which, own):
    """The python that runs a peer, by its name or file."""
    kind = peer_class(which)
    if not own or not kind.requirements:
        return pathlib.Path(sys.executable)
    return make(which if which in KNOWN else pathlib.Path(which).stem, kind.requirements, kind.without_dependencies)


def enter():
    """Goes on inside TensorPAC's environment, which has all that the scripts need."""
    python = python_of("tensorpac", True)
    if pathlib.Path(sys.prefix).resolve() != python.parent.parent.resolve():
        os.execv(python, [str(python), *sys.argv])


def blas_libraries():
    """Each BLAS that is loaded, with its threads; nothing where threadpoolctl is not there to tell."""
    try:
        import threadpoolctl
    except ImportError:
        return []
    return [f"{pool['internal_api']} {pool['version']} ({pool['num_threads']} threads)"
            for pool in threadpoolctl.threadpool_info() if pool["user_api"] == "blas"]


def cpu_name():
    """Model, family and whether it has AVX-512."""
    info = pathlib.Path("/proc/cpuinfo")
    if not info.exists():
        return platform.processor() or platform.machine()
    lines = [line.partition(":") for line in info.read_text().splitlines()]
    field = {name.strip(): value.strip() for name, _, value in reversed(lines)}
    return (f"{field.get('model name', platform.machine())} (family {field.get('cpu family', '?')}, "
            f"model {field.get('model', '?')}, AVX-512: {'yes' if 'avx512f' in field.get('flags', '') else 'no'})")


def machine(packages):
    """CPU, cores, load, and versions in this Python."""
    return {"cpu": cpu_name(), "cores": len(os.sched_getaffinity(0)), "load_before": os.getloadavg()[0],
            "python": platform.python_version(),
            "packages": {name: importlib.metadata.version(name) for name in packages}, "blas": blas_libraries()}


def print_machine(facts):
    versions = "".join(f", {name} {version}" for name, version in facts["packages"].items())
    print(f"{facts['cpu']}, {facts['cores']} cores; Python {facts['python']}{versions}")
    if facts["packages"]:
        print("BLAS: " + (", ".join(facts["blas"]) or "not known, threadpoolctl is not installed"))
        if not all(blas.startswith("openblas") for blas in facts["blas"]):
            print("warning: not OpenBLAS: the peers are slower than they could be, their ratios do not count")
    if facts["load_before"] > 0.5:
        print(f"warning: load average {facts['load_before']:.1f} before the first measurement: other programs are busy")
