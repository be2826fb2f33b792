"""The cases of gpu-check: options of the standard one (8 x 16 rows of 4096 samples at 512 Hz, 20 x 30 bands, 18 bins)
or of a toy one, and what is read from their tables."""
import shutil

DEVICE_STAGES = ("spectrum", "analytic", "bin_sums", "surrogates")


def signals(check, batch=8, channels=16):
    """Options of the standard signals and bands, or of toy ones."""
    if check.quick:  # two rows, or twelve
        return ["--batch-size", 1 if batch == 8 else 6, "--n-channels", 2, "--seq-sec", 1, "--fs", 512,
                "--pha-n-bands", 4, "--amp-n-bands", 5, *(["--threads", 1] if check.rehearse else [])]
    return ["--batch-size", batch, "--n-channels", channels, "--seq-sec", 8, "--fs", 512]


def policy(check, warmups=3, repetitions=20):
    return ["--warmups", 1, "--repetitions", 3] if check.quick else ["--warmups", warmups, "--repetitions", repetitions]


def perms(check, n_perm):
    return min(n_perm, 10) if check.quick else n_perm


def mpirun(check, ranks):
    """mpirun with its options; None where there is none."""
    found = shutil.which("mpirun")
    return None if not found and not check.dry else [found or "mpirun", "-np", str(ranks)]


def ms(seconds):
    return f"{1e3 * seconds:.4g} ms"


def device_s(case):
    """The device's time of a repetition: its stages' medians together."""
    return sum(case[f"{stage}_s_median"] for stage in DEVICE_STAGES)
