#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Holds the tree to the shape ARCHITECTURE.md promises.

Each check is a function named check_* whose docstring is its title and which yields complaints.
`structure.py ROOT` runs them all and prints one `ok`/`not ok` line a check.
"""

import re
import subprocess
import sys
from pathlib import Path

ROOT = Path(sys.argv[1] if len(sys.argv) > 1 else ".").resolve()

# What a layer may include: itself and the rows above it. db and http do not know each other.
LAYERS = {
    "base": {"base"},
    "db": {"db", "base"},
    "http": {"http", "base"},
    "core": {"core", "db", "http", "base"},
    "entity": {"entity", "core", "base"},
    "feature": {"feature", "entity", "core", "db", "http", "base"},
}

# Libraries that only one layer may see; the others use that layer's words.
OWNED_HEADERS = {
    "libpq-fe.h": "src/db/",
    "curl/": "src/http/",
    "yajl/": "src/base/",
    "uv.h": ("src/base/", "src/db/", "src/http/"),
    "xlsxwriter.h": "src/core/export_xlsx",
    "ucontext.h": "src/base/fiber",
}

INCLUDE = re.compile(r'^\s*#\s*include\s+[<"]([^">]+)[">]', re.M)


def c_files():
    folder = ROOT / "src"
    return sorted(p for p in folder.rglob("*.[ch]")) if folder.is_dir() else []


def name_of(path):
    return path.relative_to(ROOT).as_posix()


def tracked():
    listed = subprocess.run(
        ["git", "-C", str(ROOT), "ls-files", "-z"], capture_output=True, text=True, check=False
    ).stdout.split("\0")
    return [ROOT / name for name in listed if name and (ROOT / name).is_file()]


def text_of(path):
    try:
        return path.read_text()
    except UnicodeDecodeError:
        return ""


def check_layers():
    """A file includes only from its own layer or those above it"""
    for path in c_files():
        parts = path.relative_to(ROOT / "src").parts
        allowed = LAYERS.get(parts[0])
        if allowed is None:
            continue
        if path.name.endswith("_test.c") and parts[0] == "core":
            allowed = allowed | {"entity"}
        for included in INCLUDE.findall(text_of(path)):
            layer = included.split("/")[0]
            if layer in LAYERS and layer not in allowed:
                yield f"{name_of(path)} includes {included}"


def check_owned_headers():
    """libpq, curl, yajl, libuv and ucontext stay in their layers"""
    for path in c_files():
        for included in INCLUDE.findall(text_of(path)):
            for header, homes in OWNED_HEADERS.items():
                if included.startswith(header) and not name_of(path).startswith(homes):
                    yield f"{name_of(path)} includes {included}"


def string_literals(text):
    text = re.sub(r"/\*.*?\*/", "", text, flags=re.S)
    text = re.sub(r"//[^\n]*", "", text)
    text = re.sub(r'"\s*\n\s*"', "", text)
    return re.findall(r'"((?:[^"\\\n]|\\.)*)"', text)


def check_dynamic_sql():
    """SQL is assembled only in core/sql_*.c and in src/db"""
    statement = re.compile(
        r"\b(select\b.*\bfrom|insert into|update \S+ set|delete from|(create|alter|drop) "
        r"(table|index|role|database|function|policy))\b", re.I)
    for path in c_files():
        name = name_of(path)
        if name.startswith(("src/core/sql", "src/db/")) or name.endswith("_test.c"):
            continue
        for literal in string_literals(text_of(path)):
            if statement.search(literal) and re.search(r"%(\.\*)?s", literal):
                yield f"{name}: {literal[:70]}"


def check_spdx():
    """Every source opens with the licence line"""
    kinds = {".c", ".h", ".py", ".js", ".ts", ".tsx", ".mjs", ".sql"}
    for path in tracked():
        if path.suffix in kinds or (name_of(path).startswith("script/") and path.suffix == ""):
            head = text_of(path)[:400]
            if head and "SPDX-License-Identifier: Apache-2.0" not in head:
                yield name_of(path)


def check_headers_guarded():
    """Every header is guarded against a second inclusion"""
    for path in c_files():
        if path.suffix == ".h":
            guard = path.stem.upper() + "_H"
            if not re.search(rf"^#pragma once$|^#ifndef (\w+_)?{guard}$", text_of(path), re.M):
                yield f"{name_of(path)} is not guarded"


def check_file_length():
    """No C source is over 1,000 lines"""
    for path in c_files():
        lines = text_of(path).count("\n")
        if lines > 1000:
            yield f"{name_of(path)} has {lines} lines"


def check_unsafe_calls():
    """No unbounded or locale-bound libc calls"""
    banned = re.compile(r"\b(strcpy|strcat|sprintf|vsprintf|gets|strtok|atoi|atol|atof|alloca)\s*\(")
    for path in c_files():
        text = re.sub(r"/\*.*?\*/", "", text_of(path), flags=re.S)
        for found in banned.findall(text):
            yield f"{name_of(path)} calls {found}"


def check_no_machine_paths():
    """Nothing committed names a machine's path or a download address"""
    words = re.compile(r"\"resolved\":|/root/|/home/\w+/")
    for path in tracked():
        if name_of(path).startswith(("script/lib/structure.py", "docs/")):
            continue
        for match in words.findall(text_of(path)):
            yield f"{name_of(path)} names {match or 'a download address'}"
            break


def check_entity_files():
    """One file, one entity, one migration noun: src/entity/<name>.c defines entity_<name>"""
    folder = ROOT / "src/entity"
    for path in sorted(folder.glob("*.c")) if folder.is_dir() else []:
        if path.name.endswith("_test.c"):
            continue
        names = re.findall(r"^const struct entity entity_(\w+)\s*=", text_of(path), re.M)
        if names != [path.stem]:
            yield f"{name_of(path)} defines {names or 'no entity'}"


def main():
    failed = 0
    checks = [(n, f) for n, f in globals().items() if n.startswith("check_")]
    for _, check in checks:
        complaints = list(check())
        failed += bool(complaints)
        print(("not ok - " if complaints else "ok - ") + check.__doc__)
        for complaint in complaints[:40]:
            print("    " + complaint)
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
