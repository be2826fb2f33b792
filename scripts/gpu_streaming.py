"""The step `streaming` of gpu-check: whether uploading rows hides behind computing on them."""
from gpu_case import device_s, perms, policy, signals

STREAMED_SHARE = 0.9               # rows per second of rows from host memory, over those of resident rows
STREAMED_BYTES = 1e9               # of the device for 4,096 rows


def streaming(check):
    """4,096 rows: calls that take them from host memory, as every round of a streamed batch does, against calls on the
    rows that lie on the device. Both download their results; reading (making synthetic rows) and gathering are apart.
    """
    for n_perm in (0, 200):
        what = f"{n_perm} surrogates"
        done = check.pacbench(*signals(check, batch=256), "--n-perm", perms(check, n_perm), *policy(check, 1, 9),
                              "--verbose")
        if done is None or check.failed(what, done):
            continue
        case = done.case()
        check.judge_time(f"{what}: from host memory", case["streamed_share"] >= STREAMED_SHARE,
                         f"{100 * case['streamed_share']:.1f} % of resident rows ({case['streamed_rows_per_s']:.0f} of "
                         f"{case['resident_rows_per_s']:.0f} rows/s; device alone "
                         f"{1e6 * device_s(case) / case['n_rows']:.3g} us a row)", f">= {100 * STREAMED_SHARE:.0f} %")
        peak = max(done.document["memory"]["device_peak_bytes"], key=lambda bytes_: bytes_ or 0)
        if peak is None:
            check.skip(f"{what}: device memory", "the backend does not tell")
        else:
            check.judge(f"{what}: device memory", peak < STREAMED_BYTES,
                        f"{peak / 1e6:.0f} MB of {case['n_rows']} rows", f"< {STREAMED_BYTES / 1e6:.0f} MB")
