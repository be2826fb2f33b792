"""Memory of a rank against its batch: predicted, measured, and the limits."""
import numpy as np

from . import style
from .result import CannotDraw

PROGRAM_BYTES = 64 * 2**20  # what --mem-limit keeps back for the program itself (src/core/config.hpp)


def worst_ranks(result):
    """Of each case, by its batch, the rank with the most memory: bytes predicted, measured, and of the whole process (NaN
    on devices)."""
    memory, cases = result.table("benchmark/memory"), result.cases
    batch, _ = result.batches(cases)
    found = []
    for i in range(len(cases)):
        of_case = memory.only(memory["case"] == i)
        if not len(of_case) or not batch[i] > 0:
            continue
        device = of_case.get("device_peak_bytes")
        on_device = bool(np.isfinite(device).all())
        host = of_case.get("host_peak_bytes")
        measured = device if on_device else host - of_case.get("host_base_bytes")
        if not np.isfinite(measured).any():
            continue
        worst = int(np.nanargmax(measured))
        found.append({"label": str(cases["label"][i]), "n_ranks": cases["n_ranks"][i], "batch": batch[i],
                      "predicted": of_case.get("predicted_bytes")[worst], "measured": measured[worst],
                      "process": np.nan if on_device else host[worst]})
    if not found:
        raise CannotDraw("has no measured memory; run `pacbench vram`")
    if len({case["batch"] for case in found}) < 2:
        raise CannotDraw("has memory of one batch alone; run `pacbench vram`")
    return sorted(found, key=lambda case: (case["batch"], case["n_ranks"]))


def limits(result):
    """[(bytes, words)] of horizontal lines."""
    limit = float(result.parameter("mem_limit", 0) or 0)
    if limit > 0:
        lines = [(limit, f"--mem-limit: {style.amount(limit, 'byte')}")]
        rest = limit - PROGRAM_BYTES
        return lines + ([(rest, f"of it for rows and results: {style.amount(rest, 'byte')}")] if rest > 0 else [])
    if result.group("system/ranks") is None:
        return []
    total = result.table("system/ranks").get("device_total_bytes")
    total = total[total > 0]
    words = "no --mem-limit; memory of the device: "
    return [(total.min(), words + style.amount(total.min(), "byte"))] if len(total) else []


def draw_memory(results, options):
    """Measured and predicted bytes of the fullest rank against its batch, with the limits."""
    result = results[0]
    cases = worst_ranks(result)
    batch = np.array([case["batch"] for case in cases])
    on_host = np.isfinite(cases[0]["process"])
    facts = ["the fullest rank of each case",
             "measured: " + ("resident memory at its peak less that before the case" if on_host else "peak on the device")]
    if any(case["label"] == "streamed" for case in cases):
        facts.append("open: streamed in tiles, which bounds it")
    figure = style.page(f"Memory against batch · {result.path.name}", " · ".join(facts), result.caption, (7.2, 4.4))
    axis = figure.subplots()
    predicted, measured, process = (np.array([case[key] for case in cases]) for key in ("predicted", "measured", "process"))
    axis.plot(batch, predicted, "D--", color=style.ORANGE, markersize=9, markerfacecolor="none", linewidth=1.2,
              label="predicted")
    axis.plot(batch, measured, "-", color=style.BLUE, linewidth=1.2)
    for case in cases:
        axis.plot(case["batch"], case["measured"], "o", color=style.BLUE,
                  markerfacecolor="white" if case["label"] == "streamed" else style.BLUE)
    axis.plot([], [], "o-", color=style.BLUE, label="measured")
    if np.isfinite(process).any():
        axis.plot(batch, process, "s:", color=style.GREEN, markersize=5, label="whole process")
    for (bound, words), line in zip(limits(result), ("-", "-.")):
        axis.axhline(bound, color=style.VERMILLION, linestyle=line, linewidth=1.6, label=words)
    style.log_axis(axis.yaxis, "byte")
    style.log_axis(axis.xaxis, at_least=4)
    axis.set(xlabel=result.batches(result.cases)[1], ylabel="memory of a rank (B)")
    axis.grid(True)
    style.legend_above(axis, 3)
    return figure
