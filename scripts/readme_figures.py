#!/usr/bin/env python3
"""Draws the pictures and writes the tables that README.md and docs/performance.md show of result files.

    readme_figures.py --run [--pacbench BINARY]     make the result files (minutes, on a quiet machine), then as below
    readme_figures.py                               pictures to docs/figures/, tables between the pages' markers
    readme_figures.py --check                       writes nothing, says which tables are not of the form that files give

Result files are looked for in --folder (results/readme). A page marks what is written there by two lines,

    <!-- figures: NAME -->      or      <!-- picture: NAME -->, without the table
    <!-- end -->

NAME being a region of readme_tables.py. A region whose files are not there stays as it is. Exit status: 0 done; 1 a
table has another form (--check); 2 usage, or a marker that is wrong; 3 a file; 4 a Python package is missing.
"""
import argparse
import contextlib
import io
import os
import pathlib
import re
import shlex
import subprocess
import sys

ROOT = pathlib.Path(__file__).resolve().parent.parent
PAGES = ("README.md", "docs/performance.md")
PICTURES = pathlib.Path("docs/figures")
MARK = re.compile(r"^<!-- (figures|picture): (\S+) -->\n(.*?)^<!-- end -->$", re.MULTILINE | re.DOTALL)
DPI = 140
MPI = {"OMPI_ALLOW_RUN_AS_ROOT": "1", "OMPI_ALLOW_RUN_AS_ROOT_CONFIRM": "1", "OMPI_MCA_rmaps_base_oversubscribe": "1",
       "OMPI_MCA_mpi_yield_when_idle": "1"}


def runs(quick):
    """[(file, ranks, words)]: what the pages are about. Quick: small and few, to try it."""
    size = ("--batch-size", 2, "--n-channels", 2, "--seq-sec", 2) if quick else ()
    n_perm = 5 if quick else 200
    until = ("--repetitions", 2 if quick else 5)
    scaling = ("--quick", "--threads", 1, "--n-perm", n_perm, *size, *until)
    stages = ("--vary", "hilbert=extended", "--vary", f"n_perm={n_perm}", "--verbose", *size, *until)
    return (("demo.h5", 2, ("comodulogram", "--config", "scripts/demo.conf")),
            ("speed.h5", 2, ("speed", *scaling)),
            ("throughput.h5", 2, ("throughput", *scaling)),
            ("vram.h5", 2, ("vram", "--threads", 1, *(("--quick", *size) if quick else ("--mem-limit", "256M")))),
            ("stages.h5", 1, ("sweep", "--backend", "cpu", *stages)),
            ("stages-gpu.h5", 1, ("sweep", "--backend", "cuda", *stages)))


def run_all(arguments):
    """Makes the files, none at once with another; one that needs a GPU is left out where there is none."""
    folder, pacbench = arguments.folder.resolve(), arguments.pacbench.resolve()
    folder.mkdir(parents=True, exist_ok=True)
    launcher = shlex.split(arguments.mpirun)
    commands = [(*launcher, n_ranks, pacbench, *words, "--output", folder / name, "--overwrite", "--quiet")
                for name, n_ranks, words in runs(arguments.quick)]
    if arguments.peers:
        peers = (sys.executable, ROOT / "scripts/peers.py", "--pacbench", pacbench, "-o", folder, "--overwrite")
        commands.append((*peers, folder / "demo.h5", "--peer", "tensorpac"))
        if not arguments.quick:
            commands.append((*peers, "--case", "standard,standard-200,production", "--peer", arguments.peers))
    for command in commands:
        words = list(map(str, command))
        print(" ".join(words), flush=True)
        done = subprocess.run(words, cwd=ROOT, env={**os.environ, **MPI}, stderr=subprocess.PIPE, text=True, check=False)
        if done.returncode == 4 and "cuda" in words:
            print(f"left out: {done.stderr.strip()}")
        elif done.returncode:
            raise SystemExit(complaint(f"exit status {done.returncode}: {done.stderr.strip()}", 3))


def complaint(text, status):
    """Says what is wrong in one line; the exit status."""
    print("readme_figures: " + " ".join(str(text).split()), file=sys.stderr)
    return status


def found(folder, region):
    """The region's files; none where one of its patterns has none."""
    paths = [sorted(folder.glob(pattern)) for pattern in region.files]
    return [path for group in paths for path in group] if all(paths) else []


def draw(figures, region, results, path):
    """The region's picture as a small PNG: of 256 colours, rare ones as true as common ones."""
    from PIL import Image  # comes with matplotlib
    figure = figures.FIGURES[region.figure].draw(region.drawn(results), figures.Options())
    drawn = io.BytesIO()
    figure.savefig(drawn, dpi=DPI)
    figures.close(figure)
    path.parent.mkdir(parents=True, exist_ok=True)
    small = Image.open(drawn).convert("RGB").quantize(256, Image.Quantize.MAXCOVERAGE, dither=Image.Dither.NONE)
    small.save(path, optimize=True)


def form(text):
    """What must not change with a table's numbers: the cells of its header, and how many cells its rows have."""
    lines = [[cell.strip() for cell in line.strip("|").split("|")] for line in text.splitlines() if line.startswith("|")]
    return lines[0] if lines else [], {len(cells) for cells in lines}


class Page:
    """A page and what is marked in it."""

    def __init__(self, path, regions):
        self.path, self.text = path, path.read_text(encoding="utf-8")
        marks = MARK.findall(self.text)
        self.marked = {name: (kind, text) for kind, name, text in marks}
        lines = re.findall(r"^<!-- (?:figures: |picture: |end)", self.text, re.MULTILINE)
        unknown = [name for name in self.marked if name not in regions]
        if unknown:
            what = f"marks {', '.join(unknown)}, which is no region; give {', '.join(regions)}"
            raise SystemExit(complaint(f"{path}: {what}", 2))
        if len(lines) != 2 * len(self.marked):
            raise SystemExit(complaint(f"{path}: a marker is without its <!-- end -->, or there twice", 2))

    def put(self, name, text):
        """Replaces what stands between a region's markers."""
        between = f"<!-- {self.marked[name][0]}: {name} -->\n{text}<!-- end -->"
        self.text = MARK.sub(lambda mark: between if mark[2] == name else mark[0], self.text)


def fill_region(region, paths, marked, arguments, figures, tables):
    """Puts a region into the pages that mark it, and draws it; whether its tables have the form that they had."""
    with contextlib.ExitStack() as open_files:
        results = [open_files.enter_context(figures.Result(path)) for path in paths]
        picture = arguments.root / PICTURES / f"{region.name}.png"
        same = True
        for page in marked:
            kind, old = page.marked[region.name]
            table = tables.table_text(region, results) if kind == "figures" else ""
            if form(table) != form(old):
                same = False
                print(f"{region.name}: its table in {page.path.name} has another form")
            head = tables.picture_text(region, results, os.path.relpath(picture, page.path.parent))
            page.put(region.name, head + (f"\n{table}" if table else ""))
        if not arguments.check:
            draw(figures, region, results, picture)
            names = [", ".join(path.name for path in some) for some in ([page.path for page in marked], paths)]
            print(f"{region.name}: {' from '.join(names)}")
        return same


def fill(arguments, figures, tables):
    """Draws and writes, or checks; the exit status."""
    pages = [Page(arguments.root / name, tables.REGIONS) for name in PAGES]
    same = True
    for region in tables.REGIONS.values():
        paths, marked = found(arguments.folder, region), [page for page in pages if region.name in page.marked]
        if not paths or not marked:
            missing = f"no files ({', '.join(region.files)}), stays as it is"
            print(f"{region.name}: {'marked nowhere' if paths else missing}")
            continue
        try:
            same = fill_region(region, paths, marked, arguments, figures, tables) and same
        except figures.CannotDraw as reason:
            return complaint(f"{region.name}: {', '.join(map(str, paths))} {reason}", 3)
    if arguments.check:
        return 0 if same else 1
    for page in pages:
        page.path.write_text(page.text, encoding="utf-8")
    return 0


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--folder", type=pathlib.Path, default=ROOT / "results/readme", help="of result files (%(default)s)")
    parser.add_argument("--run", action="store_true", help="make the result files first")
    parser.add_argument("--quick", action="store_true", help="with --run: small ones, whose numbers mean nothing")
    parser.add_argument("--peers", default="tensorpac,pactools,gpac",
                        help="other programs to run (%(default)s; empty: none)")
    parser.add_argument("--mpirun", default="mpirun -np", help='the launcher ("%(default)s")')
    parser.add_argument("--pacbench", type=pathlib.Path, default=ROOT / "build/release/pacbench",
                        help="the program (%(default)s)")
    parser.add_argument("--check", action="store_true", help="write nothing, compare forms")
    parser.add_argument("--root", type=pathlib.Path, default=ROOT, help="folder of README.md and docs/ (%(default)s)")
    arguments = parser.parse_args()
    if arguments.run and not arguments.pacbench.exists():
        parser.error(f"--pacbench {arguments.pacbench}: not found; build it first")
    try:
        import matplotlib
        matplotlib.use("Agg")
        import figures
        import readme_tables
    except ImportError as error:
        return complaint(f"Python package {error.name} is missing; install it: apt install python3-{error.name}", 4)
    if arguments.run:
        run_all(arguments)
    try:
        return fill(arguments, figures, readme_tables)
    except OSError as error:
        return complaint(error, 3)


if __name__ == "__main__":
    sys.exit(main())
