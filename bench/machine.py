# SPDX-License-Identifier: Apache-2.0
"""What the machine is and does: CPU time of processes, memory, quietness."""

import os
import time
from pathlib import Path

TICKS = os.sysconf("SC_CLK_TCK")


def _stat(pid):
    text = Path(f"/proc/{pid}/stat").read_text()
    return text[text.rindex(")") + 2 :].split()


def cpu_seconds(pids):
    """User and system time of these processes; those that ended meanwhile count nothing."""
    total = 0
    for pid in pids:
        try:
            fields = _stat(pid)
            total += int(fields[11]) + int(fields[12])
        except OSError:
            pass
    return total / TICKS


def family_cpu_seconds(pid):
    """Of a process and its children, also of those that ended and were waited for."""
    own = _stat(pid)
    return cpu_seconds([pid, *children(pid)]) + (int(own[13]) + int(own[14])) / TICKS


def children(pid):
    found = []
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit():
            try:
                if int(_stat(entry.name)[1]) == pid:
                    found.append(int(entry.name))
            except OSError:
                pass
    return found


def memory_kb(pid, field="VmRSS"):
    for line in Path(f"/proc/{pid}/status").read_text().splitlines():
        if line.startswith(field + ":"):
            return int(line.split()[1])
    return 0


def _busy_and_total():
    fields = [int(n) for n in Path("/proc/stat").read_text().split("\n")[0].split()[1:]]
    return sum(fields) - fields[3] - fields[4], sum(fields)


def busy_share(seconds=2):
    """How much of all cores others use, looked at for a while in which we do nothing."""
    busy, total = _busy_and_total()
    time.sleep(seconds)
    busy2, total2 = _busy_and_total()
    return (busy2 - busy) / max(total2 - total, 1)


def describe():
    model = next(
        (l.split(":")[1].strip() for l in open("/proc/cpuinfo") if l.startswith("model name")), "?"
    )
    memory = int(Path("/proc/meminfo").read_text().split()[1]) // 1024
    return {"cpu": model, "cores": os.cpu_count(), "memory_mb": memory}
