# SPDX-License-Identifier: Apache-2.0
"""Data in and out: one organisation that is filled by an import, and what is then done with all of it: the same file
again, a rehearsal, exports, searches, bulk edits, duplicates and merges, and an import that is taken back."""

import csv
import http.client
import json
import random
import re
import resource
import socket
import subprocess
import time
import urllib.parse
from pathlib import Path

import machine
from cairn import Organisation
from load import Load
from workloads import CONTACTS

HEADER = ["First name", "Last name", "E-mail", "Phone", "Job title", "City"]
FIELDS = ["firstName", "lastName", "email", "phone", "jobTitle", "addressCity"]
FIRST = """Anna Bernd Chloé David Elena Frank Greta Hans Inès Jürgen Karla Lukas María Nico Olga Paul Quentin Rosa Stefan
Tina Ulf Vera Walter Xenia Yann Zoë Ágnes Björn Carmen Dávid Emil Fatima György Håkan Ivana João Katalin Lea Milan
Noémi Oskar Petra Rémy Søren Tamás Ursula Viktor Wanda Yusuf Zsófia""".split()
STARTS = "Al Ber Cor Dan Ep Fal Gru Hoff Ig Jan Kess Lor Mül Ner Ob Per Qui Rös Stein Tur".split()
MIDDLES = "an ber chen den er feld gar heim in jär kow ler mann ner or pel quar ren ster tov".split()
ENDS = "a berg dal escu ford gaard hof i jan ko lund mann nagy off poulos quist rath son tz wicz".split()
CITIES = "Berlin Hamburg München Győr Lisboa Malmö Paris Wien Zürich Łódź".split()
BULK_ROWS, BULK_ROUNDS = 10_000, 5
DUPLICATES, MERGES = 200, 50


def person(i):
    """The i-th: 50 first names and 8,000 family names, an address and a number that nobody else has."""
    k = i * 7919
    last = STARTS[k % 20] + MIDDLES[k // 20 % 20] + ENDS[k // 400 % 20]
    return [FIRST[i * 31 % 50], last, f"p{i}.{i * 6151 % 99991}@house{i % 20011}.example",
            f"+49 40 {1000000 + i}", "Buyer", CITIES[i % 10]]


def write_csv(path, people):
    with open(path, "w", newline="") as out:
        writer = csv.writer(out)
        writer.writerow(HEADER)
        writer.writerows(people)


class DataFlow:
    """What the workloads below share: the organisation, its file, and a token that does not run out."""

    def __init__(self, cairn, rows):
        self.cairn, self.rows = cairn, rows
        self.organisation = Organisation(cairn, "data", 0, fill=False)
        self.file, self.map = cairn.folder / "contacts.csv", cairn.folder / "map.json"
        self.map.write_text(json.dumps({"into": "contacts", "columns": dict(zip(HEADER, FIELDS))}))
        write_csv(self.file, map(person, range(rows)))

    def token(self):
        return self.organisation.sign_in()

    def count(self, condition="true"):
        where = f"org_id = '{self.organisation.id}' and deleted_at is null and {condition}"
        return int(self.cairn.sql(f"select count(*) from contacts where {where}"))

    def sample(self, count):
        return self.cairn.sql(f"select id from contacts where org_id = '{self.organisation.id}' and deleted_at is null"
                              f" order by md5(id::text) limit {count}").split()

    def settle(self):
        """What autovacuum would do in the next minutes."""
        self.cairn.sql("vacuum analyze", "checkpoint")

    def spent(self):
        """CPU seconds so far of the server and commands that ended, and of PostgreSQL with its backends that are gone."""
        commands = resource.getrusage(resource.RUSAGE_CHILDREN)
        return (machine.cpu_seconds([self.cairn.process.pid]) + commands.ru_utime + commands.ru_stime,
                machine.family_cpu_seconds(self.cairn.postmaster()))

    def timed(self, work, *arguments):
        """Seconds and CPU seconds of work(*arguments), and what it answered."""
        before, began = self.spent(), time.monotonic()
        answer = work(*arguments)
        seconds = time.monotonic() - began
        time.sleep(0.3)  # the backend of a command takes its leave
        after = self.spent()
        return {"seconds": seconds, "cairn_cpu_s": after[0] - before[0], "postgres_cpu_s": after[1] - before[1]}, answer

    def command(self, file, *options):
        """`cairn import` of the file: its counts by name, and the most memory it had."""
        peak = 0
        process = subprocess.Popen(
            [self.cairn.binary, "import", file, "--into", "contacts", "--map", self.map, "--org", self.organisation.id,
             "--as", self.organisation.email, *options],
            env=self.cairn.environment(), stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
        while process.poll() is None:
            try:
                peak = max(peak, machine.memory_kb(process.pid, "VmHWM"))
            except OSError:
                pass
            time.sleep(0.05)
        out, complaint = process.communicate()
        if process.returncode:
            raise SystemExit(f"cairn import: {out}{complaint}")
        counts = {name: int(n) for n, name in re.findall(r"(\d+) (\w+)", out)}
        return {"counts": counts, "peak_rss_kb": peak}

    def imported(self, file, *options, **expected):
        """A timed import that must have counted what is expected."""
        result, done = self.timed(self.command, file, *options)
        for name, count in expected.items():
            if done["counts"].get(name) != count:
                raise SystemExit(f"import {' '.join(options)}: {done['counts']}, expected {count} {name}")
        return {**result, **done, "rows": done["counts"]["rows"], "server_rss_kb": machine.memory_kb(self.cairn.process.pid)}

    def ask(self, method, path, body=None, token=None):
        connection = http.client.HTTPConnection("127.0.0.1", self.cairn.port, timeout=600)
        connection.request(method, path, json.dumps(body) if body is not None else None,
                           {"Authorization": "Bearer " + (token or self.token()), "Content-Type": "application/json"})
        answer = connection.getresponse()
        data = answer.read()
        connection.close()
        if answer.status >= 300:
            raise SystemExit(f"{method} {path}: {answer.status} {data[:1000].decode()}")
        return json.loads(data)["data"]


# --- in -----------------------------------------------------------------------------------------------


def import_all(flow):
    """Until a search finds the last of them."""
    def work():
        done = flow.command(flow.file)
        last = person(flow.rows - 1)[2]
        found = flow.ask("GET", f"/api/v1/search?q={last}")["results"]
        if not any(r["entity"] == "contact" for r in found):
            raise SystemExit(f"import: {last} is not found")
        return done
    result, done = flow.timed(work)
    rows = flow.count()
    if rows != flow.rows:
        raise SystemExit(f"import: {rows} of {flow.rows} rows arrived")
    flow.settle()
    return {**result, **done, "rows": rows, "server_rss_kb": machine.memory_kb(flow.cairn.process.pid)}


def rehearse(flow):
    """Of a file with as many new people: everything would be created."""
    file = flow.cairn.folder / "others.csv"
    write_csv(file, map(person, range(flow.rows, 2 * flow.rows)))
    try:
        result = flow.imported(file, "--rehearse", created=flow.rows)
    finally:
        file.unlink()
    if flow.count() != flow.rows:
        raise SystemExit("rehearsal: it wrote something")
    return result


def rehearse_upsert(flow):
    return flow.imported(flow.file, "--rehearse", "--key", "email", created=0, unchanged=flow.rows)


def upsert(flow):
    """The same file again."""
    return flow.imported(flow.file, "--key", "email", created=0, updated=0, unchanged=flow.rows)


# --- out ----------------------------------------------------------------------------------------------


def download(flow, path, token):
    """The bytes of an answer as they come: nobody looks at them."""
    with socket.create_connection(("127.0.0.1", flow.cairn.port), 600) as sock:
        sock.sendall(f"GET {path} HTTP/1.1\r\nHost: bench\r\nAuthorization: Bearer {token}\r\n"
                     "Connection: close\r\n\r\n".encode())
        place, size, head, tail = bytearray(1 << 20), 0, b"", b""
        while got := sock.recv_into(place):
            head = head or bytes(place[:min(got, 4096)])
            tail = (tail + bytes(place[max(0, got - 8):got]))[-8:]
            size += got
    if b" 200 " not in head.split(b"\r\n")[0] or not tail.endswith(b"0\r\n\r\n"):
        raise SystemExit(f"{path}: {head[:500].decode(errors='replace')}")
    return size


def export(form):
    def work(flow):
        result, size = flow.timed(download, flow, f"{CONTACTS}/export.{form}", flow.token())
        row = flow.cairn.sql("select outcome, row_count from exports"
                             f" where org_id = '{flow.organisation.id}' order by created_at desc limit 1")
        rows = flow.count()
        if row != f"done|{rows}":
            raise SystemExit(f"export.{form}: {row}, expected {rows} rows")
        return {**result, "rows": rows, "bytes": size, "server_rss_kb": machine.memory_kb(flow.cairn.process.pid, "VmHWM")}
    return work


# --- found --------------------------------------------------------------------------------------------


def searches(rows):
    """What people type: common and rare names, numbers as they are printed, accents or none, what is not there."""
    some = random.Random(4).sample(range(rows), 60)
    for i in some:
        first, last, email, phone, _, _ = person(i)
        number = phone[7:]
        yield from (("common", first), ("rare", f"{first} {last}"), ("rare", email),
                    ("phone", f"040 {number[:3]} {number[3:]}"), ("phone", f"0049 40/{number}"), ("phone", phone),
                    ("accented", "zoe"), ("accented", "Müller"[:3 + i % 4]), ("accented", last.lower()),
                    ("absent", f"qx{i}z"), ("absent", f"{first} qx{i}z"))


def search(flow, seconds):
    """All kinds together at an even pace of two clients, and each for itself."""
    kinds = {}
    for kind, text in searches(flow.rows):
        kinds.setdefault(kind, []).append((1, "GET", "/api/v1/search?q=" + urllib.parse.quote(text), ""))
    kinds["mixed"] = [step for steps in kinds.values() for step in steps]
    results = {}
    for kind, steps in kinds.items():
        load = Load(flow.organisation, steps, 2, delay_ms=10)
        load.run(1)
        results[kind] = load.run(seconds if kind == "mixed" else max(1, seconds // 4))
        if results[kind]["errors"]:
            raise SystemExit(f"search, {kind}: {results[kind]}")
    return results


# --- mended -------------------------------------------------------------------------------------------


def quantiles(times):
    times = sorted(times)
    return {"p50": times[len(times) // 2], "p99": times[min(len(times) - 1, len(times) * 99 // 100)], "max": times[-1]}


def milliseconds(work, *arguments):
    began = time.monotonic()
    work(*arguments)
    return (time.monotonic() - began) * 1000


def bulk_edit(flow):
    """10,000 records in one request: by their ids, and by a filter that finds them."""
    ids, token, seconds = flow.sample(min(BULK_ROWS, flow.rows)), flow.token(), []
    for n in range(BULK_ROUNDS):
        by_filter = n and {"filter": {"jobTitle": f"Editor {n - 1}"}, "expectedCount": len(ids)}
        body = {**(by_filter or {"ids": ids}), "changes": {"jobTitle": f"Editor {n}"}}
        result, done = flow.timed(flow.ask, "PATCH", CONTACTS, body, token)
        if done["changed"] != len(ids):
            raise SystemExit(f"bulk edit: {done['changed']} of {len(ids)} changed: {json.dumps(done)[:500]}")
        seconds.append(result)
    return {**{k: sorted(s[k] for s in seconds)[BULK_ROUNDS // 2] for k in seconds[0]}, "rows": len(ids)}


def duplicates(flow):
    token = flow.token()
    return quantiles([milliseconds(flow.ask, "GET", f"{CONTACTS}/{i}/duplicates", None, token)
                      for i in flow.sample(DUPLICATES)])


def merge(flow):
    """Two records at a time; none of them is the same."""
    ids, token = flow.sample(2 * MERGES), flow.token()
    return quantiles([milliseconds(flow.ask, "POST", f"{CONTACTS}/merge", {"keep": a, "merge": [b]}, token)
                      for a, b in zip(ids[::2], ids[1::2])])


# What a revert does not claim to bring back: the log itself, and what the server notes of its own doings.
LEFT = ("changes%", "import%", "exports", "sessions", "refresh_tokens", "login_attempts", "credentials", "idempotency_keys",
        "notification%", "feed_epochs", "schema_migrations")


def state_hash(flow, since):
    """One number for every table, over its rows without version and updated_at. What came into being since then and
    lies in the trash is as good as not there."""
    left = " or ".join(f"c.relname like '{name}'" for name in LEFT)
    columns = flow.cairn.sql(
        "select c.relname || ' ' || string_agg(format('t.%I', a.attname), ',' order by a.attnum)"
        " || ' ' || (count(*) filter (where a.attname in ('created_at', 'deleted_at')) = 2)"
        " from pg_class c join pg_attribute a on a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped"
        " where c.relnamespace = 'public'::regnamespace and c.relkind = 'r' and not c.relispartition"
        f" and a.attname not in ('version', 'updated_at') and not ({left}) group by c.relname order by 1")
    parts = []
    for line in columns.splitlines():
        table, names, trash = line.split(" ")
        where = f"where t.deleted_at is null or t.created_at <= '{since}'" if trash == "true" else ""
        parts.append(f"select '{table}', count(*), coalesce(sum(hashtextextended(row({names})::text, 0)::numeric), 0)"
                     f" from {table} t {where}")
    return dict((line.split("|")[0], line) for line in flow.cairn.sql(" union all ".join(parts)).splitlines())


def revert(flow):
    """An import of a fifth as many rows, every other one a record that is there, is taken back."""
    rows = flow.rows // 5
    file = flow.cairn.folder / "half.csv"
    write_csv(file, ([*person(5 * i if i % 2 else flow.rows * 2 + i)[:4], "Reviser", "Oslo"] for i in range(rows)))
    # Signing in is noted, and is not of the import.
    token = flow.token()
    since = flow.cairn.sql("select now()")
    before = state_hash(flow, since)
    done = flow.imported(file, "--key", "email", refused=0)
    file.unlink()
    changeset = flow.cairn.sql("select changeset_id from imports where status = 'done'"
                               f" and org_id = '{flow.organisation.id}' order by created_at desc limit 1")
    if state_hash(flow, since) == before:
        raise SystemExit("revert: the import changed nothing, so taking it back shows nothing")
    result, answer = flow.timed(flow.ask, "POST", f"/api/v1/changesets/{changeset}/revert", None, token)
    after = state_hash(flow, since)
    different = [f"{before[table]} (rows, hash), now {after[table]}" for table in before if before[table] != after[table]]
    return {**result, "rows": rows, "import": done, "left": answer["leftCount"], "tables": len(before),
            "different": different}


# In this order: what comes later finds what the earlier ones left.
WORKLOADS = {
    "data import": import_all,
    "data search": search,
    "data export.csv": export("csv"),
    "data export.jsonl": export("jsonl"),
    "data export.xlsx": export("xlsx"),
    "data rehearsal": rehearse,
    "data rehearsal of upsert": rehearse_upsert,
    "data upsert": upsert,
    "data duplicates": duplicates,
    "data bulk edit": bulk_edit,
    "data revert": revert,
    "data merge": merge,
}


def run_one(name, flow, options):
    """What goes wrong stands in the result: the other figures are not lost."""
    work = WORKLOADS[name]
    try:
        return work(flow, options.seconds) if work is search else work(flow)
    except SystemExit as failed:
        return {"failed": str(failed)}


def run(cairn, options, wanted, say):
    chosen = [name for name in WORKLOADS if wanted(name, options)]
    if not chosen:
        return {}
    results, flow = {}, DataFlow(cairn, options.import_rows)
    # All others work on what the import made.
    for name in ["data import", *(n for n in chosen if n != "data import")]:
        say(f"{name}, {flow.rows} contacts")
        results[name] = run_one(name, flow, options)
        if "failed" in results["data import"]:
            break
    return results


def failures(results):
    """What is wrong, not slow: of workloads that did not do what they should have."""
    for name, result in results.get("data", {}).items():
        if "failed" in result:
            yield f"{name}: {result['failed']}"
        if result.get("left"):
            yield f"{name}: {result['left']} records were left as they were"
        yield from (f"{name}: not as before: {line}" for line in result.get("different", []))
