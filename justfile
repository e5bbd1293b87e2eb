# Recipes for developers; `.ci/run` runs the same steps without `just`.

# Everything that CI runs.
ci:
    bash .ci/run

# All tests: unit, integration and laws, in release.
test:
    cargo test --release

# Only the fast tests.
quick:
    cargo test --lib --test it

# Format and lint.
lint:
    cargo fmt --check
    cargo clippy --all-targets -- -D warnings

# Time per trial of interpreter and engine, as ratios within one run.
bench:
    cargo bench --bench engine

# How cost grows with actors, rules and steps, up to 400 actors and 10,000 rules.
scaling *args:
    cargo bench --bench scaling -- {{args}}

# Many small files against one large one, and how long `check` takes.
batch *args:
    cargo bench --bench batch -- {{args}}

# Start-up, threads, memory and Ctrl-C; rewrites their part of docs/performance.md.
limits *args:
    python3 benches/limits.py {{args}}

# The engine in an interpreter that looks for undefined behaviour (nightly, components miri and rust-src). Minutes.
miri:
    MIRIFLAGS=-Zmiri-disable-isolation cargo +nightly miri test --lib engine::

# The Durand Line against programs written by hand for it alone, as ratios within one run.
yardstick *args:
    cargo bench --bench durand -- {{args}}

# Instructions per trial of the same, with valgrind.
instructions:
    bash benches/instructions.sh

# Rewrites what is generated: schema, reference pages, texts of diagnostics, snapshots.
update:
    UPDATE=1 INSTA_UPDATE=always cargo test --release --test it
