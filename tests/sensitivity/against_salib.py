#!/usr/bin/env python3
"""Gives SALib the samples of escalade and compares what both make of them.

    against_salib.py ESCALADE

Sobol indices and elementary effects of Ishigami's function and of Sobol's g, which have no luck: there the estimators are those of
SALib, and must agree to rounding. Both are also compared with the exact indices. Ends with 1 and says what differs, if anything does.
"""

import csv
import json
import pathlib
import subprocess
import sys
import tempfile

import numpy
from SALib.analyze import morris, sobol

ROOT = pathlib.Path(__file__).resolve().parents[2]
# Both add the same numbers in other orders.
TOLERANCE = 1e-10


def g_indices(a):
    """First-order and total indices of Sobol's g."""
    parts = numpy.array([1 / 3 / (1 + x) ** 2 for x in a])
    whole = numpy.prod(1 + parts) - 1
    return parts / whole, parts * numpy.prod(1 + parts) / (1 + parts) / whole


KNOWN = {
    "ishigami": ([0.3139, 0.4424, 0.0], [0.5576, 0.4424, 0.2437]),
    "sobol-g": g_indices([0, 1, 4.5, 9, 99, 99, 99, 99]),
}


def study(program, scenario, *options):
    """The document, and the rows of the points as lists of texts."""
    with tempfile.TemporaryDirectory() as place:
        command = [program, "sensitivity", f"scenarios/abstract/{scenario}.toml", "--of", "y", "--quiet", "--evaluations"]
        command += ["--format", "csv", "--out", place, *options]
        subprocess.run(command, cwd=ROOT, check=True, stdout=subprocess.DEVNULL)
        document = json.loads(pathlib.Path(place, "sensitivity.json").read_text())
        with pathlib.Path(place, "sensitivity_points.csv").open(newline="") as lines:
            rows = list(csv.DictReader(lines))
    return document["sensitivity"], rows


def same(what, ours, theirs, tolerance):
    ours, theirs = numpy.array(ours, dtype=float), numpy.array(theirs, dtype=float)
    worst = numpy.abs(ours - theirs).max()
    print(f"{what}: largest difference {worst:.1e}")
    if not worst <= tolerance:
        sys.exit(f"{what}: {ours} and {theirs} differ by more than {tolerance}")


def problem(factors):
    return {"num_vars": len(factors), "names": factors, "bounds": [[0, 1]] * len(factors)}


def compare_sobol(program, scenario):
    found, rows = study(program, scenario, "--points", "4096")
    factors = [f["id"] for f in found["factors"]]
    result = found["outputs"][0]
    ours = {key: [f[key]["estimate"] for f in result["factors"]] for key in ("first", "total")}
    # SALib's order within a base point: A, AB of each factor, B.
    order = ["A", *[f"AB {f}" for f in factors], "B"]
    by_place = {(int(row["point"]), row["row"]): float(row["metric.y"]) for row in rows}
    values = numpy.array([by_place[point, row] for point in range(found["points"]) for row in order])
    theirs = sobol.analyze(problem(factors), values, calc_second_order=False, num_resamples=10, seed=1)
    same(f"{scenario}, first order, SALib", ours["first"], theirs["S1"], TOLERANCE)
    same(f"{scenario}, total, SALib", ours["total"], theirs["ST"], TOLERANCE)
    # 4,096 scrambled points: over 100 seeds no index was off by more than 0.018; 0.03 leaves room and sees a wrong formula.
    same(f"{scenario}, first order, exact", ours["first"], KNOWN[scenario][0], 0.03)
    same(f"{scenario}, total, exact", ours["total"], KNOWN[scenario][1], 0.03)


def compare_morris(program, scenario):
    found, rows = study(program, scenario, "--method", "morris", "--trajectories", "50")
    factors = [f["id"] for f in found["factors"]]
    result = found["outputs"][0]
    points = numpy.array([[float(row[f"parameter.{f}"]) for f in factors] for row in rows])
    values = numpy.array([float(row["metric.y"]) for row in rows])
    theirs = morris.analyze(problem(factors), points, values, num_levels=4, num_resamples=10, seed=1)
    # SALib divides a change by its own step between 4 levels, 2/3; ours are the changes themselves.
    step = 2 / 3
    for ours, key in (("mu", "mu"), ("mu_star", "mu_star")):
        same(f"{scenario}, {key}, SALib", [f[ours]["estimate"] for f in result["factors"]], numpy.array(theirs[key]) * step, 1e-9)
    same(f"{scenario}, sigma, SALib", [f["sigma"] for f in result["factors"]], numpy.array(theirs["sigma"]) * step, 1e-9)


def main():
    program = str(pathlib.Path(sys.argv[1]).resolve())
    for scenario in KNOWN:
        compare_sobol(program, scenario)
        compare_morris(program, scenario)
    print("SALib finds the same on the same samples")


main()
