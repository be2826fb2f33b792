#!/usr/bin/env python3
"""Times gPAC (PyPI: gpu-pac) on the GPU: seconds of one call on rows that lie on the device.

    gpac_times.py [--n-perm 200] [--gpac PATH]

Signals: white noise, 8 x 16 rows of 4096 samples at 512 Hz, 20 x 30 bands (gPAC has 18 bins always). A call is
synchronised before and after. Where the device's memory does not hold all rows in one call, fewer are run and the time
is scaled. Prints one line of JSON; exit status 77, with the reason, where torch, gpac or a GPU is missing.
"""
import argparse
import contextlib
import importlib.metadata
import json
import pathlib
import statistics
import sys
import time

SKIPPED = 77


def paths_of(where):
    """What to put on the path: a wheel, a folder of wheels, a source tree (with src/ or without)."""
    if where is None:
        return []
    if where.suffix == ".whl":
        return [where]
    return [*sorted(where.glob("*.whl")), *[folder for folder in (where / "src", where) if folder.is_dir()]]


def load(where):
    """(torch, gpac); leaves where they cannot be had."""
    sys.path[:0] = [str(path.resolve()) for path in paths_of(where)]
    try:
        import torch
        with contextlib.redirect_stdout(sys.stderr):
            import gpac
    except ImportError as missing:
        print(f"cannot import: {missing}")
        sys.exit(SKIPPED)
    if not torch.cuda.is_available():
        print("torch sees no GPU")
        sys.exit(SKIPPED)
    return torch, gpac


def version_of(gpac):
    try:
        return importlib.metadata.version("gpu-pac")
    except importlib.metadata.PackageNotFoundError:
        return str(getattr(gpac, "__version__", "unknown"))


def model_of(gpac, arguments, compiled):
    return gpac.PAC(seq_len=arguments.times, fs=512, pha_range_hz=(2, 18), amp_range_hz=(40, 148),
                    pha_n_bands=arguments.pha_n_bands, amp_n_bands=arguments.amp_n_bands,
                    n_perm=arguments.n_perm or None, device_ids=[0], compile_mode=compiled)


def call_s(torch, model, rows):
    """Seconds of one call, without gradients."""
    torch.cuda.synchronize()
    begin = time.perf_counter()
    with torch.no_grad():
        model(rows)
    torch.cuda.synchronize()
    return time.perf_counter() - begin


def times_of(torch, gpac, arguments, batch, compiled):
    """Seconds of the measured calls, after one that compiles and one that settles."""
    model = model_of(gpac, arguments, compiled)
    model.eval()
    rows = torch.randn(batch, arguments.channels, arguments.times, device="cuda",
                       generator=torch.Generator(device="cuda").manual_seed(0))
    for _ in range(2):
        call_s(torch, model, rows)
    return [call_s(torch, model, rows) for _ in range(arguments.repetitions)]


def measure(torch, gpac, arguments):
    """(batch that fits, whether compiled, seconds): the largest of batch, batch / 2, .. that fits."""
    batch, compiled = arguments.batch, not arguments.eager
    while batch > 0:
        try:
            return batch, compiled, times_of(torch, gpac, arguments, batch, compiled)
        except torch.cuda.OutOfMemoryError:
            print(f"no memory for {batch * arguments.channels} rows", file=sys.stderr)
            batch //= 2
        except Exception as error:  # torch.compile needs a compiler, and raises what it likes
            if not compiled:
                raise
            print(f"not compiled: {type(error).__name__}: {error}", file=sys.stderr)
            compiled = False
        torch.cuda.empty_cache()
    raise SystemExit("gPAC has no memory for one batch item")


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--n-perm", type=int, default=0)
    parser.add_argument("--batch", type=int, default=8)
    parser.add_argument("--channels", type=int, default=16)
    parser.add_argument("--times", type=int, default=4096, help="samples of a row")
    parser.add_argument("--pha-n-bands", type=int, default=20)
    parser.add_argument("--amp-n-bands", type=int, default=30)
    parser.add_argument("--repetitions", type=int, default=7)
    parser.add_argument("--eager", action="store_true", help="without torch.compile, which gPAC uses by itself")
    parser.add_argument("--gpac", type=pathlib.Path, help="source tree, wheel or folder of wheels")
    arguments = parser.parse_args()
    torch, gpac = load(arguments.gpac)
    with contextlib.redirect_stdout(sys.stderr):
        batch, compiled, seconds = measure(torch, gpac, arguments)
    median_s = statistics.median(seconds)
    print(json.dumps({
        "version": version_of(gpac), "torch": torch.__version__, "device": torch.cuda.get_device_name(0),
        "compiled": compiled, "rows": arguments.batch * arguments.channels, "rows_run": batch * arguments.channels,
        "median_s": median_s, "scaled_s": median_s * arguments.batch / batch, "seconds": seconds,
        "peak_bytes": torch.cuda.max_memory_allocated()}))
    return 0


if __name__ == "__main__":
    sys.exit(main())
