#!/usr/bin/env python3
"""Reads the tables of a run as their users do: with pyarrow, polars and DuckDB, as Parquet and as CSV.

    read_back.py DIR [--rows N] [--need trials.parquet,trials.csv,...]

All readers must see the same columns, rows and values in every form of a table, and find how the file can be
made again. Ends with 1 and says what differs, if anything does.
"""

import argparse
import csv
import json
import math
import pathlib
import struct
import sys

import duckdb
import polars
import pyarrow
import pyarrow.csv
import pyarrow.parquet

FORMULA = ("=", "+", "-", "@", "\t", "\r")


def fail(text):
    sys.exit(f"read_back: {text}")


def bits(value):
    """Numbers are equal if their bits are."""
    return struct.pack("<d", value) if isinstance(value, float) else value


def same(what, left, right):
    """Both are dictionaries from column to list."""
    if list(left) != list(right):
        fail(f"{what}: columns {list(left)} and {list(right)}")
    for name in left:
        if len(left[name]) != len(right[name]):
            fail(f"{what}: {len(left[name])} and {len(right[name])} rows")
        for row, (a, b) in enumerate(zip(left[name], right[name])):
            if type(a) is not type(b) or bits(a) != bits(b):
                fail(f"{what}: column {name}, row {row}: {a!r} and {b!r}")


def of_duckdb(relation):
    rows = relation.fetchall()
    names = relation.columns
    return {name: [row[place] for row in rows] for place, name in enumerate(names)}


def parquet(path):
    """The table as pyarrow reads it; polars and DuckDB must agree."""
    file = pyarrow.parquet.ParquetFile(path)
    table = file.read()
    first = table.to_pydict()
    same(f"{path.name}: pyarrow and polars", first, polars.read_parquet(path).to_dict(as_series=False))
    # Quotes in a path would end the text.
    quoted = str(path).replace("'", "''")
    same(f"{path.name}: pyarrow and DuckDB", first, of_duckdb(duckdb.sql(f"SELECT * FROM '{quoted}'")))
    return file, table.schema, first


def notes_of(file, path):
    """How to make it again, from the footer."""
    if not file.metadata.created_by.startswith("escalade "):
        fail(f"{path.name}: made by {file.metadata.created_by}")
    notes = {k.decode(): v.decode() for k, v in (file.metadata.metadata or {}).items()}
    columns = json.loads(notes.pop("columns", "[]"))
    if [c["name"] for c in columns] != file.schema_arrow.names or not all(c["about"] for c in columns):
        fail(f"{path.name}: its columns are not described")
    if not notes:
        fail(f"{path.name}: it does not say how to make it again")
    return notes


def harmless(value):
    """What a spreadsheet would take for a formula has an apostrophe in front."""
    return f"'{value}" if isinstance(value, str) and value.startswith(FORMULA) else value


def typed(text, kind):
    """A field of a CSV file, by the type of the column in Parquet."""
    if pyarrow.types.is_string(kind):
        return text
    if text == "":
        return None
    if pyarrow.types.is_boolean(kind):
        return {"true": True, "false": False}[text]
    return int(text) if pyarrow.types.is_integer(kind) else float(text)


def csv_file(path, schema, expected):
    """The CSV has the same values as the Parquet file, read by Python itself and by the three."""
    raw = path.read_bytes()
    if raw.startswith(b"\xef\xbb\xbf") or not raw.endswith(b"\n"):
        fail(f"{path.name}: no UTF-8 without mark, ended by a newline")
    expected = {harmless(name): [harmless(v) for v in values] for name, values in expected.items()}
    kinds = {harmless(field.name): field.type for field in schema}
    with path.open(newline="", encoding="utf-8") as lines:
        reader = csv.reader(lines, strict=True)
        names = next(reader)
        if names != list(expected):
            fail(f"{path.name}: columns {names}")
        columns = {name: [] for name in names}
        for fields in reader:
            if len(fields) != len(names):
                fail(f"{path.name}: {len(fields)} fields for {len(names)} columns")
            for name, field in zip(names, fields):
                if "\n" not in field and field[:1] in FORMULA[:4] and field:
                    if field[0] != "-" or pyarrow.types.is_string(kinds[name]):
                        fail(f"{path.name}: column {name}: a spreadsheet would run {field!r}")
                columns[name].append(typed(field, kinds[name]))
    same(f"{path.name}: Parquet and CSV", expected, columns)

    # The three take an empty field of a text for missing.
    loose = {name: [None if v == "" else v for v in values] for name, values in expected.items()}

    def blank(columns):
        return {name: [None if v == "" else v for v in values] for name, values in columns.items()}

    arrow = pyarrow.csv.read_csv(
        path,
        parse_options=pyarrow.csv.ParseOptions(newlines_in_values=True),
        convert_options=pyarrow.csv.ConvertOptions(column_types=kinds, strings_can_be_null=False),
    )
    same(f"{path.name}: pyarrow", loose, blank(arrow.to_pydict()))
    made = {"int64": polars.Int64, "double": polars.Float64, "bool": polars.Boolean, "string": polars.String}
    frame = polars.read_csv(path, schema={name: made[str(kind)] for name, kind in kinds.items()})
    same(f"{path.name}: polars", loose, blank(frame.to_dict(as_series=False)))
    # DuckDB guesses the types itself, as for any user; numbers may come as decimals of another type.
    quoted = str(path).replace("'", "''")
    guessed = of_duckdb(duckdb.sql(f"SELECT * FROM read_csv('{quoted}', header = true)"))
    if list(guessed) != list(loose):
        fail(f"{path.name}: DuckDB sees the columns {list(guessed)}")
    if {len(v) for v in guessed.values()} != {len(v) for v in loose.values()}:
        fail(f"{path.name}: DuckDB sees {[len(v) for v in guessed.values()]} rows")
    for name, values in guessed.items():
        if pyarrow.types.is_floating(kinds[name]):
            for row, (a, b) in enumerate(zip(values, loose[name])):
                if (a is None) != (b is None) or (a is not None and not math.isclose(float(a), b, rel_tol=1e-15, abs_tol=0.0)):
                    fail(f"{path.name}: DuckDB: column {name}, row {row}: {a!r} for {b!r}")


def description(path, table, notes):
    """The CSV's companion by the W3C standard tells the same."""
    told = json.loads(path.read_text(encoding="utf-8"))
    if told["@context"] != "http://www.w3.org/ns/csvw" or told["url"] != f"{table}.csv":
        fail(f"{path.name}: not the description of {table}.csv")
    if told["notes"][0]["recipe"] != notes:
        fail(f"{path.name}: tells another way to make it than {table}.parquet")
    return [column["titles"] for column in told["tableSchema"]["columns"]]


def main():
    options = argparse.ArgumentParser()
    options.add_argument("directory", type=pathlib.Path)
    options.add_argument("--rows", type=int, help="rows that trials must have")
    options.add_argument("--need", default="trials.parquet,trials.csv,series.parquet,series.csv")
    options = options.parse_args()
    for name in options.need.split(","):
        if not (options.directory / name).is_file():
            fail(f"{name} is missing")
    for table in ("trials", "series"):
        path = options.directory / f"{table}.parquet"
        if not path.is_file():
            continue
        file, schema, values = parquet(path)
        rows = file.metadata.num_rows
        if table == "trials" and options.rows not in (None, rows):
            fail(f"{path.name}: {rows} rows, expected {options.rows}")
        notes = notes_of(file, path)
        plain = options.directory / f"{table}.csv"
        told = ""
        if plain.is_file():
            csv_file(plain, schema, values)
            if description(options.directory / f"{table}.csv-metadata.json", table, notes) != list(values):
                fail(f"{plain.name}: its columns are not described")
            told = ", CSV equal"
        print(f"read_back: {table}: {rows} rows, {len(values)} columns, {file.num_row_groups} groups, recipe {sorted(notes)}{told}")


if __name__ == "__main__":
    main()
