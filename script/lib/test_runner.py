#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Runs the parts of the test suite, as many at once as there are cores, and sums what they count.

A part is a command with the parts it waits for. Its output goes to build/test/<part>.log and is
shown only when the part fails. Each part says how its output is counted.
"""

import json
import os
import re
import subprocess
import sys
import time
from concurrent.futures import FIRST_COMPLETED, ThreadPoolExecutor, wait
from dataclasses import dataclass, field
from pathlib import Path

TAIL_LINES = 400


@dataclass
class Part:
    name: str
    command: list
    after: list = field(default_factory=list)
    count: str = "command"
    timeout: int = 2400


def full_parts():
    return [
        Part("asan build", ["script/build", "asan"]),
        Part("gcc build", ["script/build", "release"]),
        Part("api (asan server)", ["test/api/run", "build/asan/cairn"], ["asan build"], "node"),
        Part("unit (asan)", meson_test("asan"), ["asan build"], "meson asan"),
        Part("unit (gcc)", meson_test("release"), ["gcc build"], "meson release"),
        Part("database", ["script/lib/with-cluster", "test/db/run"], ["gcc build"], "tap"),
        Part("e2e", ["test/e2e/run", "build/release/cairn"], ["gcc build"], "node"),
        Part("clang build", ["script/build", "clang"]),
        Part("fuzz", ["test/fuzz/run", "3"], ["clang build"], "tap"),
        Part("docs", ["test/docs/run", "build/release/cairn"], ["gcc build"], "node"),
        Part("check", ["script/check"], ["gcc build"], "lines"),
    ]


def fast_parts():
    return [
        Part("gcc build", ["script/build", "debug"]),
        Part("unit", meson_test("debug"), ["gcc build"], "meson debug"),
        Part("api", ["test/api/run", "build/debug/cairn"], ["gcc build"], "node"),
    ]


def meson_test(kind):
    return ["meson", "test", "-C", f"build/{kind}", "--no-rebuild", "--print-errorlogs"]


# Counting: each returns (passed, failed) from a part's output.


def count_command(_output, ok):
    return (1, 0) if ok else (0, 1)


def count_tap(output, _ok):
    # cmocka calls a test that skips itself "not ok # SKIP".
    lines = [line for line in output.splitlines() if not re.search(r"# skip\b", line, re.I)]
    return (
        sum(bool(re.match(r"\s*ok\b", line)) for line in lines),
        sum(bool(re.match(r"\s*not ok\b", line)) for line in lines),
    )


def count_lines(output, _ok):
    found = re.findall(r"^(\d+) passed, (\d+) failed$", output, re.M)
    return tuple(map(int, found[-1])) if found else (0, 0)


def count_node(output, _ok):
    def total(word):
        return sum(map(int, re.findall(rf"^(?:ℹ|#) {word} (\d+)$", output, re.M)))

    return total("pass"), total("fail") + total("cancelled")


def count_meson(kind):
    passed = failed = 0
    log = Path(f"build/{kind}/meson-logs/testlog.json")
    for line in log.read_text().splitlines() if log.exists() else []:
        result = json.loads(line)
        ok, not_ok = count_tap(result.get("stdout", ""), True)
        if result["result"] != "OK" and not_ok == 0:
            not_ok = 1
        passed, failed = passed + max(ok, result["result"] == "OK"), failed + not_ok
    return passed, failed


def count(part, output, ok):
    if part.count.startswith("meson "):
        passed, failed = count_meson(part.count.split()[1])
    else:
        passed, failed = {
            "command": count_command,
            "tap": count_tap,
            "lines": count_lines,
            "node": count_node,
        }[part.count](output, ok)
    # A part that died before it could count still failed.
    return passed, failed if ok else max(failed, 1)


def run(part, folder):
    started = time.monotonic()
    log = folder / (re.sub(r"\W+", "-", part.name).strip("-") + ".log")
    with log.open("w") as out:
        try:
            code = subprocess.run(
                part.command, stdout=out, stderr=subprocess.STDOUT, stdin=subprocess.DEVNULL,
                timeout=part.timeout, check=False,
            ).returncode
        except subprocess.TimeoutExpired:
            out.write(f"\n{part.name}: stopped after {part.timeout} s\n")
            code = -1
        except OSError as error:
            out.write(f"{error}\n")
            code = -1
    output = log.read_text(errors="replace")
    passed, failed = count(part, output, code == 0)
    return passed, failed, time.monotonic() - started, output


def report(part, result):
    passed, failed, seconds, output = result
    verdict = "FAILED" if failed else "ok"
    print(f"{part.name:20} {verdict:6} {passed:5} passed {failed:3} failed {seconds:6.1f} s",
          flush=True)
    if failed:
        lines = output.splitlines()
        if len(lines) > TAIL_LINES:
            print(f"  … the last {TAIL_LINES} of {len(lines)} lines, see build/test/")
        # Indented, so that no runner's own closing line is taken for ours.
        print("\n".join("  | " + line for line in lines[-TAIL_LINES:]), flush=True)


def run_all(parts, folder):
    results, running, failed_names = {}, {}, set()
    waiting = list(parts)
    with ThreadPoolExecutor(max_workers=max(2, os.cpu_count() or 2)) as pool:
        while waiting or running:
            for part in [p for p in waiting if set(p.after) <= results.keys()]:
                if len(running) >= pool._max_workers:
                    break
                waiting.remove(part)
                if failed_names & set(part.after):
                    results[part.name] = (0, 1, 0.0, "not run: " + ", ".join(part.after) + " failed")
                    failed_names.add(part.name)
                    report(part, results[part.name])
                    continue
                running[pool.submit(run, part, folder)] = part
            if not running:
                continue
            for future in wait(running, return_when=FIRST_COMPLETED).done:
                part = running.pop(future)
                results[part.name] = future.result()
                if results[part.name][1] and part.count == "command":
                    failed_names.add(part.name)
                report(part, results[part.name])
    return results


def main():
    root = Path(sys.argv[1])
    os.chdir(root)
    folder = root / "build/test"
    folder.mkdir(parents=True, exist_ok=True)
    parts = fast_parts() if "--fast" in sys.argv[2:] else full_parts()
    # A part whose suite is not in the tree yet has nothing to run.
    parts = [p for p in parts if p.command[0] == "meson" or Path(p.command[0]).exists()]
    names = {p.name for p in parts}
    for part in parts:
        part.after = [name for name in part.after if name in names]
    started = time.monotonic()
    results = run_all(parts, folder)
    passed = sum(r[0] for r in results.values())
    failed = sum(r[1] for r in results.values())
    print(f"took {time.monotonic() - started:.0f} s")
    print(f"{passed} passed, {failed} failed")
    return 1 if failed or not passed else 0


if __name__ == "__main__":
    sys.exit(main())
