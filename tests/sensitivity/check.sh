#!/bin/sh
# Does SALib, from PyPI, find the same on the same samples?
#
#     tests/sensitivity/check.sh ESCALADE
#
# SALib is installed once, into a folder that is named after its version. Without a network there is nothing to compare with: the
# check is then skipped and says so, and ends with 0.
set -eu
here=$(cd "$(dirname "$0")" && pwd)
version=$(cksum <"$here/requirements.txt" | cut -d ' ' -f 1)
venv="${TMPDIR:-/tmp}/escalade-salib-$version"
if [ ! -e "$venv/complete" ]; then
    rm -rf "$venv"
    python3 -m venv "$venv"
    if ! "$venv/bin/pip" install -q --disable-pip-version-check -r "$here/requirements.txt"; then
        echo "SKIPPED: SALib could not be installed; sensitivities were not compared with it" >&2
        exit 0
    fi
    : >"$venv/complete"
fi
exec "$venv/bin/python" "$here/against_salib.py" "$@"
