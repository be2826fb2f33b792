#!/usr/bin/env python3
"""Times gPAC (PyPI: gpu-pac) on the GPU: seconds of one call on rows that lie on the device.

    gpac_times.py [--n-perm 200] [--gpac PATH]

Signals: white noise, 8 x 16 rows of 4096 samples at 512 Hz, 20 x 30 bands (gPAC has 18 bins always). A call is
synchronised. Where the device's memory does not hold all rows in one call, they go through in parts. Prints one line of
JSON; exit status 77, with the reason, where torch, gpac or a GPU is missing. Needs no more than torch and gPAC;
peers.py --device cuda compares numbers too.
"""
import argparse
import contextlib
import importlib.metadata
import json
import pathlib
import statistics
import sys
import time

from peers.gpac_peer import Gpac, paths_of
from peers.peer import Unavailable, Work
from peers.targets import standard_bands

SKIPPED = 77


def peer_of(arguments):
    """gPAC with its rows; leaves where it cannot be had."""
    import numpy as np
    pha, amp = standard_bands(arguments.pha_n_bands, arguments.amp_n_bands)
    n_rows = arguments.batch * arguments.channels
    work = Work("", 512.0, pha.tolist(), amp.tolist(), 18, arguments.n_perm, 0, 1, [3, 6], n_rows, arguments.times)
    return Gpac(work, np.random.default_rng(0).standard_normal((n_rows, arguments.times)), 1, "cuda")


def call_s(peer, arguments):
    """Seconds of one call on all rows."""
    begin = time.perf_counter()
    peer.call(len(peer.rows), arguments.n_perm)
    return time.perf_counter() - begin


def version_of(peer):
    try:
        return importlib.metadata.version(peer.distribution)
    except importlib.metadata.PackageNotFoundError:  # of a source tree
        return str(getattr(peer.gpac, "__version__", "unknown"))


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
    sys.path[:0] = [str(path.resolve()) for path in paths_of(arguments.gpac)]
    try:
        peer = peer_of(arguments)
    except (ImportError, Unavailable) as missing:
        print(f"{'cannot import: ' if isinstance(missing, ImportError) else ''}{missing}")
        return SKIPPED
    with contextlib.redirect_stdout(sys.stderr):
        peer.compiled = not arguments.eager
        for _ in range(2):  # one that compiles and one that settles
            call_s(peer, arguments)
        seconds = [call_s(peer, arguments) for _ in range(arguments.repetitions)]
    print(json.dumps({
        "version": version_of(peer), "torch": peer.torch.__version__, "device": peer.device()["device_name"],
        "compiled": peer.compiled, "rows": len(peer.rows), "rows_a_call": peer.rows_a_call,
        "median_s": statistics.median(seconds), "seconds": seconds, "peak_bytes": peer.device_peak_bytes()}))
    return 0


if __name__ == "__main__":
    sys.exit(main())
