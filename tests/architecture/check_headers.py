"""Every header of src/ compiles alone: check_headers.py ROOT COMPILER [--without FOLDER] [FLAGS...]"""
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path


def complaint(command, header):
    """What the compiler says against a file that includes the header and nothing else; empty where it compiles."""
    source = f'#include "{header}"\n#include "{header}"\n'
    run = subprocess.run(command + ["-x", "c++", "-"], input=source, capture_output=True, text=True)
    return "" if run.returncode == 0 else f"{header}:\n{run.stderr}"


def is_first_of_its_source(folder, header):
    """Whether a source of the same name includes the header before anything else: the build has compiled it alone."""
    source = (folder / header).with_suffix(".cpp")
    lines = source.read_text(encoding="utf-8").splitlines() if source.exists() else []
    return next((line for line in lines if line.startswith("#")), "") == f'#include "{header}"'


def main():
    root, compiler, flags = Path(sys.argv[1]), sys.argv[2], sys.argv[3:]
    without = ()
    if flags[:1] == ["--without"]:  # a folder of src/ whose packages this machine lacks
        without, flags = (flags[1],), flags[2:]
    command = [compiler, "-std=c++20", "-fsyntax-only", "-Wall", "-Wextra", "-Werror", f"-I{root / 'src'}", f"-I{root}", *flags]
    headers = sorted(str(p.relative_to(root / "src")) for p in (root / "src").rglob("*.hpp"))
    headers = [header for header in headers if not header.startswith(without)]
    rest = [header for header in headers if not is_first_of_its_source(root / "src", header)]
    with ThreadPoolExecutor(2) as pool:
        complaints = [text for text in pool.map(lambda header: complaint(command, header), rest) if text]
    print("\n".join(complaints) if complaints else f"{len(headers)} headers compile alone, {len(rest)} of them here")
    return 1 if complaints or not headers else 0


if __name__ == "__main__":
    sys.exit(main())
