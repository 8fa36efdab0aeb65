# SPDX-License-Identifier: Apache-2.0
"""A release server with a private PostgreSQL in a temporary directory, and what is in it."""

import json
import os
import re
import shutil
import socket
import subprocess
import tempfile
import time
import urllib.error
import urllib.request
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
BINARY = ROOT / "build" / "release" / "cairn"
PASSWORD = "Correct-horse-1"


def free_port():
    with socket.socket() as s:
        s.bind(("127.0.0.1", 0))
        return s.getsockname()[1]


class Cairn:
    def __init__(self, binary=BINARY):
        self.binary, self.port, self.process = binary, free_port(), None
        self.folder = Path(tempfile.mkdtemp(prefix="cairn-bench-"))
        # PostgreSQL runs as another user when we are root, and must be able to enter.
        self.folder.chmod(0o755)
        self.data, self.log = self.folder / "data", self.folder / "server.log"

    @property
    def url(self):
        return f"http://127.0.0.1:{self.port}"

    def environment(self):
        return {
            **{k: os.environ[k] for k in ("PATH", "HOME", "LANG") if k in os.environ},
            "PORT": str(self.port),
            "HOST": "127.0.0.1",
            "CAIRN_DATA": str(self.data),
            "CAIRN_LOG_LEVEL": "info",
            # Counts every request as in production, without ever refusing the generator.
            "CAIRN_RATE_LIMIT": "1000000000/15m",
        }

    def start(self):
        """Seconds until the server is healthy."""
        began = time.monotonic()
        with open(self.log, "a") as log:
            self.process = subprocess.Popen(
                [self.binary, "serve"], env=self.environment(), stdout=log, stderr=log
            )
        while time.monotonic() - began < 60:
            if self.process.poll() is not None:
                break
            try:
                with urllib.request.urlopen(self.url + "/health", timeout=2):
                    return time.monotonic() - began
            except OSError:
                time.sleep(0.01)
        raise SystemExit(f"cairn did not start:\n{self.log.read_text()[-2000:]}")

    def stop(self):
        if self.process and self.process.poll() is None:
            self.process.terminate()
            try:
                self.process.wait(30)
            except subprocess.TimeoutExpired:
                self.process.kill()
                self.process.wait()

    def close(self):
        self.stop()
        shutil.rmtree(self.folder, ignore_errors=True)

    # --- HTTP ---------------------------------------------------------------------------------

    def post(self, path, body, token=None):
        headers = {"Content-Type": "application/json"}
        if token:
            headers["Authorization"] = "Bearer " + token
        request = urllib.request.Request(self.url + path, json.dumps(body).encode(), headers)
        try:
            with urllib.request.urlopen(request, timeout=30) as answer:
                return json.load(answer)["data"]
        except urllib.error.HTTPError as refused:
            raise SystemExit(f"POST {path}: {refused.read().decode()}") from None

    def get(self, path, token):
        request = urllib.request.Request(self.url + path, headers={"Authorization": "Bearer " + token})
        with urllib.request.urlopen(request, timeout=60) as answer:
            return json.load(answer)

    # --- PostgreSQL ---------------------------------------------------------------------------

    def socket(self):
        return (self.data / "postgres.socket").read_text().strip()

    def postmaster(self):
        return int((self.data / "postgres" / "postmaster.pid").read_text().split()[0])

    def psql(self, *arguments, user="postgres"):
        command = ["psql", "-XqAt", "-v", "ON_ERROR_STOP=1", "-h", self.socket(), "-U", user, "-d", "cairn"]
        run = subprocess.run([*command, *arguments], capture_output=True, text=True)
        if run.returncode:
            raise SystemExit(f"psql: {run.stderr}")
        return run.stdout.strip()

    def sql(self, *statements):
        return self.psql(*[part for s in statements for part in ("-c", s)])

    def logged_statement(self, request, pattern):
        """What PostgreSQL executed while `request` ran: (text, parameters) of each that matches."""
        settings = {
            "log_min_duration_statement": "0",
            "log_parameter_max_length": "-1",
            "log_error_verbosity": "'default'",
        }
        self.sql(*[f"alter system set {k} = {v}" for k, v in settings.items()], "select pg_reload_conf()")
        time.sleep(0.5)
        files = lambda: sorted((self.data / "postgres" / "log").glob("*.log"))
        before = {f: f.stat().st_size for f in files()}
        request()
        time.sleep(0.3)
        self.sql(*[f"alter system reset {k}" for k in settings], "select pg_reload_conf()")
        text = "".join(f.read_text(errors="replace")[before.get(f, 0) :] for f in files())
        found = re.findall(r"execute s\d+: (.*)\n(?:.*DETAIL:  parameters: (.*)\n)?", text)
        return [
            (sql, re.findall(r"\$\d+ = '((?:[^']|'')*)'", parameters))
            for sql, parameters in found
            if re.search(pattern, sql)
        ]


class Organisation:
    """One organisation with `rows` contacts, and a token of its administrator."""

    def __init__(self, cairn, tag, rows, fill=True):
        self.cairn, self.tag, self.rows = cairn, tag, rows
        self.email = f"admin-{tag}@example.com"
        data = cairn.post(
            "/api/v1/auth/register",
            {
                "email": self.email,
                "password": PASSWORD,
                "firstName": "Ada",
                "lastName": "Admin",
                "organization": f"Bench {tag}",
            },
        )
        self.id, self.admin = data["organization"]["id"], data["user"]["id"]
        # By what they may see: all, what is their own, what is their team's.
        self.colleague = self._invite(data["accessToken"], "manager")
        self.seller = self._invite(data["accessToken"], "user")
        self.lead = self._invite(data["accessToken"], "accountant")
        if fill:
            self._fill()
            self._make_team()

    def _make_team(self):
        """Team access has no preset: the accountants of this organisation get it."""
        where = f"where org_id = '{self.id}'"
        self.cairn.sql(
            f"insert into teams (org_id, name) values ('{self.id}', 'Bench')",
            "update roles set access = '{\"contact\": {\"read\": \"team\", \"create\": \"team\", \"update\": \"team\"}}'"
            f" {where} and key = 'accountant'",
            f"update memberships set team_id = (select id from teams {where}) {where}"
            f" and (email like 'seller1%' or role = 'accountant')",
        )

    def _invite(self, token, role):
        email = f"{role}-{self.tag}@example.com"
        invitation = self.cairn.post("/api/v1/invitations", {"email": email, "role": role}, token)
        self.cairn.post(
            "/api/v1/auth/accept-invitation",
            {"token": invitation["token"], "password": PASSWORD, "firstName": "Cleo", "lastName": "Colleague"},
        )
        return email

    def _fill(self):
        variables = {"org": self.id, "admin": self.admin, "rows": self.rows, "tag": self.tag}
        self.cairn.psql(
            *[part for k, v in variables.items() for part in ("-v", f"{k}={v}")],
            "-f",
            str(ROOT / "bench" / "data.sql"),
        )

    def sign_in(self, email=None):
        """A token lasts 15 minutes; each measurement takes a fresh one. Successes are not limited."""
        data = self.cairn.post("/api/v1/auth/login", {"email": email or self.email, "password": PASSWORD})
        return data["accessToken"]

    def write_ids(self, path, count=1000):
        lines = self.cairn.sql(
            f"select id || ' ' || version from contacts where org_id = '{self.id}'"
            f" and deleted_at is null order by md5(id::text) limit {count}"
        )
        path.write_text(lines + "\n")
