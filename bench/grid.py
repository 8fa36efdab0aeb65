# SPDX-License-Identifier: Apache-2.0
"""What tables of figures are made of."""


def number(value, digits=0):
    return "-" if value is None else f"{value:,.{digits}f}"


def mark(good):
    return "ok" if good else "MISSED"


def grid(head, rows):
    rows = [head, *rows]
    widths = [max(len(r[i]) for r in rows) for i in range(len(head) - 1)]
    cells = lambda r: [
        c.ljust(w) if i == 0 else c.rjust(w) for i, (c, w) in enumerate(zip(r, widths))
    ]
    return "\n".join("  ".join([*cells(r), r[-1]]).rstrip() for r in rows)
