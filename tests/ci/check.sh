#!/bin/sh
# Do the examples of ci/ do what they say?
#
#     tests/ci/check.sh ESCALADE
#
# Every step of the GitHub workflow, its composite action, the GitLab file and the Jenkinsfile is run as its service would run it. PyYAML,
# from PyPI, reads the files; it is installed once, into a folder that is named after its version. Without a network the check is skipped
# and says so, and ends with 0.
set -eu
here=$(cd "$(dirname "$0")" && pwd)
version=$(cksum <"$here/requirements.txt" | cut -d ' ' -f 1)
venv="${TMPDIR:-/tmp}/escalade-ci-$version"
if [ ! -e "$venv/complete" ]; then
    rm -rf "$venv"
    python3 -m venv "$venv"
    if ! timeout 300 "$venv/bin/pip" install -q --disable-pip-version-check -r "$here/requirements.txt"; then
        echo "SKIPPED: PyYAML could not be installed; the CI examples were not run" >&2
        exit 0
    fi
    : >"$venv/complete"
fi
exec "$venv/bin/python" "$here/run_examples.py" "$@"
