"""What a peer is: a program that computes phase-amplitude coupling, and what it is asked for.

Only the standard library is imported here and at the top of the peers' files: the parent process looks at them without
having their packages.
"""
import dataclasses
import importlib
import importlib.util
import inspect
import pathlib

KNOWN = {"tensorpac": "peers.tensorpac_peer", "pactools": "peers.pactools_peer", "gpac": "peers.gpac_peer"}


class Unavailable(Exception):
    """What a peer needs is not on this machine."""


@dataclasses.dataclass(frozen=True)
class Work:
    """What a peer computes on: rows of a .npy file [batch, channel, time], bands in Hz."""
    signals: str
    fs_hz: float
    pha_bands: list  # [band][low, high]
    amp_bands: list
    n_bins: int
    n_perm: int
    seed: int
    min_shift: int  # samples
    cycles: list  # of the lower edge, filter order of phase and amplitude bands
    n_rows: int
    n_times: int

    @property
    def n_pairs(self):
        return len(self.pha_bands) * len(self.amp_bands)


@dataclasses.dataclass(frozen=True)
class Setting:
    """How a peer uses the cores: processes that share out the rows, and its own threads or jobs in each."""
    label: str
    processes: int
    threads: int


class Peer:
    """One program. Class attributes and static methods are for the parent, an object lives in a worker.

    `rows` [row, time] float64 are the worker's share. A peer may have packages only where its object is made.
    """

    name = ""  # as people write it
    distribution = ""  # on PyPI
    requirements = ()  # what pip installs; () where nothing is needed
    without_dependencies = ()  # of these, what pip installs alone
    packages = ()  # whose versions are reported
    n_bins = None  # the only number of phase bins that it has; None: any
    same_definition = False  # its numbers are to agree with pacbench's
    definition = ""  # how its numbers come about, where it differs from pacbench's
    counterpart = {}  # pacbench's options (field names) that are nearest to it

    def __init__(self, work, rows, threads, device):
        self.work = work
        self.rows = rows
        self.threads = threads
        self.device_kind = device

    @staticmethod
    def settings(cores, device):
        """The settings that are tried; the better one counts. Widest last."""
        del device
        alone = Setting("1 process", 1, 1)
        return (alone, Setting(f"{cores} processes", cores, 1)) if cores > 1 else (alone,)

    def call(self, n_rows, n_perm):
        """The program's fastest normal use on the first n_rows, from samples to coupling and, with n_perm > 0, its
        surrogate statistics. This is what is timed."""
        raise NotImplementedError

    def maps(self, n_rows, n_perm):
        """{name: [row, phase band, amplitude band]} of the first n_rows: `pac` and, with n_perm > 0, `surrogate_mean`,
        `surrogate_std` and what else there is of pacbench's maps. Not timed: numbers of the named definition."""
        raise NotImplementedError

    def device(self):
        """What it computes on: facts for /system/ranks."""
        return {"backend": "cpu"}

    def device_peak_bytes(self):
        """Peak memory in use on the device; -1: it has none."""
        return -1


def surrogate_maps(pac, surrogates):
    """pacbench's statistics of `pac` [P, A] and surrogates [permutation, P, A]."""
    mean, std = surrogates.mean(axis=0), surrogates.std(axis=0)
    exceed = (surrogates >= pac).sum(axis=0)
    return {"pac": pac, "surrogate_mean": mean, "surrogate_std": std, "pac_z": (pac - mean) / std,
            "p_value": (1 + exceed) / (1 + len(surrogates))}


def peer_class(which):
    """The class of a known peer's name, or of FILE.py, which defines one. Leaves with status 2 where there is none."""
    if which in KNOWN:
        module = importlib.import_module(KNOWN[which])
    elif which.endswith(".py") and pathlib.Path(which).is_file():
        specification = importlib.util.spec_from_file_location("peer_of_file", which)
        module = importlib.util.module_from_spec(specification)
        specification.loader.exec_module(module)
    else:
        raise LookupError(f"--peer {which}: unknown; give {', '.join(KNOWN)} or a .py file that defines a class of "
                          "peers.peer.Peer")
    found = [value for _, value in inspect.getmembers(module, inspect.isclass)
             if issubclass(value, Peer) and value.__module__ == module.__name__]
    if len(found) != 1:
        raise LookupError(f"--peer {which}: defines {len(found)} classes of peers.peer.Peer; define one")
    return found[0]
