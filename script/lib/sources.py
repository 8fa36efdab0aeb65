#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Lists the C sources of every layer, one `layer kind path` a line, for meson.build.

Kind is `source`, `fiber` (compiled apart, see meson.build) or `test`.
"""

import sys
from pathlib import Path

LAYERS = ["base", "db", "http", "core", "entity", "feature"]


def kind_of(path):
    if path.name.endswith("_test.c"):
        return "test"
    return "fiber" if path.as_posix() == "src/base/fiber.c" else "source"


def main(root):
    for layer in LAYERS:
        for path in sorted((root / "src" / layer).rglob("*.c")):
            relative = path.relative_to(root)
            print(layer, kind_of(relative), relative.as_posix())
    # The program itself; without a main there is none yet.
    for path in sorted((root / "src").glob("*.c")) if (root / "src/main.c").exists() else []:
        print("main source", path.relative_to(root).as_posix())


if __name__ == "__main__":
    main(Path(sys.argv[1]) if len(sys.argv) > 1 else Path.cwd())
