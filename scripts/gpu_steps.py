"""The steps of gpu-check: what runs and what it must show. Times are in seconds, figures in the table in ms."""
import datetime
import importlib.util
import json
import pathlib
import platform
import shutil
import sys

from gpu_case import DEVICE_STAGES, device_s, mpirun, ms, perms, policy, signals
from gpu_streaming import streaming

SCRIPTS = pathlib.Path(__file__).resolve().parent

# Programs that test on a GPU: (name, ranks). Exit status 77: skipped.
GPU_TESTS = (("gpu_test", 1),)
# Few and small tests: sanitizers slow kernels down ten to a hundred times.
SANITIZED = ("gpu_test", "SameBits.*:CudaModel.ConstantRowsAreUndefinedAndHarmless:"
             "CudaModel.ShortRowsLeavePhaseBinsEmpty:CudaModel.EveryMeasureAgreesWithTheCpu")
SANITIZERS = ("memcheck", "racecheck", "synccheck", "initcheck")

# Options, target of the device's time (s). 8 x 16 rows of 4096 samples at 512 Hz, 20 x 30 bands, 18 bins.
STANDARD = (("no surrogates, extended", 0, "extended", 0.3e-3),
            ("no surrogates, cropped", 0, "cropped", 0.6e-3),
            ("200 surrogates, cropped", 200, "cropped", 5e-3))
GPAC_TARGETS = {0: 200, 200: 500}  # times faster than gPAC, by number of surrogates


def device(check):
    """Which GPU, driver and clocks, when."""
    if not check.dry:
        check.add("date, host, Python", "-", f"{datetime.datetime.now(datetime.timezone.utc):%Y-%m-%dT%H:%M:%SZ} "
                  f"{platform.node()} {platform.python_version()}")
    fields = "name,driver_version,clocks.sm,clocks.max.sm,clocks.mem,temperature.gpu,power.draw,memory.used"
    if check.dry or shutil.which("nvidia-smi"):
        done = check.run(["nvidia-smi", f"--query-gpu={fields}", "--format=csv,noheader"])
        if done:
            check.add("nvidia-smi", "-", f"{done.stdout.strip() or done.last_words()} ({fields})")
    else:
        check.skip("nvidia-smi", "not on this machine")
    done = check.pacbench(*signals(check), "--repetitions", 1)
    if done is None or check.failed("pacbench", done):
        return
    rank, origin = done.document["ranks"][0], done.document["provenance"]
    versions = ", ".join(f"{name} {origin[name]}" for name in sorted(origin)
                         if name in ("cuda", "fft", "gather", "git_commit", "version"))
    check.judge("pacbench", True, f"{rank['device_name']} {rank['device_uuid']}, {versions}")


def tests(check):
    """The test programs."""
    for name, ranks in GPU_TESTS:
        program = check.build / name
        if not check.dry and not program.exists():
            check.add(name, "SKIP" if check.rehearse else "FAIL", f"not in {check.build}; build it")
            continue
        launcher = mpirun(check, ranks) if ranks > 1 else []
        if launcher is None:
            check.skip(name, "needs mpirun, which is not here")
            continue
        done = check.run([*launcher, program], timeout_s=2 * check.timeout_s)
        if done is None:
            continue
        if done.status == 77:
            check.skip(name, done.last_words())
            continue
        failures = [line.split("]")[1].split(" (")[0].strip() for line in done.stdout.splitlines()
                    if line.startswith("[  FAILED  ]") and "." in line]
        passed = [line for line in done.stdout.splitlines() if line.startswith("[  PASSED  ]")]
        check.judge(name, done.status == 0, "failed: " + ", ".join(dict.fromkeys(failures)) if failures else
                    passed[-1][13:] if passed else done.last_words())


def sanitizers(check):
    """compute-sanitizer's tools on few tests."""
    tool = shutil.which("compute-sanitizer") or shutil.which("/usr/local/cuda/bin/compute-sanitizer")
    name, tests_wanted = SANITIZED
    for kind in SANITIZERS:
        if not tool and not check.dry:
            check.skip(kind, "compute-sanitizer is not on this machine")
            continue
        done = check.run([tool or "compute-sanitizer", "--tool", kind, "--error-exitcode", 9, check.build / name,
                          f"--gtest_filter={tests_wanted}"])
        if done is None:
            continue
        if "Device not supported" in done.stdout + done.stderr:
            check.skip(kind, "compute-sanitizer does not support this device or system")
            continue
        summary = [line.strip("= ") for line in (done.stdout + done.stderr).splitlines() if "SUMMARY" in line]
        clean = done.status == 0 and bool(summary) and "[  PASSED  ]" in done.stdout
        check.judge(kind, clean, summary[-1] if summary else f"exit status {done.status}: {done.last_words()}")


def python_with(module):
    """This Python, or the system's where only that one has the module."""
    own = importlib.util.find_spec(module) is not None
    return sys.executable if own or not pathlib.Path("/usr/bin/python3").exists() else "/usr/bin/python3"


def parity(check):
    """The accuracy contract on a reference file, by check_parity.py."""
    if not check.reference:
        return check.skip("reference file", "none given (--reference FILE)")
    launcher = mpirun(check, 1)
    if launcher is None:
        return check.skip(check.reference.name, "needs mpirun, which is not here")
    (check.folder / "reference").mkdir(exist_ok=True)
    link = check.folder / "reference" / (check.reference.stem + ".h5")
    if not link.is_symlink():
        link.symlink_to(check.reference.resolve())
    backend = "cpu" if check.rehearse else "cuda"
    done = check.run([python_with("h5py"), SCRIPTS / "check_parity.py", "--pacbench", check.build / "pacbench",
                      "--reference", link.parent, "--ranks", 1, "--pacbench-options", f"--backend {backend}"],
                     timeout_s=3 * check.timeout_s)
    if done is not None and "ModuleNotFoundError" in done.stderr:
        check.skip(check.reference.name, done.last_words())
    elif done is not None:
        check.judge(check.reference.name, done.status == 0, done.last_words())
    return None


def same_results(check, what, reference, done):
    """PASS where two runs have the same digest of all maps."""
    if done is None or check.failed(what, done):
        return
    ours, theirs = done.case()["results_digest"], reference.case()["results_digest"]
    check.judge(what, ours == theirs, f"digest {ours}" + ("" if ours == theirs else f", one rank's is {theirs}"))


def ranks(check):
    """One rank and three on the same GPU: equal bits; through MPI and through NCCL."""
    for hilbert in ("cropped", "extended"):
        options = [*signals(check), "--n-perm", perms(check, 200), "--hilbert", hilbert, "--warmups", 0,
                   "--repetitions", 1, "--timeout", 120]
        alone = check.pacbench(*options, "--gather", "mpi")
        if alone is not None and check.failed(f"1 rank, {hilbert}", alone):
            continue
        launcher = mpirun(check, 3)
        if launcher is None:
            check.skip(f"3 ranks, {hilbert}", "mpirun is not on this machine")
        else:
            same_results(check, f"3 ranks = 1 rank, {hilbert}", alone,
                         check.pacbench(*options, "--oversubscribe", "--gather", "mpi", launcher=launcher))


def nccl(check):
    """Gathers through NCCL; three ranks on one GPU by telling it of three hosts: function, not speed."""
    if check.rehearse:
        return check.skip("NCCL", "needs a GPU")
    options = [*signals(check), "--n-perm", perms(check, 20), "--warmups", 0, "--repetitions", 2, "--timeout", 120]
    alone = check.pacbench(*options, "--gather", "mpi")
    if alone is not None and check.failed("1 rank, MPI", alone):
        return None
    same_results(check, "1 rank = MPI's", alone, check.pacbench(*options, "--gather", "nccl"))
    launcher = mpirun(check, 3)
    if launcher is None:
        return check.skip("3 ranks", "mpirun is not on this machine")
    apart = [*launcher, "sh", "-c", 'NCCL_HOSTID=host$OMPI_COMM_WORLD_RANK exec "$0" "$@"']
    same_results(check, "3 ranks = MPI's", alone,
                 check.pacbench(*options, "--oversubscribe", "--gather", "nccl", launcher=apart))
    return None


def standard(check):
    """The standard case's times against the targets, with the stages' floors."""
    for what, n_perm, hilbert, target_s in STANDARD:
        done = check.pacbench(*signals(check), "--n-perm", perms(check, n_perm), "--hilbert", hilbert, *policy(check),
                              "--verbose")
        if done is None or check.failed(what, done):
            continue
        case = done.case()
        check.judge_time(what, device_s(case) <= target_s, f"device {ms(device_s(case))}, wall "
                         f"{ms(case['wall_s_median'])} of {case['n_rows']} rows", f"device <= {ms(target_s)}")
        for stage in DEVICE_STAGES:
            if not case.get(f"{stage}_memory_floor_s"):
                continue
            share = case[f"{stage}_floor_share"]
            check.add(f"  {stage}", "-", f"{ms(case[f'{stage}_s_median'])}, floors: memory "
                      f"{ms(case[f'{stage}_memory_floor_s'])}, arithmetic {ms(case[f'{stage}_arithmetic_floor_s'])}"
                      + ("" if share is None else f", reached {100 * share:.1f} %"))


def gpac(check):
    """gPAC beside pacbench on the same GPU: walls of a call and of a repetition, on resident rows. gPAC has one
    definition; both of ours stand beside it."""
    size = []
    if check.quick:
        size = ["--batch", 1, "--channels", 2, "--times", 512, "--pha-n-bands", 4, "--amp-n-bands", 5]
    where = ["--gpac", check.gpac.resolve()] if check.gpac else []
    for n_perm, definitions in ((0, ("cropped", "extended")), (200, ("cropped",))):
        target = GPAC_TARGETS[n_perm]
        peer = check.run([sys.executable, SCRIPTS / "gpac_times.py", "--n-perm", perms(check, n_perm), *size, *where],
                         environment=check.without_bundle(), timeout_s=2 * check.timeout_s)
        if peer is not None and peer.status == 77:
            check.skip(f"{n_perm} surrogates", peer.last_words())
            continue
        if peer is not None and check.failed(f"{n_perm} surrogates", peer):
            continue
        for hilbert in definitions:
            what = f"{n_perm} surrogates, {hilbert}"
            ours = check.pacbench(*signals(check), "--n-perm", perms(check, n_perm), "--hilbert", hilbert,
                                  *policy(check))
            if ours is None or check.failed(what, ours):
                continue
            theirs, ours_s = json.loads(peer.stdout.splitlines()[-1]), ours.case()["wall_s_median"]
            ratio = theirs["median_s"] / ours_s
            note = "" if theirs["rows_a_call"] == theirs["rows"] else f", {theirs['rows_a_call']} rows a call"
            check.judge_time(what, ratio >= target, f"{ratio:.0f} x: gPAC {theirs['version']} {ms(theirs['median_s'])}"
                             f" ({'compiled' if theirs['compiled'] else 'eager'}, {theirs['peak_bytes'] / 1e9:.1f} GB"
                             f"{note}), pacbench {ms(ours_s)}", f">= {target} x")


STEPS = {"device": device, "tests": tests, "sanitizers": sanitizers, "parity": parity, "ranks": ranks, "nccl": nccl,
         "standard": standard, "gpac": gpac, "streaming": streaming}


def run(check, only):
    """Runs the steps in their order; one that breaks fails and the others go on."""
    for name, step in STEPS.items():
        if only and name not in only:
            continue
        check.step = name
        try:
            step(check)
        except (KeyError, IndexError, ValueError, TypeError, OSError, ZeroDivisionError) as error:
            check.add("the step itself", "FAIL", f"{type(error).__name__}: {error}"[:160])
