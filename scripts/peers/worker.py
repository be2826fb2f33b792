"""One peer in a process of its own: reads requests, a line of JSON each, from stdin, answers likewise on stdout.

    worker.py FACTS.json

FACTS: {peer, work, first, count, threads, device}. The first answer says what there is, or why nothing can be done:
{missing} a package, {failure} anything else. Requests: {do: "call", n_rows, n_perm} is timed, {do: "maps", n_rows, n_perm,
to} writes arrays to a .npz file. What a peer prints goes to stderr.
"""
import importlib.metadata
import json
import os
import pathlib
import sys
import time
import warnings

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent))
from peers.environment import blas_libraries  # noqa: E402
from peers.peer import Unavailable, Work, peer_class  # noqa: E402


def start(facts):
    """(the peer, what there is)."""
    import numpy as np
    work = Work(**facts["work"])
    rows = np.load(work.signals, mmap_mode="r").reshape(-1, work.n_times)
    rows = np.array(rows[facts["first"]:facts["first"] + facts["count"]], dtype=np.float64)
    kind = peer_class(facts["peer"])
    peer = kind(work, rows, facts["threads"], facts["device"])
    versions = {name: importlib.metadata.version(name) for name in kind.packages}
    return peer, {"versions": versions, "device": peer.device(), "blas": blas_libraries(),
                  "python": sys.version.split()[0]}


def obey(peer, request):
    """The answer to one request."""
    if request["do"] == "call":
        begin = time.perf_counter()
        peer.call(request["n_rows"], request["n_perm"])
        return {"seconds": time.perf_counter() - begin, "device_peak_bytes": peer.device_peak_bytes()}
    import numpy as np
    np.savez(request["to"], **peer.maps(request["n_rows"], request["n_perm"]))
    return {}


def main():
    answers = os.fdopen(os.dup(1), "w")
    os.dup2(2, 1)

    def answer(what):
        print(json.dumps(what), file=answers, flush=True)
    warnings.filterwarnings("ignore")
    try:
        peer, facts = start(json.loads(pathlib.Path(sys.argv[1]).read_text(encoding="utf-8")))
        answer(facts)
    except (ImportError, Unavailable) as error:  # no package is no module either
        answer({"missing": str(error)})
        return
    except Exception as error:  # a peer may raise what it likes
        answer({"failure": f"{type(error).__name__}: {error}"})
        return
    for line in sys.stdin:
        try:
            answer(obey(peer, json.loads(line)))
        except Exception as error:
            answer({"failure": f"{type(error).__name__}: {error}"})


if __name__ == "__main__":
    main()
