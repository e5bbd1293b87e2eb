"""The model of benches/small.toml in Numba: one trial after the other, compiled to machine code.

The same program as benches/yardstick/small_scalar.rs. `cache=True` keeps what was compiled in NUMBA_CACHE_DIR, so that
only the first process compiles.
"""

import argparse
import json
import math

import numpy as np
from numba import njit

OUTCOMES = ["war", "calm", "bloodshed", "standoff"]
INDICATORS = ["first_blood", "envoy_came"]
METRICS = ["dead", "blood_days", "peak", "mediation_end"]

HORIZON = 60
PROTESTS, SANCTIONS, RAIDS, WAR = 1, 2, 4, 6
COST = (0.0, 0.1, 0.3, 0.6, 1.3, 1.1, 1.8)
MOST = 3.0
QUIET = 21
LEAK = 1.0 - (1.0 - 0.6) ** (1.0 / 14.0)
ENVOYS = 0.8 / 7.0
NO_ENVOY = math.exp(-ENVOYS)
HOLD = math.exp(2.0 * 0.6)
LN_6 = math.log(6.0)


@njit(cache=True)
def choose(rng, resolve, pressure, mediation, own, other):
    """The rung on which an actor stands after its choice."""
    up = math.exp(2.0 * (resolve * pressure + 0.2 * (other - own) - COST[own + 1] - 0.5 * mediation))
    down = math.exp(2.0 * (0.5 * mediation + 0.3 * COST[own] - 0.4 * pressure)) if own > 0 else 0.0
    u = rng.random() * (up + HOLD + down)
    if u < up:
        return own + 1
    if u < up + HOLD or own == 0:
        return own
    return own - 1


@njit(cache=True)
def draw_envoys(rng):
    """A Poisson number by inversion: nearly always 0."""
    u = rng.random()
    n, term, below = 0, NO_ENVOY, NO_ENVOY
    while u >= below and n < 100:
        n += 1
        term *= ENVOYS / n
        below += term
    return n


@njit(cache=True)
def run(rng, trials, outcomes, established, ends, indicators, since, sums, squares):
    """Plays trials and adds them up."""
    for _ in range(trials):
        resolve = 0.6 + 0.8 * rng.random()
        friction = 0.04 + 0.12 * rng.random()
        red, blue = SANCTIONS, PROTESTS
        red_pressure, blue_pressure, mediation = 0.6, 0.4, 0.3
        dead = 0.0
        peak = blood_days = quiet_days = 0
        # Days since which something holds; 0 is never.
        blood_since = first_blood = first_envoy = 0
        day = 0
        outcome = -1
        while day < HORIZON and outcome < 0:
            day += 1
            # Events, on the state of the day before.
            if rng.random() < friction:
                killed = math.exp(LN_6 + 0.9 * rng.standard_normal())
                dead += killed
                red_pressure = min(red_pressure + min(0.05 * killed, 0.9), MOST)
            if rng.random() < LEAK:
                blue_pressure = min(blue_pressure + 0.4, MOST)
            if red >= SANCTIONS or blue >= SANCTIONS:
                n = draw_envoys(rng)
                if n > 0:
                    mediation = min(mediation + 0.2 * n, 1.0)
                    if first_envoy == 0:
                        first_envoy = day
            # Decisions, all on the same state.
            red_next = choose(rng, resolve, red_pressure, mediation, red, blue)
            blue_next = choose(rng, resolve, blue_pressure, mediation, blue, red)
            threatens = day % 7 == 0 and rng.random() < 0.25 * red_pressure
            change = -0.1 if threatens else 0.0
            if day % 3 == 0:
                welcome = 1.0 + 2.0 * mediation
                rebuff = 0.5 + blue_pressure
                u = rng.random() * (welcome + rebuff + 2.0)
                if u < welcome:
                    change += 0.1
                elif u < welcome + rebuff:
                    change -= 0.15
            if threatens:
                blue_pressure = min(blue_pressure + 0.3, MOST)
            mediation = min(max(mediation + change, 0.0), 1.0)
            red, blue = red_next, blue_next
            # Reactions.
            if red >= RAIDS and rng.random() < 0.3:
                blue_pressure = min(blue_pressure + 0.4, MOST)
            quiet = red <= PROTESTS and blue <= PROTESTS
            if quiet and rng.random() < 0.4:
                red_pressure = max(red_pressure - 0.2, 0.0)
                blue_pressure = max(blue_pressure - 0.2, 0.0)
            # Drift.
            red_pressure -= 0.05 * red_pressure
            blue_pressure -= 0.05 * blue_pressure
            mediation -= 0.03 * mediation
            # What is recorded.
            highest = max(red, blue)
            peak = max(peak, highest)
            if highest >= RAIDS:
                blood_days += 1
                if blood_since == 0:
                    blood_since = day
                if first_blood == 0:
                    first_blood = day
            else:
                blood_since = 0
            quiet_days = quiet_days + 1 if quiet else 0
            if highest == WAR:
                outcome = 0
            elif quiet_days >= QUIET:
                outcome = 1
        when = day
        if outcome < 0:
            if blood_since > 0:
                outcome, when = 2, blood_since
            else:
                outcome = 3
        outcomes[outcome] += 1
        established[outcome, when] += 1
        ends[day] += 1
        if first_blood > 0:
            indicators[0] += 1
            since[0, first_blood] += 1
        if first_envoy > 0:
            indicators[1] += 1
            since[1, first_envoy] += 1
        sums[0] += dead
        squares[0] += dead * dead
        sums[1] += blood_days
        squares[1] += blood_days * blood_days
        sums[2] += peak
        squares[2] += peak * peak
        sums[3] += mediation
        squares[3] += mediation * mediation


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--trials", type=int, default=100_000)
    parser.add_argument("--seed", type=int, default=1)
    args = parser.parse_args()
    rng = np.random.Generator(np.random.SFC64(args.seed))
    outcomes = np.zeros(len(OUTCOMES), dtype=np.int64)
    established = np.zeros((len(OUTCOMES), HORIZON + 1), dtype=np.int64)
    ends = np.zeros(HORIZON + 1, dtype=np.int64)
    indicators = np.zeros(len(INDICATORS), dtype=np.int64)
    since = np.zeros((len(INDICATORS), HORIZON + 1), dtype=np.int64)
    sums = np.zeros(len(METRICS))
    squares = np.zeros(len(METRICS))
    run(rng, args.trials, outcomes, established, ends, indicators, since, sums, squares)
    print(
        json.dumps(
            {
                "trials": args.trials,
                "outcomes": dict(zip(OUTCOMES, outcomes.tolist())),
                "indicators": dict(zip(INDICATORS, indicators.tolist())),
                "metrics": {name: {"sum": s, "squares": q} for name, s, q in zip(METRICS, sums.tolist(), squares.tolist())},
            }
        )
    )


if __name__ == "__main__":
    main()
