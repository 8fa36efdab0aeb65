# SPDX-License-Identifier: Apache-2.0
"""Figures of data in and out. Targets are for a million rows, and hold in proportion for fewer."""

import data_flow
from grid import grid, mark, number

MEMORY_KB = 64 * 1024
# workload: (figure, bound, how it is said)
SECONDS_A_MILLION = {"data import": 90, "data rehearsal": 45, "data rehearsal of upsert": 45, "data upsert": 150,
                     "data revert": 300}
ROWS_A_SECOND = {"data export.csv": 200_000}
SEARCH_P99_MS, BULK_SECONDS = 20, 2


def _notes(name, result):
    per = result["seconds"] / max(result["rows"], 1) * 1_000_000
    if name in SECONDS_A_MILLION:
        bound = SECONDS_A_MILLION[name]
        yield f"{per:,.0f} s a million (target {bound} s {mark(per <= bound)})"
    elif name.startswith("data export"):
        bound = ROWS_A_SECOND.get(name)
        rate = result["rows"] / result["seconds"]
        yield f"{rate:,.0f} rows/s" + (f" (target {bound:,} {mark(rate >= bound)})" if bound else "")
        yield f"{result['bytes'] / 1024 / 1024:,.0f} MB"
    elif name == "data bulk edit":
        yield f"(target {BULK_SECONDS} s {mark(result['seconds'] <= BULK_SECONDS)})"
    if "peak_rss_kb" in result:
        memory = max(result["peak_rss_kb"], result["server_rss_kb"])
        yield (f"command {result['peak_rss_kb'] / 1024:.1f} MB, server {result['server_rss_kb'] / 1024:.1f} MB"
               f" (target 64 MB {mark(memory <= MEMORY_KB)})")
    if "different" in result:
        yield f"its import {result['import']['seconds']:.1f} s"
        yield f"{result['tables']} tables as before" if not result["different"] else "THE STATE IS NOT AS BEFORE"


def _steps(data):
    for name, result in data.items():
        if "seconds" in result:
            yield (name, number(result["rows"]), number(result["seconds"], 1), number(result["cairn_cpu_s"], 1),
                   number(result["postgres_cpu_s"], 1), "; ".join(_notes(name, result)))


def _waits(data):
    for kind, result in data.get("data search", {}).items():
        if kind == "failed":
            continue
        good = f"(target {SEARCH_P99_MS} ms {mark(result['p99'] <= SEARCH_P99_MS)})" if kind == "mixed" else ""
        yield f"search, {kind}", result, good
    for name in ("data duplicates", "data merge"):
        if "p50" in data.get(name, {}):
            yield name.removeprefix("data "), data[name], ""


def lines(results):
    data = results.get("data")
    if not data:
        return
    yield ""
    yield grid(("data in and out", "rows", "seconds", "Cairn CPU s", "PG CPU s", ""), list(_steps(data)))
    waits = [(name, *(number(r[k], 1) for k in ("p50", "p99", "max")), note) for name, r, note in _waits(data)]
    if waits:
        yield ""
        yield grid(("one at a time, ms", "p50", "p99", "max", ""), waits)
    yield ""
    yield from (f"FAILED {line}" for line in data_flow.failures(results))
