#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""script/bench [--quick] [--rows N] [--rounds N] [--seconds N] [--save NAME] [workload…]

Starts a release server with a private PostgreSQL of its own, fills two organisations, runs the workloads in
interleaved rounds and prints medians and ratios. A workload is named by a part of its name; `ceiling`,
`single`, `start-up` and `every list` are named like the others, and what begins with `data` (import, export, search,
revert and the like, of --import-rows contacts) needs the import. Results go to bench/results/.
"""

import argparse
import json
import os
import signal
import statistics
import sys
import time
from pathlib import Path

import data_flow
import lists
import machine
import report
from cairn import ROOT, Cairn, Organisation
from load import Load, measure, measure_beside, pgbench
from workloads import CONTACTS, SINGLE, WORKLOADS


def say(text):
    print(text, file=sys.stderr, flush=True)


def arguments():
    parser = argparse.ArgumentParser(prog="script/bench", description="Measures Cairn; see docs/performance.md.")
    parser.add_argument("--quick", action="store_true", help="one short round, smaller data: under six minutes")
    parser.add_argument("--rows", type=int, help="contacts of the big organisation")
    parser.add_argument("--import-rows", type=int, help="contacts of what begins with `data`; else as --rows")
    parser.add_argument("--list-rows", type=int, help="records of every entity for `every list`")
    parser.add_argument("--rounds", type=int, help="of every workload; the median counts")
    parser.add_argument("--seconds", type=int, help="a workload and round")
    parser.add_argument("--save", default="", help="name of the file in bench/results; else the time")
    parser.add_argument("workloads", nargs="*")
    options = parser.parse_args()
    quick = options.quick
    options.import_rows = options.import_rows or options.rows or (100_000 if quick else 1_000_000)
    options.rows = options.rows or (200_000 if quick else 1_000_000)
    options.list_rows = options.list_rows or (5_000 if quick else 100_000)
    options.rounds = options.rounds or (1 if quick else 3)
    options.seconds = options.seconds or (4 if quick else 8)
    return options


def wanted(name, options):
    return not options.workloads or any(part in name for part in options.workloads)


# --- what is not a load of wrk ----------------------------------------------------------------------


def start_up():
    """Seconds to the first healthy answer: with initdb and all migrations, and the second time."""
    cairn = Cairn()
    try:
        first = cairn.start()
        cairn.stop()
        second = cairn.start()
        return {"first_s": first, "second_s": second, "idle_rss_kb": machine.memory_kb(cairn.process.pid)}
    finally:
        cairn.close()


def ceiling(cairn, organisation, options):
    """PostgreSQL's own limit: the statements that the server sends, from pgbench, pipelined."""
    token, results = organisation.sign_in(), {}
    ids = cairn.folder / "ceiling.ids"
    organisation.write_ids(ids, 8)
    some_id = ids.read_text().split()[0]
    for name, path in (("get", f"{CONTACTS}/{some_id}"), ("list", CONTACTS)):
        # Not the first time, which prepares and counts.
        cairn.get(path, token)
        seen = cairn.logged_statement(lambda: cairn.get(path, token), r'set_config|from "contacts"')
        # What the server loads for itself on the way has a narrower context.
        context = next(s for s in seen if "app.org_id" in s[0] and "contacts:" in " ".join(s[1]))
        statement = next(s for s in seen if 'from "contacts"' in s[0] and "count(*)" not in s[0])
        results[name] = {"rate": pgbench(cairn, [context, statement], 8, options.seconds)}
    return results


def single(organisation, seconds=1):
    """Milliseconds of lists of the big organisation, asked one after the other, by what the asker sees."""
    cairn, results = organisation.cairn, {}
    company, owner, month = cairn.sql(
        "select company_id || ' ' || owner_id || ' ' || (created_at - interval '1 month')::date"
        f" from contacts where org_id = '{organisation.id}' order by created_at desc limit 1"
    ).split()
    for name, query in SINGLE.items():
        path = CONTACTS + query.format(company=company, owner=owner, month=month)
        results[name] = {
            scope: Load(organisation, [(1, "GET", path, "")], 1, email=email).run(seconds)
            for scope, email in (("all", None), ("own", organisation.seller), ("team", organisation.lead))
        }
    return results


def every_list(options):
    cairn = Cairn()
    try:
        cairn.start()
        return lists.every_list(cairn, options.list_rows, say)
    finally:
        cairn.close()


# --- rounds -------------------------------------------------------------------------------------------


def run_workload(workload, organisations, seconds):
    load = Load(organisations[workload.org], workload.steps, workload.connections, workload.delay_ms)
    load.run(1)
    if not workload.beside:
        return measure(load, seconds)
    org, steps, connections, delay = workload.beside
    # Somebody else: one's own writes are counted at once, those of others within a second.
    other = Load(organisations[org], steps, connections, delay, organisations[org].colleague)
    return measure_beside(load, other, seconds)


def median_of(rounds):
    merged = {k: statistics.median(r[k] for r in rounds) for k in rounds[0] if k != "beside"}
    besides = [r["beside"] for r in rounds if r.get("beside")]
    if besides:
        merged["beside"] = {k: statistics.median(b[k] for b in besides) for k in besides[0]}
    return merged


def run_rounds(cairn, organisations, chosen, options):
    rounds = {w.name: [] for w in chosen}
    for number in range(options.rounds):
        for workload in chosen:
            result = run_workload(workload, organisations, options.seconds)
            rounds[workload.name].append(result)
            say(f"round {number + 1}: {workload.name}: {result['rate']:.0f}/s")
    return {name: median_of(results) for name, results in rounds.items()}


def prepare(cairn, chosen, options):
    if not chosen and not wanted("ceiling", options) and not wanted("single", options):
        return {}
    organisations = {"small": Organisation(cairn, "small", 20_000)}
    uses_big = any(w.org == "big" or (w.beside and w.beside[0] == "big") for w in chosen)
    if uses_big or wanted("single", options):
        say(f"Filling an organisation with {options.rows} contacts")
        organisations["big"] = Organisation(cairn, "big", options.rows)
    cairn.sql("vacuum analyze", "checkpoint")
    return organisations


def measure_all(options):
    chosen = [w for w in WORKLOADS if wanted(w.name, options)]
    results = {"machine": machine.describe(), "options": vars(options), "workloads": {}}
    results["busy_before"] = machine.busy_share()
    results["load_average"] = os.getloadavg()[0]
    if wanted("start-up", options):
        results["start-up"] = start_up()
    if wanted("every list", options):
        results["every list"] = every_list(options)
    if not chosen and not any(wanted(part, options) for part in ("ceiling", "single", *data_flow.WORKLOADS)):
        results["busy_after"] = machine.busy_share()
        return results
    cairn = Cairn()
    try:
        cairn.start()
        organisations = prepare(cairn, chosen, options)
        if wanted("ceiling", options):
            results["ceiling"] = ceiling(cairn, organisations["small"], options)
        results["workloads"] = run_rounds(cairn, organisations, chosen, options)
        results["rss_kb"] = machine.memory_kb(cairn.process.pid)
        results["peak_rss_kb"] = machine.memory_kb(cairn.process.pid, "VmHWM")
        if wanted("single", options):
            say("Lists, one at a time")
            results["single"] = single(organisations["big"])
        results["data"] = data_flow.run(cairn, options, wanted, say)
    finally:
        cairn.close()
    results["busy_after"] = machine.busy_share()
    return results


def main():
    options = arguments()
    # Whoever ends us, the server is stopped and its folder removed.
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda *_: sys.exit(130))
    results = measure_all(options)
    name = options.save or time.strftime("%Y%m%d-%H%M%S")
    path = ROOT / "bench" / "results" / f"{name}.json"
    path.parent.mkdir(exist_ok=True)
    path.write_text(json.dumps(results, indent=1) + "\n")
    print(report.table(results))
    say(f"\nWritten to bench/results/{path.name}")
    sys.exit(1 if any(data_flow.failures(results)) else 0)


if __name__ == "__main__":
    main()
