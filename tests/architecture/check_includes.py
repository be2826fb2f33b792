"""The architecture test: includes go downward only, each package is included behind its one door.

check_includes.py ROOT        checks src/, kernels/ and tests/ of a checkout
check_includes.py --self-test shows that each kind of violation is found
"""
import re
import sys
import tempfile
from pathlib import Path

# What a room may include of the house. Nothing points upward.
ROOMS = {
    "core": {"core"},
    "comm": {"core", "comm"},
    "measure": {"core", "comm", "measure"},
    "io": {"core", "measure", "io"},
    "model": {"core", "comm", "model"},
    "bench": {"core", "comm", "measure", "io", "model", "bench"},
    "main.cpp": {"core", "comm", "bench"},
}

# Package: pattern of its headers, and the places that may include them (prefixes of paths).
DOORS = {
    "Boost.Program_options": (r"boost/", ["src/core/options.cpp"]),
    "MPI": (r"mpi(-ext)?\.h", ["src/comm/"]),
    "FFTW": (r"fftw3", ["src/model/cpu/", "tests/simulated_gpu/"]),
    "OpenMP": (r"omp\.h", ["src/model/cpu/"]),
    "CUDA": (r"(cuda|cufft|nccl|nvtx3?|nvJitLink|nvrtc)", ["src/model/cuda/", "kernels/", "tests/kernels/", "tests/model/cuda/", "tests/simulated_gpu/"]),
    "HDF5": (r"(hdf5|H5)", ["src/io/", "tests/io/"]),
    "EDFlib": (r"edflib", ["src/io/"]),
    "Random123": (r"Random123/", ["src/core/philox.cpp"]),
    "GoogleTest": (r"(gtest|gmock)/", ["tests/"]),
}

INCLUDE = re.compile(r'^\s*#\s*include\s*([<"])([^>"]+)[>"]')
SOURCES = {".cpp", ".hpp", ".h", ".cu", ".cuh", ".in"}


def room_of(path):
    """core for src/core/x.cpp, main.cpp for src/main.cpp, None elsewhere."""
    return path.parts[1] if path.parts[0] == "src" else None


def violations(root):
    """Yields one line per include that breaks a rule."""
    files = [p for top in ("src", "kernels", "tests") for p in sorted((root / top).rglob("*")) if p.suffix in SOURCES]
    for file in files:
        path = file.relative_to(root)
        for number, line in enumerate(file.read_text(encoding="utf-8").splitlines(), 1):
            found = INCLUDE.match(line)
            if not found:
                continue
            quoted, target = found.group(1) == '"', found.group(2)
            where = f"{path}:{number}: includes {target}"
            for package, (pattern, places) in DOORS.items():
                if re.match(pattern, target) and not any(str(path).startswith(place) for place in places):
                    yield f"{where}: {package} has its door at {', '.join(places)}"
            room = room_of(path)
            if quoted and room is not None:
                below = target.split("/")[0]
                if room not in ROOMS:
                    yield f"{where}: the room '{room}' is not drawn in the house"
                elif below not in ROOMS[room] and not (room == "model" and below == "kernels"):
                    yield f"{where}: there is no arrow from {room} to {below}"
            if path.parts[0] == "kernels" and quoted and (root / "src" / target).exists():
                yield f"{where}: kernels include nothing of src/"


def self_test():
    """Plants each kind of violation in a small house and expects it to be found, and nothing in a good one."""
    planted = {
        "src/core/a.cpp": '#include "model/pac_model.hpp"',
        "src/io/b.cpp": '#include "comm/communicator.hpp"',
        "src/bench/c.cpp": "#include <mpi.h>",
        "src/core/d.hpp": "#include <hdf5.h>",
        "src/model/e.cpp": "#include <fftw3.h>",
        "src/misc/f.cpp": '#include "core/a.hpp"',
        "src/measure/g.cpp": "#include <gtest/gtest.h>",
        "src/model/h.cpp": "#include <cuda_runtime.h>",
        "src/bench/i.cpp": "#include <nvtx3/nvToolsExt.h>",
    }
    good = {"src/model/cpu/x.cpp": '#include <fftw3.h>\n#include "core/plan.hpp"', "src/comm/y.cpp": "#include <mpi.h>"}
    with tempfile.TemporaryDirectory() as folder:
        root = Path(folder)
        for name, text in {**planted, **good}.items():
            (root / name).parent.mkdir(parents=True, exist_ok=True)
            (root / name).write_text(text + "\n", encoding="utf-8")
        found = list(violations(root))
    for name in planted:
        assert any(line.startswith(name) for line in found), f"not found: {name}"
    for name in good:
        assert not any(line.startswith(name) for line in found), f"wrongly reported: {name}"
    print(f"{len(planted)} planted violations found")


def main():
    if sys.argv[1] == "--self-test":
        self_test()
        return 0
    found = list(violations(Path(sys.argv[1])))
    print("\n".join(found) if found else "all includes go downward and through their doors")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
