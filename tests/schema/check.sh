#!/bin/sh
# Does an editor that knows schema/escalade.schema.json accept every shipped scenario, and underline the
# mistakes of tests/schema/bad.toml? Asked of tombi, from PyPI. Without a network: skipped, with a message.
set -eu
cd "$(dirname "$0")/../.."
version=1.9.6
venv="${TMPDIR:-/tmp}/escalade-tombi-$version"
tombi="$venv/bin/tombi"
if [ ! -x "$tombi" ]; then
    if ! python3 -m venv "$venv" || ! "$venv/bin/pip" install -q "tombi==$version"; then
        rm -rf "$venv"
        if [ "${CI:-}" = true ]; then
            echo "schema: tombi $version cannot be installed" >&2
            exit 1
        fi
        echo "schema: SKIPPED, tombi $version cannot be installed from PyPI here"
        exit 0
    fi
fi

# shellcheck disable=SC2046 # names of scenarios have no blanks
if ! NO_COLOR=1 "$tombi" lint --offline --error-on-warnings $(find scenarios -name '*.toml'); then
    echo "schema: a shipped scenario is refused" >&2
    exit 1
fi

found=$(NO_COLOR=1 "$tombi" lint --offline tests/schema/bad.toml 2>&1) && {
    echo "schema: tests/schema/bad.toml passes" >&2
    exit 1
}
plain=$(printf '%s' "$found" | sed 's/\x1b\[[0-9;]*m//g')
for mistake in \
    '"stepp" is not allowed' \
    'the value must be ≤ 1, but found 3' \
    'the value must be ≤ 1, but found 2' \
    '"sigma" is not allowed' \
    '"sd" is required' \
    '"id" is required' \
    'but found "logits"'; do
    case "$plain" in
        *"$mistake"*) ;;
        *)
            echo "schema: not reported: $mistake" >&2
            printf '%s\n' "$plain" >&2
            exit 1
            ;;
    esac
done
echo "schema: every shipped scenario passes, every mistake of tests/schema/bad.toml is reported"
