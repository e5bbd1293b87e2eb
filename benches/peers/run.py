#!/usr/bin/env python3
"""Runs the small scenario in escalade and in its peers side by side and writes docs/performance.md.

    python3 benches/peers/run.py [--dir DIR] [--rounds N] [--quick] [--no-page]

Needs a Rust toolchain, Python 3.11 or newer with `venv`, and access to a package index. It makes a virtual environment
in DIR (default: a temporary folder, removed at the end), installs requirements.txt there and builds escalade.

Every program is a process of its own with one thread. The programs take turns, round by round, so that what else the
machine does falls on all of them. Figures are medians over rounds. Exit code 1: some peer disagrees with escalade,
so that the comparison would be of different models; the page is then left as it was.
"""

import argparse
import contextlib
import json
import math
import os
import platform
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

HERE = Path(__file__).resolve().parent
ROOT = HERE.parent.parent
SCENARIO = "benches/small.toml"
PAGE = ROOT / "docs" / "performance.md"
BEGIN, END = "<!-- peers:begin -->", "<!-- peers:end -->"

# A right peer fails one comparison with this chance.
FALSE_ALARM = 1e-6

# Set by some machines for other purposes; they would change the libraries under the peers.
DROPPED = ["OPENBLAS_CORETYPE", "OPENBLAS_L2_SIZE", "ESCALADE_CPU", "PYTHONPATH"]
ONE_THREAD = ["OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS", "NUMBA_NUM_THREADS", "RAYON_NUM_THREADS"]


class Peer:
    """A program, and what was measured of it."""

    def __init__(self, name, what, command, trials, cold=False):
        self.name, self.what, self.command, self.trials = name, what, command, trials
        # Whether it compiles when nothing is cached.
        self.cold = cold
        self.starts, self.runs, self.compiles = [], [], []
        self.peak = 0
        self.result = None

    def start(self):
        return statistics.median(self.starts)

    def per_trial(self):
        return (statistics.median(self.runs) - self.start()) / (self.trials - 1)


def environment(cache):
    """The environment of every process that is measured."""
    env = {key: value for key, value in os.environ.items() if key not in DROPPED}
    env.update({name: "1" for name in ONE_THREAD})
    env["NUMBA_CACHE_DIR"] = str(cache)
    return env


def run(command, env, watch=False):
    """Runs a process: its output, its processor time in seconds and, if watched, its peak memory in bytes."""
    with tempfile.TemporaryFile() as out:
        process = subprocess.Popen(command, stdout=out, stderr=subprocess.PIPE, env=env, cwd=ROOT)
        # What wait4 says of memory includes that of this script, from which the process was forked; the high-water mark
        # in /proc is the program's own. It is read often; programs reach it long before they end.
        peak = watch_memory(process) if watch else 0
        errors = process.stderr.read()
        _, status, usage = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
        process.stderr.close()
        if process.returncode != 0:
            sys.exit(f"{' '.join(map(str, command))} ended with {process.returncode}:\n{errors.decode()}")
        out.seek(0)
        return out.read(), usage.ru_utime + usage.ru_stime, peak


def watch_memory(process):
    """The high-water mark of resident memory until the process ends."""
    peak = 0
    status = Path(f"/proc/{process.pid}/status")
    while True:
        try:
            text = status.read_text()
        except OSError:
            return peak
        mark = next((line for line in text.splitlines() if line.startswith("VmHWM")), None)
        if mark is None:  # it has ended and waits to be collected
            return peak
        peak = max(peak, int(mark.split()[1]) * 1024)
        time.sleep(0.002)


def readings(document):
    """Shares and means of a result: name -> (number of trials, mean, variance)."""
    found = {}
    if "plan" in document:  # escalade
        n = document["plan"]["trials"]
        for part in ("outcomes", "indicators"):
            for entry in document[part]:
                found[entry["id"]] = (n, entry["share"], entry["share"] * (1 - entry["share"]))
        for entry in document["metrics"]:
            found[entry["id"]] = (n, entry["mean"], entry["sd"] ** 2)
        return found
    n = document["trials"]
    for part in ("outcomes", "indicators"):
        for name, count in document[part].items():
            found[name] = (n, count / n, count / n * (1 - count / n))
    for name, sums in document["metrics"].items():
        mean = sums["sum"] / n
        found[name] = (n, mean, sums["squares"] / n - mean * mean)
    return found


def disagreements(escalade, peer):
    """Readings of a peer that lie too far from escalade's, and the largest distance of all."""
    bar = statistics.NormalDist().inv_cdf(1 - FALSE_ALARM / 2)
    ours, theirs = readings(escalade.result), readings(peer.result)
    wrong, largest = [], 0.0
    if ours.keys() != theirs.keys():
        return [f"it reports {sorted(theirs)}, not {sorted(ours)}"], math.inf
    for name, (n, mean, variance) in ours.items():
        m, other, spread = theirs[name]
        # The spread of both together, so that a share of 0 has one too.
        error = math.sqrt((n * variance + m * spread) / (n + m) * (1 / n + 1 / m))
        z = 0.0 if mean == other else (other - mean) / error if error > 0 else math.inf
        largest = max(largest, abs(z))
        if not abs(z) <= bar:
            wrong.append(f"{name}: {other:.5f}, escalade {mean:.5f}, z {z:.1f} (bar {bar:.2f})")
    return wrong, largest


def binary():
    """Builds escalade and gives the path of the program."""
    subprocess.run(["cargo", "build", "--release", "--quiet"], cwd=ROOT, check=True)
    meta = subprocess.run(["cargo", "metadata", "--format-version=1", "--no-deps"], cwd=ROOT, check=True, capture_output=True)
    return Path(json.loads(meta.stdout)["target_directory"]) / "release" / "escalade"


def virtual_environment(folder):
    """Makes it, installs what is needed, and gives its Python."""
    python = folder / "venv" / "bin" / "python"
    env = {key: value for key, value in os.environ.items() if key not in DROPPED}
    if not python.exists():
        subprocess.run([sys.executable, "-m", "venv", folder / "venv"], check=True)
    requirements = HERE / "requirements.txt"
    subprocess.run([python, "-m", "pip", "install", "--quiet", "--disable-pip-version-check", "-r", requirements], check=True, env=env)
    return python


def measure(peers, rounds, folder):
    """Rounds in which every program has its turn."""
    warm = folder / "numba-cache"
    env = environment(warm)
    for peer in peers:  # compiles what can be cached, brings files into memory, and measures memory
        run([*peer.command, "1"], env)
        output, _, peer.peak = run([*peer.command, str(peer.trials)], env, watch=True)
        peer.result = json.loads(output)
    for turn in range(rounds):
        for peer in peers:
            print(f"round {turn + 1} of {rounds}: {peer.name}", file=sys.stderr)
            peer.starts.append(run([*peer.command, "1"], env)[1])
            peer.runs.append(run([*peer.command, str(peer.trials)], env)[1])
            if peer.cold:
                with tempfile.TemporaryDirectory(dir=folder) as cold:
                    peer.compiles.append(run([*peer.command, "1"], environment(cold))[1])


def digits(x, n=2):
    """A number with so many significant digits, in plain notation."""
    if x == 0:
        return "0"
    places = n - 1 - math.floor(math.log10(abs(x)))
    return f"{round(x, places):,.{max(places, 0)}f}"


def seconds(x):
    """A time in a fitting unit."""
    for unit, size in (("s", 1.0), ("ms", 1e-3)):
        if x >= size:
            return f"{digits(x / size, 3)} {unit}"
    return f"{digits(x / 1e-6, 3)} µs"


def processor():
    """What the machine calls its processor."""
    with contextlib.suppress(OSError):
        for line in Path("/proc/cpuinfo").read_text().splitlines():
            if line.startswith("model name"):
                return line.split(":", 1)[1].strip()
    return platform.processor() or platform.machine()


def vectors():
    """The vector code that escalade uses here."""
    flags = set()
    with contextlib.suppress(OSError):
        flags = set(Path("/proc/cpuinfo").read_text().split())
    return "AVX-512" if {"avx512f", "avx512dq", "avx512vl", "avx512bw"} <= flags else "AVX2" if "avx2" in flags else "baseline"


def page(peers, python, rounds):
    """The generated part of the page."""
    ours = peers[0]
    lengths = [len(file.read_text(encoding="utf-8").splitlines()) for file in HERE.glob("small_*.py")]
    versions = subprocess.run(
        [python, "-c", "import numpy, numba, mesa; print(numpy.__version__, numba.__version__, mesa.__version__)"],
        check=True,
        capture_output=True,
        text=True,
        env=environment("."),
    ).stdout.split()
    rustc = subprocess.run(["rustc", "--version"], check=True, capture_output=True, text=True, cwd=ROOT).stdout.split()[1]
    lines = [
        "## Beside NumPy, Numba and Mesa",
        "",
        "<!-- Generated: python3 benches/peers/run.py. Edits between the markers are lost. -->",
        "",
        f"One model, `{SCENARIO}`: two actors, seven rungs, three variables, six rules, three events, 60 days, of which a mean of",
        f"{ours.result['duration']['mean']:.0f} are played, since {100 * early(ours):.0f} % of the trials end early. Each program is a process with one thread.",
        "",
        "| | time per trial | to escalade's | start-up | peak memory | 10,000 trials |",
        "|---|--:|--:|--:|--:|--:|",
    ]
    for peer in peers:
        per, start = peer.per_trial(), peer.start()
        ratio = per / ours.per_trial()
        lines.append(
            f"| {peer.name} | {seconds(per)} | {digits(ratio)} | {seconds(start)} | {peer.peak / 2**20:,.0f} MiB | {seconds(start + 10_000 * per)} |"
        )
        if peer.cold:
            first = statistics.median(peer.compiles)
            lines.append(f"| {peer.name}, first process (compiles) | | | {seconds(first)} | | {seconds(first + 10_000 * per)} |")
    lines += ["", *verdict(ours, [peer for peer in peers[1:] if peer.name != "escalade, reference"]), ""]
    lines += [f"* **{peer.name}**: {peer.what} {peer.trials:,} trials." for peer in peers]
    lines += [
        "",
        f"Times are processor time (user and system), medians of {rounds} rounds in which the programs take turns. Start-up: a process with one",
        "trial. Time per trial: a process with the number of trials given above, less the start-up. Peak memory: the process's high-water mark,",
        "libraries included. 10,000 trials: start-up and 10,000 times the time per trial. Shares of all outcomes and indicators and means of",
        f"all metrics agree with escalade's (|z| below the bar of a false alarm in {round(1 / FALSE_ALARM):,}).",
        "",
        "What to keep in mind:",
        "",
        f"* The peers are programs for this one model, {min(lengths)} to {max(lengths)} lines each. To change a rule there is to",
        "  change a program; escalade reads a file that it has never seen, checks it and can tell every trial day by day.",
        "* Vectorised NumPy, Numba and Mesa draw from a sequence: another chunk size, or one more draw anywhere, gives every later trial other",
        "  luck. In escalade each draw has an address, so that variants are paired trial by trial and threads change nothing; each draw",
        "  costs ten rounds of Philox for that.",
        "* escalade also keeps quantiles of metrics, exact sums and intervals; the peers keep counts, days and sums.",
        "* Numba compiles in the first process on a machine; later ones read its cache.",
        "* A vectorised program must play all trials of a chunk until the last one ends, or drop those that ended, as this one does.",
        "* Mesa is made for models with many agents and for looking at them; two agents are not what it is for.",
        "",
        f"Machine: {processor()}, {os.cpu_count()} logical processors, {platform.system()}; escalade uses {vectors()} here. "
        f"Versions: {version(ours)}, rustc {rustc}, Python {platform.python_version()}, NumPy {versions[0]}, Numba {versions[1]}, "
        f"Mesa {versions[2]}.",
        "Compare ratios, not digits, with those of another machine.",
        "",
        "To make this part again: `python3 benches/peers/run.py`.",
    ]
    return "\n".join(lines)


def early(ours):
    """Share of the trials that end before the horizon: those of the outcomes with `ends`."""
    return sum(outcome["share"] for outcome in ours.result["outcomes"] if outcome["id"] in ("war", "calm"))


def version(ours):
    """Name and version of escalade."""
    tool = ours.result["tool"]
    return f"{tool['name']} {tool['version']}"


def verdict(ours, others):
    """Says plainly in what escalade is ahead, and in what it is not."""
    lines = []
    for name, value in (
        ("Time per trial", Peer.per_trial),
        ("Start-up", Peer.start),
        ("Peak memory", lambda peer: peer.peak),
    ):
        behind = [peer for peer in others if value(peer) < value(ours)]
        if behind:
            how = ", ".join(f"{digits(value(ours) / value(peer))} times {peer.name}'s" for peer in behind)
            lines.append(f"* {name}: **escalade is not ahead**; it needs {how}.")
        else:
            nearest = min(others, key=value)
            how = digits(value(nearest) / max(value(ours), 1e-9))
            lines.append(f"* {name}: escalade is ahead of all; the nearest, {nearest.name}, needs {how} times as much.")
    # Start-up and trials together: from how many trials on a peer that is faster per trial has made up for its start.
    for peer in others:
        if peer.per_trial() < ours.per_trial() and peer.start() > ours.start():
            even = (peer.start() - ours.start()) / (ours.per_trial() - peer.per_trial())
            lines.append(f"* A run as a whole: escalade is done before {peer.name} up to some {digits(even)} trials.")
    return lines


def write(text):
    """Replaces what stands between the markers; what is outside of them is written by hand."""
    old = PAGE.read_text(encoding="utf-8") if PAGE.exists() else f"# Performance\n\n{BEGIN}\n{END}\n"
    before, found, rest = old.partition(BEGIN)
    _, ended, after = rest.partition(END)
    if not found or not ended:
        sys.exit(f"{PAGE.name} lacks the markers {BEGIN} and {END}")
    PAGE.write_text(f"{before}{BEGIN}\n{text}\n{END}{after}", encoding="utf-8")


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--dir", type=Path, help="folder for the virtual environment, kept; default: a temporary one")
    parser.add_argument("--rounds", type=int, default=7)
    parser.add_argument("--quick", action="store_true", help="one round of a tenth of the trials, to see that everything works")
    parser.add_argument("--no-page", action="store_true", help="print the page's part instead of writing it")
    args = parser.parse_args()
    folder = args.dir or Path(tempfile.mkdtemp(prefix="peers-"))
    folder.mkdir(parents=True, exist_ok=True)
    folder = folder.resolve()
    try:
        escalade = [binary(), "run", SCENARIO, "--threads", "1", "--json", "--quiet"]
        python = virtual_environment(folder)
        least = 10 if args.quick else 1
        peers = [
            Peer("escalade", f"`escalade run {SCENARIO} --threads 1 --json`.", [*escalade, "--trials"], 400_000 // least),
            Peer("NumPy", "all trials of a chunk of 16,384 at once, `small_numpy.py`.", [python, HERE / "small_numpy.py", "--trials"], 400_000 // least),
            Peer("Numba", "one trial after the other, compiled (`@njit`, cached), `small_numba.py`.", [python, HERE / "small_numba.py", "--trials"], 400_000 // least, cold=True),
            Peer("Mesa", "a model with two agents per trial, `small_mesa.py`.", [python, HERE / "small_mesa.py", "--trials"], 2_000 // least),
            Peer("escalade, reference", "the same with `--engine reference`, the interpreter that the engine is tested against.", [*escalade, "--engine", "reference", "--trials"], 20_000 // least),
        ]
        measure(peers, 1 if args.quick else args.rounds, folder)
        failed = False
        for peer in peers[1:]:
            wrong, largest = disagreements(peers[0], peer)
            print(f"{peer.name}: largest |z| {largest:.2f}", file=sys.stderr)
            for line in wrong:
                failed = True
                print(f"{peer.name} disagrees with escalade: {line}", file=sys.stderr)
        if failed:
            return 1
        text = page(peers, python, len(peers[0].runs))
        if args.no_page or args.quick:
            print(text)
        else:
            write(text)
        return 0
    finally:
        if args.dir is None:
            shutil.rmtree(folder, ignore_errors=True)


if __name__ == "__main__":
    sys.exit(main())
