#!/usr/bin/env python3
"""Measures start-up, threads, memory and Ctrl-C, and writes their part of docs/performance.md.

    python3 benches/limits.py [--quick] [--no-page] [--binary PATH]

Only the standard library. Builds escalade (unless a binary is given) and the generated scenario with 400 actors and 10,000 rules
(`benches/scaling.rs --write`). What is compared takes turns, round by round; figures are minima, since other work on
the machine only ever adds.
"""

import argparse
import os
import platform
import random
import signal
import subprocess
import tempfile
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
PAGE = ROOT / "docs" / "performance.md"
BEGIN, END = "<!-- limits:begin -->", "<!-- limits:end -->"
DURAND, SMALL = "scenarios/durand-line.toml", "benches/small.toml"


def measured(command):
    """Wall time, processor time (both in seconds) and peak memory (in MiB) of a process."""
    begun = time.perf_counter()
    process = subprocess.Popen([str(part) for part in command], cwd=ROOT, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    _, status, used = os.wait4(process.pid, 0)
    wall = time.perf_counter() - begun
    process.returncode = os.waitstatus_to_exitcode(status)
    assert process.returncode == 0, (command, process.returncode)
    return wall, used.ru_utime + used.ru_stime, used.ru_maxrss / 1024


def run(binary, scenario, trials, threads):
    return [binary, "run", scenario, "--trials", trials, "--threads", threads, "--quiet", "--json"]


def verdict(good):
    return "met" if good else "**missed**"


def start_up(binary, rounds):
    commands = {
        "`explain --program scenarios/durand-line.toml`": [binary, "explain", "--program", DURAND],
        "`run scenarios/durand-line.toml --trials 64`": run(binary, DURAND, 64, 1),
        "`check scenarios/durand-line.toml` (the scenario and every variant)": [binary, "check", DURAND],
        "`--version`": [binary, "--version"],
    }
    best = {name: (1e9, 1e9) for name in commands}
    for _ in range(rounds):
        for name, command in commands.items():
            wall, cpu, _ = measured(command)
            best[name] = (min(best[name][0], wall), min(best[name][1], cpu))
    lines = ["### Start-up", "", "| | wall | processor |", "|---|--:|--:|"]
    lines += [f"| {name} | {wall * 1e3:.1f} ms | {cpu * 1e3:.1f} ms |" for name, (wall, cpu) in best.items()]
    first = next(iter(best.values()))
    lines += ["", "The first parses, checks and compiles, and prints the program; the second also runs a row of trials and reports.",
              f"Required: parse, check and compile the Durand Line in less than 20 ms: {verdict(first[0] < 0.02)}. Minima of {rounds}."]
    return lines


def threads(binary, quick):
    lines = ["### Two threads", "", "| trials of the Durand Line | 1 thread | 2 threads | ratio | processor time, 2 to 1 |", "|--:|--:|--:|--:|--:|"]
    good = True
    for trials, rounds in [(10_000, 9), (20_000, 7), (100_000, 3)]:
        if quick:
            trials, rounds = trials // 10, 2
        times = {1: [], 2: []}
        for _ in range(rounds):
            for count, all_of in times.items():
                all_of.append(measured(run(binary, DURAND, trials, count))[:2])
        walls = [min(wall for wall, _ in times[count]) for count in (1, 2)]
        cpus = [min(cpu for _, cpu in times[count]) for count in (1, 2)]
        good &= walls[0] / walls[1] >= 1.9
        lines.append(f"| {trials:,} | {walls[0]:.2f} s | {walls[1]:.2f} s | {walls[0] / walls[1]:.2f} | {cpus[1] / cpus[0]:.2f} |")
    load = os.getloadavg()[0]
    lines += ["", f"Required: at least 1.9 from 10,000 trials on: {verdict(good)}. Minima; {os.cpu_count()} processors with a load of {load:.1f} while this was measured."]
    return lines


def memory(binary, quick):
    plan = [(DURAND, 10_000), (DURAND, 100_000), (SMALL, 10_000), (SMALL, 100_000), (SMALL, 1_000_000)]
    lines = ["### Memory", "", "| scenario | trials | 1 thread | 2 threads | the second thread |", "|---|--:|--:|--:|--:|"]
    good = True
    for scenario, trials in plan:
        trials = trials // 10 if quick else trials
        one, two = (measured(run(binary, scenario, trials, count))[2] for count in (1, 2))
        good &= two - one < 32
        lines.append(f"| {Path(scenario).stem} | {trials:,} | {one:.0f} MiB | {two:.0f} MiB | {two - one:.0f} MiB |")
    lines += ["", f"Required: less than 32 MiB a thread, whatever the number of trials: {verdict(good)}. Peaks (`VmHWM`) of the whole process,",
              "the program itself included. What the threads share is mostly the variables over time of the first 1,000 trials."]
    return lines


def interrupts(binary, largest, times):
    lines = ["### Ctrl-C", "", "| scenario | quickest | median | slowest |", "|---|--:|--:|--:|"]
    good = True
    dice = random.Random(1)
    for name, scenario, least, most in [("Durand Line", DURAND, 0.1, 0.8), ("400 actors, 10,000 rules, 10 steps", largest, 4.0, 6.0)]:
        waits = []
        for _ in range(times):
            command = [str(part) for part in run(binary, scenario, 100_000_000, 2)]
            process = subprocess.Popen(command, cwd=ROOT, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
            time.sleep(dice.uniform(least, most))
            begun = time.perf_counter()
            process.send_signal(signal.SIGINT)
            process.wait()
            waits.append((time.perf_counter() - begun) * 1e3)
            assert process.returncode == 130, process.returncode
        waits.sort()
        good &= waits[-1] < 100
        lines.append(f"| {name} | {waits[0]:.0f} ms | {waits[len(waits) // 2]:.0f} ms | {waits[-1]:.0f} ms |")
    lines += ["", f"Required: noticed within 100 ms: {verdict(good)}. From the signal to the end of the process, results written; {times} times at random, 2 threads."]
    return lines


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--quick", action="store_true", help="a look: few rounds, few trials")
    parser.add_argument("--no-page", action="store_true", help="print only")
    parser.add_argument("--binary", type=Path, help="this program instead of a new build")
    args = parser.parse_args()
    binary = args.binary
    if binary is None:
        subprocess.run(["cargo", "build", "--release"], cwd=ROOT, check=True)
        binary = Path(os.environ.get("CARGO_TARGET_DIR", ROOT / "target")) / "release" / "escalade"
    with tempfile.TemporaryDirectory() as folder:
        write = ["cargo", "bench", "--quiet", "--bench", "scaling", "--", "--write", folder]
        largest = subprocess.run(write, cwd=ROOT, check=True, capture_output=True, text=True).stdout.split("\n")[0]
        parts = [start_up(binary, 3 if args.quick else 20), threads(binary, args.quick), memory(binary, args.quick),
                 interrupts(binary, largest, 3 if args.quick else 20)]
    text = ["## Limits", "", "<!-- Generated: python3 benches/limits.py. Edits between the markers are lost. -->", ""]
    for part in parts:
        text += [*part, ""]
    text += [f"Machine: {platform.machine()}, {os.cpu_count()} logical processors, {platform.system()}."]
    body = "\n".join(text)
    print(body)
    if args.no_page or args.quick:
        return
    page = PAGE.read_text()
    if BEGIN not in page:
        page = f"{page.rstrip()}\n\n{BEGIN}\n{END}\n"
    before, rest = page.split(BEGIN)
    _, after = rest.split(END)
    PAGE.write_text(f"{before}{BEGIN}\n{body}\n{END}{after}")


if __name__ == "__main__":
    main()
