# SPDX-License-Identifier: Apache-2.0
"""Figures and ratios as a table."""

import data_report
from grid import grid, mark, number
from workloads import WORKLOADS

# Above this share of all cores, what others do shows in the figures.
QUIET = 0.10


def _targets(workload, result, results):
    notes = []
    if workload.target:
        ratio = result["rate"] / workload.target
        notes.append(f"{ratio:.2f} of target {workload.target:,} {mark(ratio >= 1)}")
    for label, (other, figure, kind, bound) in workload.against.items():
        base = results["workloads"].get(other)
        if base and base[figure]:
            ratio = result[figure] / base[figure]
            good = ratio >= bound if kind == ">=" else ratio <= bound
            notes.append(f"{label} {ratio:.2f} ({kind} {bound}) {mark(good)}")
    top = results.get("ceiling", {}).get(workload.name)
    if top:
        notes.append(f"{result['rate'] / top['rate']:.2f} of pgbench")
    fixed = results["workloads"].get("fixed body")
    if fixed and workload.name in ("health", "get", "list", "create"):
        notes.append(f"{result['rate'] / fixed['rate']:.2f} of fixed body")
    if "beside" in result:
        notes.append(f"beside {result['beside']['rate']:,.0f}/s")
    return "; ".join(notes)


def _rows(results):
    for workload in WORKLOADS:
        result = results["workloads"].get(workload.name)
        if result:
            yield (
                workload.name,
                number(result["rate"]),
                number(result["p50"], 2),
                number(result["p99"], 2),
                number(result["errors"]),
                number(result["server_us"]),
                number(result["postgres_us"]),
                _targets(workload, result, results),
            )


def _milliseconds(result):
    """None at all was answered when a single one takes longer than the measurement."""
    return f"{result['p50']:,.2f}" if result["requests"] else "> 1,000"


def _single(results):
    rows = [
        (name, *(_milliseconds(scopes[s]) for s in ("all", "own", "team")), "")
        for name, scopes in results.get("single", {}).items()
    ]
    head = ("one list at a time, ms", "sees all", "own", "team's", "")
    return ["", grid(head, rows), ""] if rows else []


def _every_list(results):
    found = results.get("every list")
    if not found:
        return
    times = sorted(x["ms"] for x in found["lists"])
    slow = sorted((x for x in found["lists"] if x["ms"] > found["slow_ms"]), key=lambda x: -x["ms"])
    yield (
        f"every list over {found['rows']:,} records of each entity: {len(times)}, median "
        f"{times[len(times) // 2]:.2f} ms, {len(slow)} over {found['slow_ms']} ms"
    )
    for x in slow[:40]:
        yield f"  {x['ms']:8.1f} ms  {x['list']} ({x['scope']})"


def _others(results):
    lines = [*_single(results), *data_report.lines(results)]
    for name, top in results.get("ceiling", {}).items():
        lines.append(f"pgbench, {name}, pipelined: {top['rate']:,.0f}/s")
    lines.extend(_every_list(results))
    start = results.get("start-up")
    if start:
        lines.append(
            f"start-up: first {start['first_s']:.2f} s, second {start['second_s']:.2f} s "
            f"(target 2 s {mark(start['second_s'] <= 2)}); idle {start['idle_rss_kb'] / 1024:.1f} MB"
        )
    if results.get("rss_kb"):
        rss = results["rss_kb"] / 1024
        lines.append(f"server memory after the run: {rss:.1f} MB (target 40 MB {mark(rss <= 40)})")
    return lines


def _warnings(results):
    busy = max(results["busy_before"], results["busy_after"])
    if busy > QUIET or results["load_average"] > results["machine"]["cores"] / 2:
        yield (
            f"WARNING: the machine was not quiet (others used {busy:.0%} of its cores, load average "
            f"{results['load_average']:.1f}): the figures are too low and the ratios uncertain."
        )


def table(results):
    head = ("workload", "req/s", "p50 ms", "p99 ms", "errors", "server us", "PG us", "ratios")
    of = results["machine"]
    return "\n".join(
        [
            f"{of['cpu']}, {of['cores']} cores, {of['memory_mb']:,} MB; "
            f"{results['options']['rounds']} rounds of {results['options']['seconds']} s; "
            f"big organisation: {results['options']['rows']:,} contacts",
            grid(head, list(_rows(results))),
            *_others(results),
            *_warnings(results),
        ]
    )
