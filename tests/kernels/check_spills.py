#!/usr/bin/env python3
"""Compiles the kernels and prints registers and spills of each; exit status 1 where one spills registers to memory.

    check_spills.py NVCC REPOSITORY [ARCHITECTURE ...]     architectures as numbers (80 90)
"""
import pathlib
import re
import subprocess
import sys
import tempfile

ENTRY = re.compile(r"Compiling entry function '(\w+)' for '(sm_\w+)'")
SPILLS = re.compile(r"(\d+) bytes stack frame, (\d+) bytes spill stores, (\d+) bytes spill loads")
REGISTERS = re.compile(r"Used (\d+) registers")


def report(nvcc, repository, architectures):
    """[(kernel, architecture, registers, bytes of spills)] as ptxas says."""
    targets = [word for number in architectures for word in ("-gencode", f"arch=compute_{number},code=sm_{number}")]
    with tempfile.TemporaryDirectory() as folder:
        done = subprocess.run([nvcc, "-std=c++20", "-I", str(repository), "-fmad=false", *targets, "-Xptxas", "-v", "-c",
                               str(repository / "kernels" / "launch.cu"), "-o", str(pathlib.Path(folder) / "launch.o")],
                              capture_output=True, text=True, check=False)
    if done.returncode != 0:
        raise SystemExit(done.stdout + done.stderr)
    kernels, spilled = [], 0
    for line in (done.stdout + done.stderr).splitlines():
        if found := ENTRY.search(line):
            name, architecture = found.groups()
        elif found := SPILLS.search(line):
            spilled = int(found[2]) + int(found[3])
        elif found := REGISTERS.search(line):
            kernels.append((name, architecture, int(found[1]), spilled))
    return kernels


def readable(name):
    """LayCircle, BinSums<8, true>, VectorSums<true, Complex>: from the mangled name of run<Body>(Body)."""
    found = re.search(r"INS0_\d+([A-Za-z]+?)(?:I((?:L\w\d+E|f|NS0_\d+\w+?E)+)E)?E+vT_", name)
    words = []
    for kind, value, plain, own in re.findall(r"L(\w)(\d+)E|(f)|NS0_\d+(\w+?)E", found[2] or ""):
        words.append(own or (plain and "float") or (("false", "true")[int(value)] if kind == "b" else value))
    return found[1] + (f"<{', '.join(words)}>" if words else "")


def main():
    kernels = report(sys.argv[1], pathlib.Path(sys.argv[2]), sys.argv[3:] or ["80", "90"])
    if not kernels:
        raise SystemExit("ptxas told of no kernel")
    print(f"{'kernel':28} {'chip':6} registers  spills")
    for name, architecture, registers, spilled in sorted(kernels, key=lambda k: (readable(k[0]), k[1])):
        print(f"{readable(name):28} {architecture:6} {registers:9} {spilled:7}")
    return 1 if any(spilled for *_, spilled in kernels) else 0


if __name__ == "__main__":
    sys.exit(main())
