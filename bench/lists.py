# SPDX-License-Identifier: Apache-2.0
"""Every list of every entity over many rows: its default order, every sort and every filter, for who sees all,
only the own, and the team's. Tells which are slow, so that a missing index shows."""

import json
import os
import subprocess
import time
import urllib.error
import urllib.parse

from cairn import PASSWORD, ROOT

# Shapes the requests of everybody, or is part of other records.
LEFT = {"roles", "stages", "pipelines", "teams", "memberships", "organizations", "picklist_options", "custom_fields",
        "tax_rates", "exchange_rates", "number_series", "tags", "partners", "api_keys", "document_shares", "invitations"}
ADMIN, DEMO_PASSWORD = "astrid@northwind-events.example", "northwind demo"
# What others refer to comes first.
FIRST = ["companies", "contacts", "leads", "deals", "products", "vendors", "projects", "events", "quotes", "invoices"]
# A list that takes longer is named.
SLOW_MS = 50


def sign_in(cairn, email, password):
    return cairn.post("/api/v1/auth/login", {"email": email, "password": password})


def fill_demo(cairn):
    run = subprocess.run([ROOT / "script" / "demo", cairn.url], capture_output=True, text=True, env={**os.environ})
    if run.returncode:
        raise SystemExit(f"script/demo: {run.stderr}")


def tables(cairn, org):
    """Of records that the demo has at least one of, in order of their names."""
    names = cairn.sql(
        "select c.relname from pg_class c where c.relkind = 'r' and c.relnamespace = 'public'::regnamespace"
        " and (select count(*) from pg_attribute a where a.attrelid = c.oid and not a.attisdropped"
        " and a.attname in ('org_id', 'id', 'created_at', 'deleted_at', 'version')) = 5 order by 1"
    ).split()
    names.sort(key=lambda t: FIRST.index(t) if t in FIRST else len(FIRST))
    return [t for t in names if t not in LEFT and int(cairn.sql(f"select count(*) from {t} where org_id = '{org}'"))]


def multiply(cairn, org, rows, say):
    for table in tables(cairn, org):
        began = time.monotonic()
        try:
            cairn.psql("-v", f"org={org}", "-v", f"rows={rows}", "-v", f"tab={table}",
                       "-f", str(ROOT / "bench" / "multiply.sql"))
        except SystemExit as failed:
            # What may not overlap, or may be there once, cannot be multiplied.
            say(f"{table} is left as it is: {str(failed).splitlines()[0]}")
        else:
            say(f"{table}: {rows} rows in {time.monotonic() - began:.0f} s")
    cairn.sql("vacuum analyze", "checkpoint")


def narrow_member(cairn, token, scope):
    """Somebody who reads everything that can be narrowed in the given scope."""
    names = [e["name"] for e in cairn.get("/api/v1/meta", token)["data"]["entities"]
             if e["path"].rsplit("/", 1)[1].replace("-", "_") not in LEFT]
    role = cairn.post("/api/v1/roles", {"name": f"Reads {scope}", "preset": "user",
                                        "access": {name: {"read": scope} for name in names if name != "change"}}, token)
    email = f"reads-{scope}@example.com"
    invitation = cairn.post("/api/v1/invitations", {"email": email, "role": role["key"]}, token)
    cairn.post("/api/v1/auth/accept-invitation", {"token": invitation["token"], "password": PASSWORD,
                                                  "firstName": "Ray", "lastName": scope.title()})
    return sign_in(cairn, email, PASSWORD)["accessToken"]


def samples(entity, rows):
    """A value of each field that a filter can ask for, from the first records that have one."""
    for field in entity["fields"]:
        value = next((r[field["name"]] for r in rows if r.get(field["name"]) not in (None, [], {})), None)
        if value is None or not field.get("filterable") or field["type"] == "json":
            continue
        value = value[0] if isinstance(value, list) else value
        if isinstance(value, (str, int, float, bool)):
            yield field["name"], str(value).lower() if isinstance(value, bool) else str(value)


def paths(entity, rows):
    yield "default order", ""
    for field in entity["fields"]:
        if field.get("sortable"):
            yield f"sort {field['name']}", f"?sort={field['name']}"
    for name, value in samples(entity, rows):
        yield f"filter {name}", f"?{name}={urllib.parse.quote(value)}"


def ask(cairn, path, token):
    """Milliseconds of the second answer: the first one prepares. None where the caller may not ask."""
    for _ in range(2):
        began = time.monotonic()
        try:
            cairn.get(path, token)
        except urllib.error.HTTPError as refused:
            if refused.code in (400, 403):
                return None
            return float("inf")
    return (time.monotonic() - began) * 1000


def every_list(cairn, rows, say):
    fill_demo(cairn)
    data = sign_in(cairn, ADMIN, DEMO_PASSWORD)
    org, admin = data["organization"]["id"], data["accessToken"]
    callers = {"all": admin, "own": narrow_member(cairn, admin, "own"), "team": narrow_member(cairn, admin, "team")}
    multiply(cairn, org, rows, say)
    results, entities = [], cairn.get("/api/v1/meta", admin)["data"]["entities"]
    # Read with their record, whose few they are.
    parts = {part["entity"] for e in entities for part in e.get("nested", [])}
    for entity in entities:
        if entity["access"]["read"] == "none" or entity["name"] in parts:
            continue
        found = cairn.get(entity["path"] + "?limit=50", admin)["data"]
        for name, query in paths(entity, found):
            for scope, token in callers.items():
                ms = ask(cairn, entity["path"] + query, token)
                if ms is not None:
                    results.append({"list": f"{entity['plural']}, {name}", "scope": scope, "ms": ms})
    return {"rows": rows, "lists": results, "slow_ms": SLOW_MS}
