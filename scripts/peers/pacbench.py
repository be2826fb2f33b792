"""pacbench as scripts run it: a comodulogram on rows of a .npy file, or on the signals of a result; its result files."""
import contextlib
import pathlib
import statistics
import subprocess

SYNTHETIC = ("seq_sec", "batch_size", "n_batches", "n_channels", "coupling", "noise")
COMMON = ("fs", "seed", "pha_cycles", "amp_cycles", "n_bins", "n_perm", "min_shift", "min_shift_sec", "hilbert",
          "bin_statistic")
OTHER_WORK = {"pairs": "within", "measure": "mi", "surrogate": "shift", "all_shifts": "0", "shifts": ""}


class Refusal(SystemExit):
    """Ends the command: one line on stderr, an exit status."""

    def __init__(self, status, line):
        super().__init__(status)
        self.line = line


def band_text(bands):
    """Bands [band, 2] in Hz as `lo-hi,lo-hi,..` with every digit of the edges."""
    return ",".join(f"{float(lo)!r}-{float(hi)!r}" for lo, hi in bands)


def row_words(signals, fs_hz, n_times, pha_bands, amp_bands, n_bins):
    """Options for the rows of a .npy file [batch, channel, time]."""
    return ["--input", str(signals), "--layout", "bct", "--fs", repr(float(fs_hz)), "--seq-sec", repr(n_times / fs_hz),
            "--n-bins", str(n_bins), "--pha-bands", band_text(pha_bands), "--amp-bands", band_text(amp_bands)]


def words_of(options):
    """{field: value} as words of the command line; empty ones are left out."""
    return [word for name, value in options.items() if str(value) != ""
            for word in ("--" + name.replace("_", "-"), str(value))]


class Pacbench:
    """The product: one process, so many threads."""

    def __init__(self, binary, threads, backend="auto"):
        self.binary = binary
        self.threads = threads
        self.backend = backend

    def run(self, words, output):
        """One comodulogram without verification into `output`; what was printed as failure ends the command."""
        done = subprocess.run([str(self.binary), "comodulogram", *words, "--no-verify", "--backend", self.backend,
                               "--threads", str(self.threads), "--quiet", "--output", str(output), "--overwrite"],
                              capture_output=True, text=True, check=False)
        if done.returncode != 0:
            raise Refusal(done.returncode, f"pacbench: exit status {done.returncode}: {done.stderr.strip()}")


def wall_and_stages(path):
    """(median seconds of all rows, {stage: its median over ranks and repetitions}) of a result's first case."""
    import h5py
    with h5py.File(path) as file:
        samples = file["benchmark/samples"]
        measured = samples["warmup"][:] == 0
        stages = {name: statistics.median(samples[name][:][measured].tolist()) for name in samples if name.endswith("_s")}
        return float(file["benchmark/cases/wall_s_median"][0]), stages


def peak_bytes(path):
    """Largest peak of a result's first case: of the device where it has one, of the process otherwise."""
    import h5py
    with h5py.File(path) as file:
        memory = file["benchmark/memory"]
        device, host = int(memory["device_peak_bytes"][:].max()), int(memory["host_peak_bytes"][:].max())
    return device if device > 0 else host


def map_of(path, name="pac"):
    """A map as [row, phase band, amplitude band]; None where there is none."""
    import h5py
    with h5py.File(path) as file:
        if f"comodulogram/{name}" not in file:
            return None
        values = file[f"comodulogram/{name}"][:]
    return values.reshape(-1, *values.shape[2:]).astype(float)


def text_of(value):
    """An attribute as the command line has it."""
    value = value.decode() if isinstance(value, bytes) else value
    return repr(float(value)) if getattr(value, "dtype", None) is not None and value.dtype.kind == "f" else str(value)


class Given:
    """A result of pacbench whose signals peers are to meet: a comodulogram or a sweep."""

    def __init__(self, path):
        import h5py
        self.path = pathlib.Path(path)
        try:
            file = h5py.File(path)
        except OSError as error:
            raise Refusal(3, f"{path}: cannot read: {error}; give a result file of pacbench") from None
        with contextlib.closing(file):
            if file.attrs.get("schema") != "pacbench":
                raise Refusal(3, f"{path}: is no result file of pacbench; give one that has the attribute schema = pacbench")
            self.parameters = {name: text_of(value) for name, value in file["parameters"].attrs.items()}
            self.benchmark = text_of(file["benchmark"].attrs["name"])
            self.complete = bool(file["benchmark"].attrs.get("complete", 1))
            cases = file["benchmark/cases"]
            self.labels = list(cases["label"].asstr()[:])
            self.variables = [
                {name: float(column[i]) for name, column in cases.items()
                 if text_of(column.attrs.get("long_name", "")) == "independent variable of the case"}
                for i in range(len(self.labels))]
            self.digest = text_of(file["provenance"].attrs.get("signals_digest", ""))
        self.refuse_what_peers_lack()

    def refuse_what_peers_lack(self):
        if self.benchmark not in ("comodulogram", "sweep"):
            raise Refusal(2, f"{self.path}: is of {self.benchmark}; give a result of comodulogram or sweep")
        if not self.complete:
            raise Refusal(3, f"{self.path}: is of an interrupted run; finish it with --resume")
        for name, value in OTHER_WORK.items():
            if self.parameters.get(name, value) != value:
                raise Refusal(2, f"{self.path}: {name} {self.parameters[name]}: no peer has a counterpart; give a result "
                                 f"with {name} {value or 'left out'}")

    def options(self, index):
        """{field: value} that make case `index` again: signals, bands, PAC."""
        options = dict(self.parameters)
        if self.labels[index] not in ("base", self.benchmark):
            options.update(item.split("=", 1) for item in self.labels[index].split())
        wanted = dict.fromkeys(COMMON)
        if options["input"]:
            wanted.update(dict.fromkeys(("input", "layout", "channels")))
            if self.variables[index].get("n_times", 0) > 0:
                options["seq_sec"] = repr(self.variables[index]["n_times"] / float(options["fs"]))
                wanted["seq_sec"] = None
        else:
            wanted.update(dict.fromkeys(SYNTHETIC))
        for kind in ("pha", "amp"):
            range_names = [f"{kind}_{end}" for end in ("start_hz", "end_hz", "n_bands")]
            wanted.update(dict.fromkeys([f"{kind}_bands"] if options[f"{kind}_bands"] else range_names))
        if float(options.get("min_shift_sec", 0)) > 0:
            del wanted["min_shift"]
        else:
            del wanted["min_shift_sec"]
        return {name: options[name] for name in wanted if name in options}
