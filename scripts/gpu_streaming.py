"""The step `streaming` of gpu-check: whether uploading rows hides behind computing on them."""
import math
import re
import statistics

from gpu_case import device_s, perms, policy, signals

STREAMED_SHARE = 0.9               # rows per second while rows are uploaded, over those of resident rows
STREAMED_BYTES = 1e9               # of the device for 4,096 rows


def calls_s(document):
    """([seconds of each measured repetition's compute calls], those of the first one): wall less reading and gather."""
    columns = document["samples"]
    seconds = [wall - read - gather for wall, read, gather in
               zip(columns["wall_s"], columns["read_s"], columns["gather_s"])]
    return [s for s, warmup in zip(seconds, columns["warmup"]) if not warmup], seconds[0]


def extension(document):
    """Samples by which a row is extended on each side: the longest filter's order (README: Definitions)."""
    options, bands, n_times = document["parameters"], document["comodulogram"], document["cases"][0]["n_times"]
    orders = [options[f"{kind}_cycles"] * math.floor(options["fs"] / lo)
              for kind in ("pha", "amp") for lo, _ in bands[f"{kind}_bands_hz"]]
    return max(order if n_times >= 3 * order else (n_times - 1) // 3 for order in orders)


def limit_for(check, options, document):
    """--mem-limit (bytes) under which about a quarter of a resident run's rows fit at once: guessed, then asked for."""
    case = document["cases"][0]
    _, _, n_pha, n_amp = document["comodulogram"]["shape"]
    n_rows, n_perm = case["n_rows"], document["parameters"]["n_perm"]
    result = n_pha * n_amp * (9 if n_perm == 0 else 25)  # bytes of a row's maps
    row = 4 * (case["n_times"] + 2 * extension(document)) + 8 + 4 * n_perm + result
    program, resident = 64 << 20, max(document["memory"]["predicted_bytes"])
    low, high = program, program + 2 * (resident + n_rows * result)
    limit = int(program + resident + n_rows * result - 0.75 * n_rows * row)
    for _ in range(20):
        plan = check.run([*check.comodulogram(*options, "--mem-limit", limit), "--dry-run"])
        found = re.search(r"in tiles of (\d+)", plan.stdout)
        tile = int(found[1]) if found else 0  # not even one row fits
        if n_rows / 8 <= tile <= n_rows / 2:
            break
        low, high = (low, limit) if tile > n_rows / 2 else (limit, high)
        limit = (low + high) // 2
    return limit


def streaming(check):
    """4,096 rows: compute calls that upload their rows against calls on rows that lie on the device.

    Both download their results; neither counts the reading of rows (stage `read`: here, making synthetic ones) and the
    gather on the host. Streamed: --mem-limit leaves room for an eighth to a half of the rows, so every round of every
    repetition uploads, and no first-use cost is in it. A limit also makes the tiles in work on the device smaller; so
    it is compared with resident rows, as many as fit, under the same limit. Between rounds the device idles while rows
    are read and may lower its clocks: its own times stand in brackets.
    """
    for n_perm in (0, 200):
        what, perm_words = f"{n_perm} surrogates", ["--n-perm", perms(check, n_perm)]
        options = [*signals(check, batch=256), *perm_words]
        whole = check.pacbench(*options, *policy(check, 1, 9))
        if whole is not None and check.failed(what, whole):
            continue
        limit = "BYTES" if whole is None else limit_for(check, options, whole.document)
        streamed = check.pacbench(*options, *policy(check, 1, 3), "--mem-limit", limit)
        if streamed is not None and check.failed(what, streamed):
            continue
        fitting = [*options, *policy(check, 1, 9), "--mem-limit", limit]
        if streamed is not None:
            channels = options[options.index("--n-channels") + 1]
            fitting[fitting.index("--batch-size") + 1] = max(1, int(streamed.case()["rows_per_tile"]) // 2 // channels)
        kept = check.pacbench(*fitting)
        if kept is None or check.failed(what, kept):
            continue
        judge_streaming(check, what, whole, streamed, kept)


def judge_streaming(check, what, whole, streamed, kept):
    """The lines of the table: all rows resident without a limit, streamed, and as many as fit under the same limit."""
    def rate(done):
        return done.case()["n_rows"] / statistics.median(calls_s(done.document)[0])

    def row_us(done):
        return 1e6 * device_s(done.case()) / done.case()["n_rows"]

    share, case, n_rows = rate(streamed) / rate(kept), streamed.case(), whole.case()["n_rows"]
    rounds = -(-n_rows // case["rows_per_tile"])
    check.judge_time(f"{what}: upload + compute", share >= STREAMED_SHARE,
                     f"{100 * share:.1f} % of resident rows under the same limit ({rate(streamed):.0f} of "
                     f"{rate(kept):.0f} rows/s; device alone {row_us(streamed):.3g} and {row_us(kept):.3g} us a row)",
                     f">= {100 * STREAMED_SHARE:.0f} %")
    check.add(f"{what}: all resident", "-", f"{rate(whole):.0f} rows/s without a limit, device alone "
              f"{row_us(whole):.3g} us a row; first call, with upload and first use, "
              f"{n_rows / calls_s(whole.document)[1]:.0f} rows/s")
    check.add(f"{what}: with reading", "-", f"{n_rows / case['wall_s_median']:.0f} rows/s, of which reading "
              f"{100 * case['read_s_median'] / case['wall_s_median']:.0f} %, device "
              f"{100 * device_s(case) / case['wall_s_median']:.0f} %")
    digests = [done.case()["results_digest"] for done in (whole, streamed)]
    check.judge(f"{what}: same results", rounds > 1 and digests[0] == digests[1],
                f"digest {digests[1]} in {rounds:.0f} rounds" + ("" if digests[0] == digests[1] else
                                                                f", resident {digests[0]}"))
    peak = max(whole.document["memory"]["device_peak_bytes"], key=lambda bytes_: bytes_ or 0)
    if peak is None:
        check.skip(f"{what}: device memory", "the backend does not tell")
    else:
        check.judge(f"{what}: device memory", peak < STREAMED_BYTES, f"{peak / 1e6:.0f} MB of {n_rows} rows",
                    f"< {STREAMED_BYTES / 1e6:.0f} MB")
