#!/bin/sh
# Can others read the files of a run? pyarrow, polars and DuckDB, from PyPI, are asked.
#
#     tests/files/check.sh DIR [options of read_back.py]
#
# The readers are installed once, into a folder that is named after their versions.
set -eu
here=$(cd "$(dirname "$0")" && pwd)
version=$(cksum <"$here/requirements.txt" | cut -d ' ' -f 1)
venv="${TMPDIR:-/tmp}/escalade-readers-$version"
if [ ! -e "$venv/complete" ]; then
    rm -rf "$venv"
    python3 -m venv "$venv"
    "$venv/bin/pip" install -q --disable-pip-version-check -r "$here/requirements.txt"
    : >"$venv/complete"
fi
exec "$venv/bin/python" "$here/read_back.py" "$@"
