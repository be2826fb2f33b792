#!/usr/bin/env python3
"""Draws result files of pacbench, and of programs that write the same schema.

    plot.py RESULT.h5 [-o FILE.png|.svg|.pdf]           the figure that fits the file's benchmark
    plot.py RESULT.h5 --figure stages --figure ranks    these figures: RESULT-stages.png, RESULT-ranks.png
    plot.py RESULT.h5 --all DIR --format svg,png        every figure that the file has data for
    plot.py A.h5 B.h5 C.h5 --figure peers               several programs on the same case
    plot.py --list [RESULT.h5]                          the figures, and which of them the file has data for

Exit status: 0 drawn, 2 usage, 3 a file cannot be drawn (absent, no result, without what the figure needs) or written, 4 a
Python package or a display is missing. The figures are those of figures/__init__.py, beside this script.
"""
import argparse
import contextlib
import pathlib
import sys

FORMATS = ("png", "svg", "pdf")


def load_figures(show):
    """The package of figures; ends the program where a Python package or, to show, a display is missing."""
    try:
        import matplotlib
        if not show:
            matplotlib.use("Agg")
        import figures
    except ImportError as error:
        package = (error.name or str(error)).partition(".")[0]
        if package == "figures":
            sys.exit(complaint("folder figures is missing beside this script; copy it there too", 4))
        sys.exit(complaint(f"Python package {package} is missing; install it: apt install python3-{package}, or "
                           f"{sys.executable} -m pip install {package}", 4))
    if show and matplotlib.get_backend().lower() == "agg":
        sys.exit(complaint("--show: no display, or no package for windows (Debian: python3-tk); write a file with -o", 4))
    return figures


def complaint(text, status):
    """Says what is wrong in one line; the exit status."""
    print("plot.py: " + " ".join(str(text).split()), file=sys.stderr)
    return status


def row_numbers(text):
    """'0,3-7' -> [0, 3, 4, 5, 6, 7]."""
    rows = []
    for part in text.split(","):
        first, dash, last = part.partition("-")
        if not first.isdigit() or dash and not last.isdigit() or dash and int(last) < int(first):
            raise argparse.ArgumentTypeError(f"'{text}' is no list of rows; give numbers from 0, such as 0,3-7")
        rows += range(int(first), int(last or first) + 1)
    return list(dict.fromkeys(rows))


def band_pair(text):
    """'6:80' -> (6.0, 80.0)."""
    try:
        phase, amplitude = (float(part) for part in text.split(":"))
    except ValueError:
        raise argparse.ArgumentTypeError(f"'{text}' is no pair of frequencies; give two in Hz, such as 6:80") from None
    return phase, amplitude


def formats(text):
    """'png,svg' -> ['png', 'svg']."""
    chosen = text.split(",")
    for name in chosen:
        if name not in FORMATS:
            raise argparse.ArgumentTypeError(f"'{name}' is no format; give {', '.join(FORMATS)}")
    return chosen


def read_options():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("results", nargs="*", metavar="RESULT.h5", type=pathlib.Path, help="result files")
    parser.add_argument("-o", "--output", type=pathlib.Path, help="picture; the ending says the format (RESULT.png); "
                        "several figures or formats: NAME-FIGURE.FORMAT")
    parser.add_argument("--figure", action="append", metavar="NAME", help="figure to draw; may be given again (see --list)")
    parser.add_argument("--all", metavar="DIR", type=pathlib.Path, help="draw every figure that there is data for, into DIR")
    parser.add_argument("--format", type=formats, help="formats: png, svg, pdf or several, such as png,svg (png)")
    rows = parser.add_mutually_exclusive_group()
    rows.add_argument("--row", type=int, help="one row, counted from 0: batch item * channels (or pairs) + channel")
    rows.add_argument("--rows", type=row_numbers, metavar="LIST", help="rows to take the mean over, such as 0,3-7 (all)")
    parser.add_argument("--map", default="pac", metavar="NAME", help="map: pac, pac_z, p_value, mvl .. (%(default)s)")
    parser.add_argument("--pair", type=band_pair, metavar="P:A", help="phase and amplitude frequency in Hz of the bands to "
                        "look at (that with the largest value)")
    parser.add_argument("--case", type=int, help="row of /benchmark/cases, for the figure ranks (the longest on most ranks)")
    parser.add_argument("--show", action="store_true", help="open windows; writes files only with -o or --all")
    parser.add_argument("--list", action="store_true", help="list the figures, and what the files have for them")
    options = parser.parse_args()
    if not options.results and not options.list:
        parser.error("no result file; name one")
    if options.all and (options.output or options.figure):
        parser.error("--all draws every figure into its folder; leave --output and --figure out")
    ending = options.output.suffix[1:].lower() if options.output else ""
    if options.output and not options.format and ending not in FORMATS:
        parser.error(f"--output {options.output}: no format '{ending}'; end it in .png, .svg or .pdf")
    return parser, options


def jobs_of(options, parser, figures, results):
    """[(figure, its results, path of its pictures without the ending)]."""
    if options.all or options.list:
        alike = len({result.benchmark for result in results}) == 1
        together = [figure for figure in figures.FIGURES.values() if figure.several and (alike or figure.name == "peers")]
        apart = [figure for figure in figures.FIGURES.values() if figure not in together]
        jobs = [(figure, [result], result.path.stem) for result in results for figure in apart]
        jobs += [(figure, results, results[0].path.stem) for figure in together]
        targets = [f"{stem}-{figure.name}" for figure, _, stem in jobs]
        if options.all and len(set(targets)) < len(targets):
            parser.error("--all: several result files have the same name; draw them into folders of their own")
        return [(figure, which, options.all / target if options.all else None)
                for (figure, which, _), target in zip(jobs, targets)]

    chosen = []
    for name in dict.fromkeys(options.figure or [figures.default_figure(results).name]):
        if name not in figures.FIGURES:
            parser.error(f"--figure {name}: no such figure; give {', '.join(figures.FIGURES)}")
        if len(results) > 1 and not figures.FIGURES[name].several:
            parser.error(f"--figure {name}: takes one result file, not {len(results)}; draw them one by one, or with --all")
        chosen.append(figures.FIGURES[name])
    stem = (options.output or results[0].path).with_suffix("")
    return [(figure, results, stem if len(chosen) == 1 else stem.with_name(f"{stem.name}-{figure.name}"))
            for figure in chosen]


def save(figure, stem, options):
    """Writes the figure in every format; says where."""
    endings = options.format or [options.output.suffix[1:].lower() if options.output else "png"]
    for ending in endings:
        path = stem.with_name(f"{stem.name}.{ending}")
        try:
            if options.all:
                options.all.mkdir(parents=True, exist_ok=True)
            figure.savefig(path, dpi=160)
        except OSError as error:
            raise OSError(f"{path}: cannot be written: {error.strerror or error}") from error
        print(path)


def list_figures(figures, results, jobs, choice):
    """Each figure's name and question; for files whether they have data for it, and what is missing."""
    if not results:
        for figure in figures.FIGURES.values():
            print(f"{figure.name:16} {figure.question}{' (several files)' if figure.several else ''}")
        return
    for figure, which, _ in jobs:
        try:
            figures.close(figure.draw(which, choice))
            state = "yes"
        except figures.CannotDraw as reason:
            state = f"no: {reason}"
        print(f"{', '.join(result.path.name for result in which)}  {figure.name:16} {state}")


def draw_all(figures, jobs, options, choice):
    """Draws and writes; the exit status. With --all, what has no data is named and left out."""
    n_drawn, missing = 0, 0
    for figure, results, stem in jobs:
        try:
            drawn = figure.draw(results, choice)
        except figures.CannotDraw as reason:
            complaint(f"{f'skipped {figure.name}: ' if options.all else ''}{reason.path or results[0].path} {reason}", 3)
            missing += 1
            continue
        n_drawn += 1
        if not options.show or options.all or options.output:
            save(drawn, stem, options)
        if not options.show:
            figures.close(drawn)
    if options.show and n_drawn:
        figures.show()
    return 3 if missing and not (options.all and n_drawn) else 0


def main():
    parser, options = read_options()
    figures = load_figures(options.show)
    rows = [options.row] if options.row is not None else options.rows
    choice = figures.Options(rows, options.map, options.pair, options.case)
    with contextlib.ExitStack() as files:
        results = []
        for path in options.results:
            try:
                results.append(files.enter_context(figures.Result(path)))
            except figures.CannotDraw as reason:
                return complaint(f"{path} {reason}", 3)
        try:
            jobs = jobs_of(options, parser, figures, results) if results else []
            if options.list:
                list_figures(figures, results, jobs, choice)
                return 0
            return draw_all(figures, jobs, options, choice)
        except OSError as error:
            return complaint(error, 3)


if __name__ == "__main__":
    sys.exit(main())
