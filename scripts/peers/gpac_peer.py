"""gPAC (PyPI: gpu-pac), on CPUs or on one CUDA GPU."""
import contextlib
import pathlib
import sys

from peers.peer import Peer, Setting, Unavailable

GUARD_GB = 75  # gPAC sizes its amplitude chunks by this constant
FRAMEWORK_BYTES = 600 << 20  # torch itself, and what its other tensors take in small cases


def paths_of(where):
    """What to put on the path: a wheel, a folder of wheels, a source tree (with src/ or without)."""
    if where is None:
        return []
    where = pathlib.Path(where)
    if where.suffix == ".whl":
        return [where]
    return [*sorted(where.glob("*.whl")), *[folder for folder in (where / "src", where) if folder.is_dir()]]


def free_memory_bytes():
    """What the system could give without swapping."""
    fields = dict(line.split(":") for line in pathlib.Path("/proc/meminfo").read_text().splitlines())
    return int(fields["MemAvailable"].split()[0]) << 10


class Gpac(Peer):
    """Rows lie on the device before a call. They go through in one call where memory holds that, in parts otherwise."""

    name = "gPAC"
    distribution = "gpu-pac"
    requirements = ("gpu-pac==0.3.4", "torch>=2.7", "numpy", "scipy", "psutil")
    without_dependencies = ("gpu-pac==0.3.4",)  # it names torchaudio and matplotlib, and imports neither
    packages = ("gpu-pac", "torch", "numpy")
    n_bins = 18
    definition = ("another definition: truncated Butterworth responses, soft phase bins (softmax, 0.01), sums of amplitude, "
                  "single precision; surrogates by its own random cuts, in [1, T), the same for all rows of a call")
    counterpart = {"hilbert": "cropped", "bin_statistic": "sum"}

    def __init__(self, work, rows, threads, device):
        super().__init__(work, rows, threads, device)
        import torch
        with contextlib.redirect_stdout(sys.stderr):
            import gpac
        self.torch, self.gpac = torch, gpac
        if device == "cuda" and not torch.cuda.is_available():
            raise Unavailable("torch sees no GPU")
        torch.set_num_threads(threads)
        torch.manual_seed(work.seed)
        self.place = "cuda" if device == "cuda" else "cpu"
        self.samples = torch.tensor(rows, dtype=torch.float32, device=self.place)
        self.rows_a_call = self.rows_that_fit()
        self.compiled = True  # as gPAC wants it; needs a compiler
        self.models = {}

    @staticmethod
    def settings(cores, device):
        if device == "cuda":
            return (Setting("GPU", 1, cores),)
        one = Setting("1 thread", 1, 1)
        return (one, Setting(f"{cores} threads", 1, cores)) if cores > 1 else (one,)

    @staticmethod
    def bytes_of_call(work, n_rows):
        """The product of weights and amplitudes [row, P, amplitudes of a chunk, T, bins], and some weights."""
        n_pha, n_amp = len(work.pha_bands), len(work.amp_bands)
        weights = 4 * n_rows * n_pha * work.n_times * work.n_bins
        chunk = min(n_amp, max(16, int(GUARD_GB * 1e9 / weights)))
        return weights * (chunk + 4) + FRAMEWORK_BYTES

    def rows_that_fit(self):
        """Rows of one call: all, or on CPUs what four fifths of the free memory hold. A GPU is asked when it is full."""
        if self.place == "cuda":
            return len(self.rows)
        free_bytes = 0.8 * free_memory_bytes()
        for n_rows in range(len(self.rows), 0, -1):
            if self.bytes_of_call(self.work, n_rows) <= free_bytes:
                return n_rows
        raise MemoryError(f"one row needs {self.bytes_of_call(self.work, 1) / 1e9:.1f} GB, "
                          f"{free_bytes / 1e9:.1f} GB may be taken")

    def model(self, n_perm):
        key = n_perm, self.compiled
        if key not in self.models:
            self.models[key] = self.gpac.PAC(
                seq_len=self.work.n_times, fs=self.work.fs_hz, pha_range_hz=None, amp_range_hz=None, pha_n_bands=None,
                amp_n_bands=None, pha_bands_hz=self.work.pha_bands, amp_bands_hz=self.work.amp_bands,
                n_perm=n_perm or None, device_ids=[0] if self.place == "cuda" else [], compile_mode=self.compiled).eval()
        return self.models[key]

    def outcomes(self, n_rows, n_perm):
        """gPAC's answers on the first n_rows, part by part; parts that memory does not hold are halved."""
        begin = 0
        while begin < n_rows:
            part = min(self.rows_a_call, n_rows - begin)
            try:
                with self.torch.no_grad():
                    outcome = self.model(n_perm)(self.samples[None, begin:begin + part])
                self.synchronize()
            except self.torch.OutOfMemoryError:
                self.torch.cuda.empty_cache()
                if part == 1:
                    raise MemoryError("gPAC has no memory for one row") from None
                self.rows_a_call = part // 2
                continue
            except Exception as error:  # torch.compile raises what it likes
                if not self.compiled:
                    raise
                print(f"not compiled: {type(error).__name__}: {error}", file=sys.stderr)
                self.compiled = False
                continue
            yield outcome
            begin += part

    def synchronize(self):
        if self.place == "cuda":
            self.torch.cuda.synchronize()

    def call(self, n_rows, n_perm):
        for _ in self.outcomes(n_rows, n_perm):
            pass

    def maps(self, n_rows, n_perm):
        import numpy as np
        kept = []
        if n_perm:  # its answer leaves out what z came from
            model = self.model(n_perm)
            statistics = type(model)._compute_surrogates_vectorized

            def keep(*arguments):
                kept.append(statistics(model, *arguments))
                return kept[-1]
            model._compute_surrogates_vectorized = keep
        parts = {"pac": []}
        for outcome in self.outcomes(n_rows, n_perm):
            parts["pac"].append(outcome["pac"][0])
            if n_perm:
                parts.setdefault("pac_z", []).append(outcome["pac_z"][0])
                for name in ("surrogate_mean", "surrogate_std"):
                    parts.setdefault(name, []).append(kept[-1][name][0, :, 0])
        if n_perm:
            del self.model(n_perm)._compute_surrogates_vectorized
        return {name: np.concatenate([part.cpu().numpy() for part in values]) for name, values in parts.items()}

    def device(self):
        if self.place == "cpu":
            return {"backend": "cpu"}
        properties = self.torch.cuda.get_device_properties(0)
        return {"backend": "cuda", "device_name": properties.name, "device_uuid": str(getattr(properties, "uuid", "")),
                "device_total_bytes": properties.total_memory, "visible_devices": self.torch.cuda.device_count()}

    def device_peak_bytes(self):
        return self.torch.cuda.max_memory_allocated() if self.place == "cuda" else -1
