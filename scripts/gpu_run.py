"""How gpu-check runs commands and prints its table: Check. Which commands, and what they must show: gpu_steps.py."""
import dataclasses
import json
import os
import pathlib
import shlex
import shutil
import subprocess
import sys
import tempfile
import time

# Several ranks on one machine, as root too.
MPI_ENVIRONMENT = {"OMPI_ALLOW_RUN_AS_ROOT": "1", "OMPI_ALLOW_RUN_AS_ROOT_CONFIRM": "1",
                   "OMPI_MCA_rmaps_base_oversubscribe": "1", "OMPI_MCA_mpi_yield_when_idle": "1"}
TIMED_OUT = 124


@dataclasses.dataclass
class Done:
    """A command that ran."""
    status: int
    stdout: str
    stderr: str
    document: dict  # of a pacbench run: its --json file; {} where there is none

    def last_words(self):
        """The end of what it said, in one line."""
        lines = [line.strip() for line in (self.stdout + "\n" + self.stderr).splitlines() if line.strip()]
        return (lines[-1] if lines else "it said nothing")[:160]

    def case(self):
        return self.document["cases"][0]


def why_no_gpu(pacbench):
    """What the program says where it sees no GPU; "" where it sees one."""
    if not pacbench.exists():
        return f"{pacbench} is not built: nothing can look for one"
    done = subprocess.run([str(pacbench), "comodulogram", "--backend", "cuda", "--dry-run", "--quiet"],
                          capture_output=True, text=True, check=False, env={**os.environ, **MPI_ENVIRONMENT})
    words = done.stderr.strip().splitlines()
    return "" if done.returncode == 0 else words[-1] if words else f"pacbench: exit status {done.returncode}"


class Check:
    """Runs commands, collects lines of the table. With `dry`, run() prints the command and returns None."""

    def __init__(self, arguments, dry=False):
        self.dry = dry
        self.build = arguments.build.resolve()
        self.rehearse = arguments.rehearse
        self.quick = arguments.quick or arguments.rehearse
        self.reference = arguments.reference
        self.gpac = arguments.gpac
        self.timeout_s = arguments.timeout
        self.log_path = arguments.log
        self.json_path = arguments.json
        self.rows = []
        self.step = ""

    def __enter__(self):
        self.folder = pathlib.Path(tempfile.mkdtemp(prefix="gpu-check-"))
        self.log = None if self.dry else open(self.log_path or self.folder / "log", "w", encoding="utf-8")
        return self

    def __exit__(self, *_):
        if self.log:
            self.log.close()
        shutil.rmtree(self.folder, ignore_errors=True)

    def add(self, what, verdict, figures, target=""):
        """One line of the table, printed at once: long runs show how far they are."""
        self.rows.append({"step": self.step, "what": what, "verdict": verdict, "figures": figures, "target": target})
        print(f"{verdict:4}  {self.step:10} {what:32} {figures}" + (f"   [target {target}]" if target else ""),
              flush=True)

    def judge(self, what, met, figures, target=""):
        """PASS or FAIL; a figure alone where times are not judged."""
        self.add(what, "PASS" if met else "FAIL", figures, target)

    def judge_time(self, what, met, figures, target):
        if self.quick:
            self.add(what, "-", figures)
        else:
            self.judge(what, met, figures, target)

    def skip(self, what, reason):
        if self.dry:
            print(f"{self.step:10} {what}: skipped: {reason}")
        else:
            self.add(what, "SKIP", reason)

    def run(self, words, environment=None, timeout_s=None):
        """Runs a command to its end or its time limit. None where dry."""
        words = [str(word) for word in words]
        shown = shlex.join(words).replace(str(self.build) + "/", "").replace(str(self.folder) + "/", "")
        if self.dry:
            print(f"{self.step:10} {shown}")
            return None
        print(f"... {self.step}: {shown}"[:200], file=sys.stderr, flush=True)
        begin = time.monotonic()
        try:
            done = subprocess.run(words, capture_output=True, text=True, errors="replace", check=False,
                                  timeout=timeout_s or self.timeout_s, cwd=self.folder,
                                  env={**os.environ, **MPI_ENVIRONMENT, **(environment or {})})
            result = Done(done.returncode, done.stdout, done.stderr, {})
        except subprocess.TimeoutExpired as late:
            said = [part.decode(errors="replace") if isinstance(part, bytes) else part or ""
                    for part in (late.stdout, late.stderr)]
            result = Done(TIMED_OUT, said[0], said[1] + f"\ngpu-check: not done within {late.timeout:g} s", {})
        self.log.write(f"$ {shlex.join(words)}\n{result.stdout}{result.stderr}"
                       f"exit status {result.status} after {time.monotonic() - begin:.1f} s\n\n")
        self.log.flush()
        return result

    def comodulogram(self, *options):
        """The words of a comodulogram on the wanted backend."""
        return [self.build / "pacbench", "comodulogram", *options, "--backend", "cpu" if self.rehearse else "cuda"]

    def pacbench(self, *options, launcher=(), environment=None):
        """Runs a comodulogram, `launcher` in front; its tables are in the answer."""
        tables = self.folder / "tables.json"
        tables.unlink(missing_ok=True)
        done = self.run([*launcher, *self.comodulogram(*options), "--output", self.folder / "result.h5", "--overwrite",
                         "--json", tables], environment)
        if done and done.status == 0:
            done.document = json.loads(tables.read_text(encoding="utf-8"))
        return done

    def without_bundle(self):
        """What to change in the environment of programs that do not come with a bundle, such as Python's packages."""
        bundled = os.environ.get("PACBENCH_BUNDLE_LIB")
        if not bundled:
            return {}
        paths = [path for path in os.environ.get("LD_LIBRARY_PATH", "").split(":") if path and path != bundled]
        return {"LD_LIBRARY_PATH": ":".join(paths)}

    def failed(self, what, done):
        """Adds a FAIL where a command did not succeed; whether it did not."""
        if done.status != 0:
            self.add(what, "FAIL", f"exit status {done.status}: {done.last_words()}")
        return done.status != 0

    def finish(self):
        """Closes the table; the exit status."""
        count = {verdict: sum(row["verdict"] == verdict for row in self.rows) for verdict in ("PASS", "FAIL", "SKIP")}
        print(f"{count['PASS']} passed, {count['FAIL']} failed, {count['SKIP']} skipped"
              + ("; toy sizes: no time was judged" if self.quick else ""))
        if count["FAIL"] and not self.log_path:
            self.log.flush()
            kept = pathlib.Path("gpu-check.log").resolve()
            shutil.copyfile(self.folder / "log", kept)
            print(f"commands and their output: {kept}")
        if self.json_path:
            self.json_path.write_text(json.dumps({"quick": self.quick, "table": self.rows}, indent=1) + "\n",
                                      encoding="utf-8")
        return 1 if count["FAIL"] else 0
