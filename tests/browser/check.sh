#!/bin/sh
# Reports in a real Chromium: no error, no request, nothing that keeps somebody from reading them, also without scripts and
# without styles, on paper and on a phone.
#
#     tests/browser/check.sh REPORT.html...
#
# Needs Node and Chromium (Debian: `apt-get install chromium`; another place: CHROMIUM=/path); playwright-core and axe-core come
# from npm, once, into a folder that is named after their versions. Where they cannot be had: skipped, with a message; with
# REQUIRE_BROWSER=1 that is a failure.
set -eu
here=$(cd "$(dirname "$0")" && pwd)
skip() {
    if [ "${REQUIRE_BROWSER:-}" = 1 ]; then
        echo "browser: $1" >&2
        exit 1
    fi
    echo "browser: SKIPPED, $1"
    exit 0
}
command -v node >/dev/null 2>&1 || skip "there is no node here"
command -v npm >/dev/null 2>&1 || skip "there is no npm here"
if [ -z "${CHROMIUM:-}" ]; then
    CHROMIUM=$(command -v chromium || command -v chromium-browser || command -v google-chrome || true)
    if [ -z "$CHROMIUM" ] && [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null 2>&1; then
        timeout 120 apt-get update -qq >/dev/null 2>&1 && timeout 300 apt-get install -y -qq chromium >/dev/null 2>&1 || true
        CHROMIUM=$(command -v chromium || true)
    fi
fi
[ -n "$CHROMIUM" ] || skip "there is no chromium here, and it could not be installed"
version=$(cksum <"$here/package.json" | cut -d ' ' -f 1)
modules="${TMPDIR:-/tmp}/escalade-browser-$version"
if [ ! -e "$modules/complete" ]; then
    rm -rf "$modules"
    mkdir -p "$modules"
    cp "$here/package.json" "$modules/"
    (cd "$modules" && timeout 180 npm install --silent --no-audit --no-fund --ignore-scripts >/dev/null 2>&1) || skip "playwright-core and axe-core could not be had from npm"
    : >"$modules/complete"
fi
NODE_PATH="$modules/node_modules" CHROMIUM="$CHROMIUM" exec node "$here/check.js" "$@"
