"""The model of benches/small.toml in NumPy: many trials at once, one array per quantity.

Written as one would write it for speed: 16,384 trials at a time (the best of the powers of two); trials that have
ended leave the arrays as soon as an eighth of them has; counts are drawn by inversion, since nearly all are 0.
"""

import argparse
import json
import math

import numpy as np

OUTCOMES = ["war", "calm", "bloodshed", "standoff"]
INDICATORS = ["first_blood", "envoy_came"]
METRICS = ["dead", "blood_days", "peak", "mediation_end"]

HORIZON = 60
PROTESTS, SANCTIONS, RAIDS, WAR = 1, 2, 4, 6
COST = np.array([0.0, 0.1, 0.3, 0.6, 1.3, 1.1, 1.8])
# What a step up costs, and what a step down is worth, by the rung that one stands on; the last is never used.
COST_UP = np.append(COST[1:], 0.0)
WORTH_DOWN = 0.3 * COST
MOST = 3.0
QUIET = 21
LEAK = 1.0 - (1.0 - 0.6) ** (1.0 / 14.0)
ENVOYS = 0.8 / 7.0
HOLD = math.exp(2.0 * 0.6)
CHUNK = 16384


def poisson_tail(mean):
    """P(N > k) for k = 0, 1, ..., as far as it can matter."""
    tail, term, k = [], math.exp(-mean), 0
    left = 1.0 - term
    while left > 1e-15:
        tail.append(left)
        k += 1
        term *= mean / k
        left -= term
    return tail


ENVOY_TAIL = np.array(poisson_tail(ENVOYS))


def choose(rng, resolve, pressure, mediation, own, other):
    """The change of rung of an actor: 1, 0 or -1."""
    half = 0.5 * mediation
    up = np.exp(2.0 * (resolve * pressure + 0.2 * (other - own) - COST_UP[own] - half))
    down = np.exp(2.0 * (half + WORTH_DOWN[own] - 0.4 * pressure))
    down[own == 0] = 0.0
    u = rng.random(own.size) * (up + HOLD + down)
    return (u < up).astype(np.int64) - (u >= up + HOLD)


class Tally:
    """Counts and sums of trials."""

    def __init__(self):
        self.trials = 0
        self.outcomes = np.zeros(len(OUTCOMES), dtype=np.int64)
        self.established = np.zeros((len(OUTCOMES), HORIZON + 1), dtype=np.int64)
        self.ends = np.zeros(HORIZON + 1, dtype=np.int64)
        self.indicators = np.zeros(len(INDICATORS), dtype=np.int64)
        self.since = np.zeros((len(INDICATORS), HORIZON + 1), dtype=np.int64)
        self.sums = np.zeros(len(METRICS))
        self.squares = np.zeros(len(METRICS))

    def add(self, outcome, established, day, indicators, metrics):
        """Adds trials that ended on a day with one outcome."""
        n = established.size
        if n == 0:
            return
        self.trials += n
        self.outcomes[outcome] += n
        self.established[outcome] += np.bincount(established, minlength=HORIZON + 1)
        self.ends[day] += n
        for at, since in enumerate(indicators):
            held = since[since > 0]
            self.indicators[at] += held.size
            self.since[at] += np.bincount(held, minlength=HORIZON + 1)
        for at, value in enumerate(metrics):
            self.sums[at] += value.sum()
            self.squares[at] += np.dot(value, value)


def play(rng, n, tally):
    """Plays n trials."""
    resolve = rng.uniform(0.6, 1.4, n)
    friction = rng.uniform(0.04, 0.16, n)
    red = np.full(n, SANCTIONS)
    blue = np.full(n, PROTESTS)
    red_pressure = np.full(n, 0.6)
    blue_pressure = np.full(n, 0.4)
    mediation = np.full(n, 0.3)
    dead = np.zeros(n)
    peak = np.zeros(n, dtype=np.int64)
    blood_days = np.zeros(n, dtype=np.int64)
    quiet_days = np.zeros(n, dtype=np.int64)
    # Days since which something holds; 0 is never.
    blood_since = np.zeros(n, dtype=np.int64)
    first_blood = np.zeros(n, dtype=np.int64)
    first_envoy = np.zeros(n, dtype=np.int64)
    # Trials that have ended but still stand in the arrays.
    alive = np.ones(n, dtype=bool)
    left = n

    for day in range(1, HORIZON + 1):
        # Events, on the state of the day before.
        hit = np.flatnonzero(rng.random(n) < friction)
        killed = rng.lognormal(math.log(6.0), 0.9, hit.size)
        dead[hit] += killed
        envoy_can = (red >= SANCTIONS) | (blue >= SANCTIONS)
        red_pressure[hit] = np.minimum(red_pressure[hit] + np.minimum(0.05 * killed, 0.9), MOST)
        leak = np.flatnonzero(rng.random(n) < LEAK)
        blue_pressure[leak] = np.minimum(blue_pressure[leak] + 0.4, MOST)
        u = rng.random(n)
        came = np.flatnonzero((u < ENVOY_TAIL[0]) & envoy_can)
        envoys = np.sum(u[came, None] < ENVOY_TAIL, axis=1)
        mediation[came] = np.minimum(mediation[came] + 0.2 * envoys, 1.0)
        first_envoy[came] = np.where(first_envoy[came] == 0, day, first_envoy[came])

        # Decisions, all on the same state.
        red_change = choose(rng, resolve, red_pressure, mediation, red, blue)
        blue_change = choose(rng, resolve, blue_pressure, mediation, blue, red)
        change = None
        if day % 7 == 0:
            threat = rng.random(n) < 0.25 * red_pressure
            change = np.where(threat, -0.1, 0.0)
        if day % 3 == 0:
            welcome = 1.0 + 2.0 * mediation
            not_wait = welcome + 0.5 + blue_pressure
            u = rng.random(n) * (not_wait + 2.0)
            word = np.where(u < welcome, 0.1, np.where(u < not_wait, -0.15, 0.0))
            change = word if change is None else change + word
        if day % 7 == 0:
            blue_pressure = np.where(threat, np.minimum(blue_pressure + 0.3, MOST), blue_pressure)
        if change is not None:
            mediation = np.clip(mediation + change, 0.0, 1.0)
        red += red_change
        blue += blue_change

        # Reactions.
        outcry = np.flatnonzero(red >= RAIDS)
        outcry = outcry[rng.random(outcry.size) < 0.3]
        blue_pressure[outcry] = np.minimum(blue_pressure[outcry] + 0.4, MOST)
        highest = np.maximum(red, blue)
        quiet = highest <= PROTESTS
        relief = np.flatnonzero(quiet)
        relief = relief[rng.random(relief.size) < 0.4]
        red_pressure[relief] = np.maximum(red_pressure[relief] - 0.2, 0.0)
        blue_pressure[relief] = np.maximum(blue_pressure[relief] - 0.2, 0.0)

        # Drift.
        red_pressure *= 0.95
        blue_pressure *= 0.95
        mediation *= 0.97

        # What is recorded.
        np.maximum(peak, highest, out=peak)
        blood = highest >= RAIDS
        blood_days += blood
        blood_since[blood & (blood_since == 0)] = day
        blood_since[~blood] = 0
        first_blood[blood & (first_blood == 0)] = day
        quiet_days += 1
        quiet_days[~quiet] = 0

        def ended(outcome, which, established):
            metrics = [dead[which], blood_days[which].astype(float), peak[which].astype(float), mediation[which]]
            tally.add(outcome, established, day, [first_blood[which], first_envoy[which]], metrics)

        war = highest == WAR
        calm = quiet_days >= QUIET
        for outcome, over in ((0, war), (1, calm)):
            which = np.flatnonzero(over & alive)
            if which.size:
                ended(outcome, which, np.full(which.size, day))
                alive[which] = False
                left -= which.size
        if day == HORIZON:
            which = np.flatnonzero(alive & blood)
            ended(2, which, blood_since[which])
            which = np.flatnonzero(alive & ~blood)
            ended(3, which, np.full(which.size, day))
            return
        if left == 0:
            return
        if n - left > n // 8:
            keep = np.flatnonzero(alive)
            resolve, friction, red, blue = resolve[keep], friction[keep], red[keep], blue[keep]
            red_pressure, blue_pressure, mediation = red_pressure[keep], blue_pressure[keep], mediation[keep]
            dead, peak, blood_days, quiet_days = dead[keep], peak[keep], blood_days[keep], quiet_days[keep]
            blood_since, first_blood, first_envoy = blood_since[keep], first_blood[keep], first_envoy[keep]
            n = left
            alive = np.ones(n, dtype=bool)
        elif left < n:
            # What has ended goes on uncounted until it leaves; no rung is beyond the ladder.
            red[~alive] = SANCTIONS
            blue[~alive] = SANCTIONS


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--trials", type=int, default=100_000)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--chunk", type=int, default=CHUNK)
    args = parser.parse_args()
    rng = np.random.Generator(np.random.SFC64(args.seed))
    tally = Tally()
    for first in range(0, args.trials, args.chunk):
        play(rng, min(args.chunk, args.trials - first), tally)
    print(
        json.dumps(
            {
                "trials": tally.trials,
                "outcomes": dict(zip(OUTCOMES, tally.outcomes.tolist())),
                "indicators": dict(zip(INDICATORS, tally.indicators.tolist())),
                "metrics": {
                    name: {"sum": s, "squares": q} for name, s, q in zip(METRICS, tally.sums.tolist(), tally.squares.tolist())
                },
            }
        )
    )


if __name__ == "__main__":
    main()
