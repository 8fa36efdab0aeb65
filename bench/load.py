# SPDX-License-Identifier: Apache-2.0
"""The load generators: wrk for requests, pgbench for PostgreSQL's own ceiling."""

import os
import re
import subprocess
import threading
from pathlib import Path

import machine

SCRIPT = Path(__file__).resolve().parent / "wrk" / "bench.lua"


class Load:
    """One run of wrk. `steps` are (weight, method, path, body)."""

    def __init__(self, organisation, steps, connections=32, delay_ms=0, email=None):
        self.organisation, self.cairn, self.email = organisation, organisation.cairn, email
        self.connections, self.delay_ms = connections, delay_ms
        name = f"{organisation.tag}-{id(self)}"
        self.steps = self.cairn.folder / f"{name}.steps"
        self.ids = self.cairn.folder / f"{name}.ids"
        self.steps.write_text("".join("\t".join(map(str, s)) + "\n" for s in steps))

    def command(self, seconds):
        return ["wrk", "-t1", f"-c{self.connections}", f"-d{seconds}s", "-s", str(SCRIPT), self.cairn.url]

    def prepare(self):
        """The generator's environment. Signing in costs as much as thousands of reads, so it is not measured."""
        self.organisation.write_ids(self.ids)
        return {
            **os.environ,
            "TOKEN": self.organisation.sign_in(self.email),
            "IDS": str(self.ids),
            "STEPS": str(self.steps),
            "DELAY_MS": str(self.delay_ms),
        }

    def run(self, seconds, env=None):
        env = env or self.prepare()
        run = subprocess.run(
            self.command(seconds), env=env, capture_output=True, text=True, timeout=seconds + 60
        )
        found = re.search(r"^BENCH (.*)$", run.stdout, re.M)
        if not found:
            raise SystemExit(f"wrk: {run.stdout}{run.stderr}")
        values = dict(pair.split("=") for pair in found.group(1).split())
        requests = int(values["requests"])
        return {
            "rate": requests / (int(values["us"]) / 1e6),
            "requests": requests,
            "errors": int(values["status"]) + int(values["socket"]),
            **{k: float(values[k]) for k in ("p50", "p90", "p99", "max")},
        }


def measure(load, seconds):
    """A run with the CPU time it cost the server and PostgreSQL, in microseconds a request."""
    cairn, env = load.cairn, load.prepare()
    server, backends = [cairn.process.pid], machine.children(cairn.postmaster())
    before = machine.cpu_seconds(server), machine.cpu_seconds(backends)
    result = load.run(seconds, env)
    spent = machine.cpu_seconds(server) - before[0], machine.cpu_seconds(backends) - before[1]
    result["server_us"], result["postgres_us"] = (s / max(result["requests"], 1) * 1e6 for s in spent)
    return result


def measure_beside(load, other, seconds):
    """`load` while `other` runs too; what the other did stands under "beside"."""
    beside = {}
    thread = threading.Thread(target=lambda: beside.update(other.run(seconds + 1)))
    thread.start()
    result = measure(load, seconds)
    thread.join()
    result["beside"] = beside
    return result


def pgbench(cairn, statements, repeat, seconds, clients=4):
    """Statements (text, parameters) in pipelines: `statements[0]` once, the rest `repeat` times over."""
    variables, lines = [], ["\\startpipeline"]

    def line(sql, values):
        at = len(variables)
        variables.extend(values)
        # pgbench has no empty variables.
        place = lambda n: f":p{at + n}" if values[n] else "''"
        return re.sub(r"\$(\d+)", lambda m: place(int(m.group(1)) - 1), sql) + ";"

    lines.append(line(*statements[0]))
    for _ in range(repeat):
        lines.extend(line(*s) for s in statements[1:])
    lines.append("\\endpipeline")
    script = cairn.folder / "pgbench.sql"
    script.write_text("\n".join(lines) + "\n")
    command = ["pgbench", "-n", "-M", "prepared", "-c", str(clients), "-T", str(seconds), "-f", str(script)]
    for i, value in enumerate(variables):
        command += ["-D", f"p{i}={value}"] if value else []
    run = subprocess.run(
        [*command, "-h", cairn.socket(), "-U", "cairn_app", "cairn"], capture_output=True, text=True
    )
    found = re.search(r"tps = ([\d.]+)", run.stdout)
    if not found:
        raise SystemExit(f"pgbench: {run.stdout}{run.stderr}")
    return float(found.group(1)) * repeat
