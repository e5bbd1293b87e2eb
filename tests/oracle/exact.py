#!/usr/bin/env python3
"""Exact answers for scenarios/abstract, computed without the simulator.

    python3 tests/oracle/exact.py                              prints: file variant claim value
    python3 tests/oracle/exact.py FILE_OR_FOLDER ..            the same, for these files only
    python3 tests/oracle/exact.py --check scenarios/abstract   exits 1 unless every claim in the files agrees

Each scenario has one function below, named by @model("file name"). It returns {variant: {subject: value}}, where
"" is the scenario as written and a subject is the left side of a claim, such as "P(war)" or "mean(length)". Values
are Fractions where the answer is rational, floats (good to about 1e-15) where it is not. Where two ways lead to an
answer, both are taken and compared (`same`).

--check reads the TOML files and demands of every `X == number` that the two agree within 1e-12 (for numbers over 1:
relative), and of `X rises|falls under V`, `X > number`, `X < number` that the computed values say so. A claim without
a computation fails; a computation without a claim is named when --unclaimed is given too. Only the standard library is used.
"""

import ast
import math
import re
import sys
from collections import defaultdict
from fractions import Fraction as F
from itertools import product
from math import asin, comb, erfc, exp, log, pi, prod, sin, sqrt
from pathlib import Path

TOLERANCE = 1e-12
MODELS = {}


def model(name):
    def register(function):
        MODELS[name] = function
        return function
    return register


def same(a, b, tolerance=1e-13):
    """Two ways to one number: stop if they differ."""
    assert abs(float(a) - float(b)) <= tolerance * max(1.0, abs(float(b))), (float(a), float(b))
    return a


def phi(x):
    """Normal distribution function."""
    return 0.5 * erfc(-x / sqrt(2))


def step(states, moves):
    """One step of a Markov chain: states {s: p}, moves(s) -> [(s', q), ..]."""
    after = defaultdict(lambda: 0)
    for s, p in states.items():
        for to, q in moves(s):
            if q:
                after[to] += p * q
    return dict(after)


def binomial(n, p, k):
    return comb(n, k) * p**k * (1 - p) ** (n - k)


# ---------------------------------------------------------------------------------------------- ladders and decisions

@model("gamblers-ruin")
def gamblers_ruin():
    def walk(up, down, start, days):
        states, ended, length = {start: F(1)}, defaultdict(lambda: F(0)), F(0)
        for _ in range(days):
            length += sum(states.values())          # everybody still under way lives through one more day
            states = step(states, lambda r: [(r + 1, up), (r - 1, down), (r, 1 - up - down)])
            for end in (0, 5):
                ended[end] += states.pop(end, F(0))
        height = 5 * ended[5] + sum(r * p for r, p in states.items())
        return {"P(war)": ended[5], "P(peace)": ended[0], "P(undecided)": sum(states.values()),
                "mean(length)": length, "mean(height)": height}

    up, down = F(2, 5), F(3, 10)
    ratio = down / up
    h = (1 - ratio**2) / (1 - ratio**5)
    duration = (5 * h - 2) / (up - down)
    # 400 days in floats: the fractions would have thousands of digits.
    long = walk(0.4, 0.3, 2, 400)
    same(long["P(war)"], h)
    same(long["mean(length)"], duration)
    assert float(long["P(undecided)"]) < 1e-24
    return {
        "": walk(up, down, 2, 30),
        "fair": walk(F(2, 5), F(2, 5), 2, 30),
        "from_the_brink": walk(up, down, 4, 30),
        "to_the_end": {"P(war)": h, "mean(length)": duration},
    }


@model("sustained-campaign")
def sustained_campaign():
    def chain(p, q, days=60):
        window, need = 12, 6
        keep = (1 << (window - 1)) - 1              # the eleven days before today
        states, hit = {(0, 0): 1.0}, 0.0            # (today's rung, bits of the last days with today's lowest)
        for _ in range(days):
            after = defaultdict(float)
            for (rung, bits), weight in states.items():
                for to, chance in ((1, p if rung == 0 else 1 - q), (0, 1 - p if rung == 0 else q)):
                    seen = (bits << 1) | to
                    if seen.bit_count() >= need:
                        hit += weight * chance
                    else:
                        after[(to, seen & keep)] += weight * chance
            states = after
        runs, five = {(0, 0): 1.0}, 0.0             # (rung, days of strikes without a break)
        for _ in range(days):
            after = defaultdict(float)
            for (rung, run), weight in runs.items():
                strike = p if rung == 0 else 1 - q
                if run + 1 >= 5:
                    five += weight * strike
                else:
                    after[(1, run + 1)] += weight * strike
                after[(0, 0)] += weight * (1 - strike)
            runs = after
        at_war, strike_days, raids = 0.0, 0.0, 0.0
        for _ in range(days):
            raids += p * (1 - at_war)
            at_war = at_war * (1 - q) + (1 - at_war) * p
            strike_days += at_war
        share, k = p / (p + q), 1 - p - q
        same(strike_days, share * (days - k * (1 - k**days) / (1 - k)))
        return {"P(sustained_campaign)": hit, "P(no_strikes)": (1 - p) ** days,
                "P(one_off_warning)": 1 - (1 - p) ** days - hit, "P(five_running)": five,
                "mean(strike_days)": strike_days, "mean(raids)": raids}

    # The window chain against all histories of 14 days.
    def brute(p, q, days):
        total = 0.0
        for history in product((0, 1), repeat=days):
            weight, before = 1.0, 0
            for today in history:
                strike = p if before == 0 else 1 - q
                weight *= strike if today else 1 - strike
                before = today
            if any(sum(history[max(0, t - 11):t + 1]) >= 6 for t in range(days)):
                total += weight
        return total

    same(chain(0.15, 0.4, 14)["P(sustained_campaign)"], brute(0.15, 0.4, 14))
    return {"": chain(0.15, 0.4), "restless": chain(0.15, 0.2)}


@model("tit-for-tat")
def tit_for_tat():
    def chances(own, other):
        up = F(6, 10) if other > own else F(1, 10)
        down = F(3, 10) if other < own else F(1, 10)
        return [(min(own + 1, 3), up), (max(own - 1, 0), down), (own, 1 - up - down)]

    def run(in_turn):
        states, war, red_war = {(1, 0): F(1)}, F(0), F(0)
        for _ in range(15):
            def moves(pair):
                red, blue = pair
                return [((r, b), p * q) for r, p in chances(red, blue)
                        for b, q in chances(blue, r if in_turn else red)]
            states = step(states, moves)
            for pair in [pair for pair in states if 3 in pair]:
                weight = states.pop(pair)
                war += weight
                red_war += weight if pair[0] == 3 else 0
        return {"P(war)": war, "P(calm_restored)": states[(0, 0)], "P(red_over_the_line)": red_war}

    return {"": run(False), "in_turn": run(True)}


@model("firebreak")
def firebreak():
    def run(invasion):
        cost = [0, 0.2, 0.5, invasion, 0.4]

        def moves(state):
            rung, peak = state
            options = [(rung + 1, 1.0 - cost[rung + 1]), (rung, 0.8)]
            if rung > 0:
                options.append((rung - 1, 0.5 - 0.3 * cost[rung]))
            total = sum(exp(u) for _, u in options)
            return [((to, max(peak, to)), exp(u) / total) for to, u in options]

        states, war = {(1, 0): 1.0}, 0.0
        for _ in range(25):
            states = step(states, moves)
            for state in [state for state in states if state[0] == 4]:
                war += states.pop(state)
        crossed = sum(p for (_, peak), p in states.items() if peak >= 3)
        return {"P(war)": war, "P(line_crossed)": crossed, "P(line_held)": 1 - war - crossed,
                "mean(peak)": 4 * war + sum(p * peak for (_, peak), p in states.items())}

    return {"": run(3.0), "no_firebreak": run(0.5)}


@model("choice-rules")
def choice_rules():
    def logit(k):
        weights = [exp(k * u) for u in (1.2, 0.5, 0.0)]
        return [w / sum(weights) for w in weights]

    strike, warn, _ = logit(1)
    return {
        "": {
            "P(logit_strike)": strike, "P(logit_warn)": warn, "P(logit_seize)": F(0),
            "P(weights_strike)": F(1, 2) * F(3, 6) + F(1, 2) * F(3, 5), "P(weights_wait)": F(1, 2) * F(1, 6),
            "P(chances_strike)": F(1, 3),
            "P(best_strike)": 1 - F(35, 100), "P(best_warn)": F(35, 100), "P(best_wait)": F(0),
            "P(first_strike)": F(1, 10), "P(first_warn)": F(3, 10), "P(veto_strike)": F(7, 10) / 2,
            # pressure > 0.9: 'best' and 'first' strike for certain, 'wait' has no weight
            "P(all_strike)": strike * float(F(3, 5) * (1 - F(9, 10) ** 3) / 3 * F(7, 20)),
        },
        "sharp": {"P(logit_strike)": logit(3)[0]},
        "blind": {"P(logit_strike)": F(1, 3)},
    }


@model("lead-time")
def lead_time():
    def blue(cooldown):
        p, lead, days = F(1, 4), 3, 28
        # state before the looks of a day: (first day on which an order is possible, raids); one order blocks the
        # looks up to and including the day of its raid, then the option rests until raid + cooldown
        finished = defaultdict(lambda: F(0))
        states = {(1, 0): F(1)}
        for day in range(1, days + 1):
            after = defaultdict(lambda: F(0))
            for (free, raids), weight in states.items():
                if day < free:
                    after[(free, raids)] += weight
                    continue
                raid = day + lead
                done = raids + 1 if raid <= days else raids
                after[(max(raid + 1, raid + cooldown), done)] += weight * p
                after[(free, raids)] += weight * (1 - p)
            states = after
        for (_, raids), weight in states.items():
            finished[raids] += weight
        assert sum(finished.values()) == 1
        return finished

    daily, rest = blue(1), blue(5)
    red = F(1, 2) * F(6, 10)
    assert daily[0] == F(3, 4) ** 25
    return {
        "": {"P(red_raided)": 1 - (1 - red) ** 3, "P(three_red_raids)": red**3, "mean(red_raids)": 3 * red,
             "P(no_blue_raid)": daily[0], "P(blue_raids_often)": sum(w for k, w in daily.items() if k >= 5),
             "mean(blue_raids)": sum(k * w for k, w in daily.items())},
        "last_moment": {"P(red_raided)": 1 - (1 - red) ** 3},
        "rest": {"mean(blue_raids)": sum(k * w for k, w in rest.items())},
    }


@model("interception")
def interception():
    def run(shield):
        hit = F(1, 2) * (1 - shield)
        quiet = F(8, 10) + F(2, 10) * shield**4
        return {"P(no_missile_hit)": (1 - hit) ** 10, "P(three_hits)": sum(binomial(10, hit, k) for k in range(3, 11)),
                "P(no_leak)": quiet**10, "P(unharmed)": ((1 - hit) * quiet) ** 10, "mean(hits)": 10 * hit,
                "mean(fired)": F(5), "mean(leaks)": 10 * F(2, 10) * 4 * (1 - shield)}

    return {"": run(F(7, 10)), "open_sky": run(F(0))}


@model("echo")
def echo():
    def run(lag, in_turn):
        red, blue = [1], [0]                         # index = day; day 0 is the start
        for day in range(1, 21):
            def seen(record):
                return record[max(0, day - lag)] if day - lag < len(record) else record[-1]
            if in_turn:
                red.append(seen(blue))
                blue.append(seen(red))
            else:
                new_red, new_blue = seen(blue), seen(red)
                red.append(new_red)
                blue.append(new_blue)
        both = sum(r and b for r, b in zip(red[1:], blue[1:]))
        return {"P(red_raids_last)": F(red[-1]), "P(blue_raids_last)": F(blue[-1] and not red[-1]),
                "P(peace)": F(not red[-1] and not blue[-1]), "mean(red_days)": F(sum(red[1:])),
                "mean(blue_days)": F(sum(blue[1:])), "mean(both_days)": F(both)}

    return {"": run(1, False), "prompt": run(0, False), "slow": run(3, False), "in_turn": run(1, True),
            "in_turn_prompt": run(0, True)}


@model("false-alarm")
def false_alarm():
    p = 1 - phi(1)
    same(p, 0.15865525393145705)
    return {
        "": {"P(false_alarm)": 1 - phi(1) ** 10, "P(split)": F(0), "P(alarm_three_running)": p**3,
             "mean(alarms)": 10 * p, "mean(headlines)": F(5, 2), "mean(debates)": 10 * phi(-log(1.5) / 0.5)},
        "blurred": {"P(false_alarm)": 1 - phi(0.5) ** 10},
    }


@model("net-moves")
def net_moves():
    def clamp(rung):
        return min(2, max(0, rung))

    def run(in_turn):
        states = {2: F(1)}
        for _ in range(5):
            states = step(states, lambda r: [
                (clamp(clamp(r + up) - down) if in_turn else clamp(r + up - down), F(1, 4))
                for up in (0, 1) for down in (0, 1)])
        return {"P(raids_go_on)": states[2], "P(threats_only)": states[1], "P(calm)": states[0]}

    return {"": run(False), "in_turn": run(True)}


@model("alliance-chain")
def alliance_chain():
    def run(rules, phase):
        """rules: (who, whom it follows) in file order; phase: do they see each other within the step?"""
        joined = {}
        for day in range(1, 11):
            now = dict(joined)
            if day == 2:
                now["alpha"] = day
            # reactions see the day's assassination and each other; events only what was recorded the day before
            for who, leader in rules:
                known = now if phase == "reactions" else joined
                if leader in known and who not in now:
                    now[who] = day
            joined = now
        values = {f"mean({who}_day)": F(day) for who, day in joined.items()}
        values["P(general_war)"] = F(len(joined) == 3)
        return values

    beta, gamma = ("beta", "alpha"), ("gamma", "beta")
    return {"": run([beta, gamma], "reactions"), "opposite_order": run([gamma, beta], "reactions"),
            "as_events": run([beta, gamma], "events"), "no_ally": run([gamma], "reactions")}


@model("who-sees-what-when")
def who_sees_what_when():
    # (phase in which the rule looks, what it looks at). What becomes true in phase p of day d is seen on day d by
    # later phases, by everything else on day d + 1.
    arrivals, regimes, events, decisions, reactions, drift = range(6)

    def seen(day, made_in, looked_at_in):
        return day if looked_at_in > made_in else day + 1

    red = 3
    pledge = 2 + 1
    cabinet = seen(red, decisions, regimes)
    outer = seen(red, decisions, reactions)
    values = {
        "mean(red_day)": red, "mean(pledge_day)": seen(pledge, arrivals, events),
        "mean(press_day)": seen(red, decisions, events), "mean(cable_day)": seen(red, decisions, reactions),
        "mean(blue_day)": seen(red, decisions, decisions), "mean(cabinet_day)": cabinet,
        "mean(cabinet_news_day)": seen(cabinet, regimes, events), "mean(outer_day)": outer,
        "mean(outer_news_day)": seen(outer, reactions, events), "mean(outer_wars)": 1,
        "mean(total_cost)": 10 - seen(red, decisions, drift) + 1, "P(exchange)": 1,
    }
    values = {claim: F(v) for claim, v in values.items()}
    return {"": values, "in_turn": {**values, "mean(blue_day)": F(red)}}


# ------------------------------------------------------------------------------------------------- events and regimes

@model("competing-hazards")
def competing_hazards():
    def run(red, blue, steps, per_window):
        a, b = (1 - red) ** (1 / per_window), (1 - blue) ** (1 / per_window)
        quiet = (a * b) ** steps
        share = (1 - quiet) / (1 - a * b)
        return {"P(quiet)": quiet, "P(same_step)": (1 - a) * (1 - b) * share, "P(red_first)": (1 - a) * b * share,
                "P(blue_first)": a * (1 - b) * share}

    base = run(0.3, 0.5, 30, 10)
    half = run(0.3, 0.5, 60, 20)
    for values in (base, half):
        same(values["P(quiet)"], F(35, 100) ** 3)
        same(sum(values.values()), 1)
    return {"": base, "half_day": half, "even": run(0.5, 0.5, 30, 10)}


@model("outer-war")
def outer_war():
    def run(war, settle, freeze, days=20):
        total = war + settle + freeze
        gone = 1 - exp(-total * days)
        # the same, step by step, for steps of a day and of half a day
        for dt in (1.0, 0.5):
            quiet, reached = 1.0, 0.0
            for _ in range(round(days / dt)):
                reached += quiet * war / total * (1 - exp(-total * dt))
                quiet *= exp(-total * dt)
            same(reached, war / total * gone)
        return {"P(still_quiet)": exp(-total * days), "P(outer_war)": war / total * gone,
                "P(settled)": settle / total * gone, "P(frozen_conflict)": freeze / total * gone,
                "P(war_in_week_one)": war / total * (1 - exp(-total * 7)),
                "P(hawks_rule)": (1 - F(96, 100) ** 20) / 4, "P(doves_rule)": 3 * (1 - F(96, 100) ** 20) / 4}

    base = run(0.02, 0.03, -log(0.8) / 20)
    return {"": base, "half_day": base, "no_settlement": run(0.02, 0.0, -log(0.8) / 20)}


@model("poisson-thinning")
def poisson_thinning():
    def run(steps, per_step):
        deadly = 0.1 * 30
        bloody = 1 - sum(exp(-deadly) * deadly**k / math.factorial(k) for k in range(5))
        # thinning, by summing over the number of raids
        thinned = sum(exp(-12) * 12**n / math.factorial(n) * 0.75**n for n in range(120))
        same(thinned, exp(-deadly))
        return {"P(bloodless)": exp(-deadly), "P(bloody)": bloody, "P(no_raid_in_week_one)": exp(-0.4 * 7),
                "P(no_hit)": exp(-deadly), "P(none_taken)": exp(-12 * (1 - 0.8**3)),
                "P(two_raids_one_day)": 1 - (exp(-per_step) * (1 + per_step)) ** steps,
                "mean(raids)": F(12), "mean(taken_last_week)": F(4, 10) * 7 * 3 * F(2, 10), "mean(deadly_squared)": F(12)}

    return {"": run(30, 0.4), "half_day": run(60, 0.2), "by_the_week": run(30, 0.4)}


@model("cooldown-and-once")
def cooldown_and_once():
    def counts(looks, p, rest):
        """Number of firings in so many looks, when `rest` looks after each firing are silent."""
        states = {(0, 0): p * 0 + 1}                 # (silent looks to come, count); the 1 has p's type
        for _ in range(looks):
            states = step(states, lambda s: [((rest, s[1] + 1), p), ((0, s[1]), 1 - p)] if s[0] == 0
                          else [((s[0] - 1, s[1]), 1)])
        by_count = defaultdict(lambda: 0)
        for (_, k), weight in states.items():
            by_count[k] += weight
        return by_count

    def average(by_count):
        return sum(k * w for k, w in by_count.items())

    protests = counts(20, F(3, 10), 2)
    renewal = [F(0)] * 21                            # renewal[t]: the chance of a march on day t
    renewal[1] = F(1)
    for day in range(2, 21):
        renewal[day] = (renewal[day - 2] + (renewal[day - 3] if day >= 3 else 0)) / 2
    coup = 1 - F(9, 10) ** 20
    incursion = 1 - exp(-2)
    base = {"P(coup_succeeds)": coup, "mean(coups)": coup, "P(incursion_seen)": incursion, "mean(incursions)": incursion,
            "P(five_protests)": sum(w for k, w in protests.items() if k >= 5), "mean(protests)": average(protests),
            "mean(shellings)": average(counts(20, 1 - exp(-0.5), 1)), "mean(marches)": sum(renewal),
            "P(march_on_last_day)": renewal[20]}
    return {"": base, "half_day": {**{k: base[k] for k in ("P(coup_succeeds)", "mean(coups)", "P(incursion_seen)",
                                                          "mean(incursions)", "P(five_protests)", "mean(protests)")},
                                   "mean(shellings)": average(counts(40, 1 - exp(-0.25), 3))}}


@model("delays")
def delays():
    def talks(dt):
        """The envoy leaves on day 2; the journey is rounded up to steps; the trial ends on day 30."""
        last = round(28 / dt)
        weight = [exp(-(k - 1) * dt / 5) - exp(-k * dt / 5) for k in range(1, last + 1)]
        same(sum(weight), 1 - exp(-28 / 5))
        return 2 + sum(k * dt * w for k, w in enumerate(weight, start=1)) / sum(weight)

    base = {"mean(sanctions_day)": F(3 + 7), "mean(bite_day)": F(3 + 7), "P(winter_comes)": F(0),
            "mean(remembered)": F(2), "P(outrage_felt)": 1 - F(8, 10) ** 20,
            "P(outrage_to_come)": F(8, 10) ** 20 - F(8, 10) ** 30, "mean(final_outrage)": 20 * F(2, 10),
            "P(talks_by_day_ten)": 1 - exp(-8 / 5), "mean(talks_day)": talks(1.0)}
    return {"": base, "half_day": {**base, "mean(talks_day)": talks(0.5)}}


@model("spillover")
def spillover():
    def run(dt, quiet_rate, war_rate, days=40):
        a, b = 1 - exp(-0.05 * dt), 1 - exp(-0.1 * dt)
        calm, war, free, war_days = 1.0, 0.0, (1.0, 0.0), 0.0
        for _ in range(round(days / dt)):
            calm, war = calm * (1 - a) + war * b, calm * a + war * (1 - b)
            war_days += war * dt
            free = ((free[0] * (1 - a) + free[1] * b) * exp(-quiet_rate * dt),
                    (free[0] * a + free[1] * (1 - b)) * exp(-war_rate * dt))
        same(war, a / (a + b) * (1 - (1 - a - b) ** round(days / dt)))
        return {"P(quiet_border)": sum(free), "P(incident_seen)": 1 - sum(free), "P(outer_war_at_end)": war,
                "mean(war_days)": war_days, "mean(incidents)": quiet_rate * days + (war_rate - quiet_rate) * war_days}

    none = run(1.0, 0.02, 0.02)
    same(none["P(quiet_border)"], exp(-0.8))
    return {"": run(1.0, 0.02, 0.12), "no_spillover": none, "half_day": run(0.5, 0.02, 0.12)}


@model("talks-and-fighting")
def talks_and_fighting():
    def run(mean, settle, dt=1.0, days=60):
        end, talk = round(days / dt), round(7 / dt)
        keep = exp(-dt / mean)                       # fighting goes on for another step: the geometric law
        # (a) by the dates of moves
        talks_from = defaultdict(float, {0: 1.0})    # talks begin in this step
        settled = rounds = fighting = at_talks = 0.0
        for begin in range(end + 1):
            weight = talks_from.pop(begin, 0.0)
            if not weight:
                continue
            fight = begin + talk
            if fight > end:
                at_talks += weight
                continue
            rounds += weight
            for k in range(1, end + 1):
                p = weight * keep ** (k - 1) * (1 - keep)
                if fight + k > end:
                    fighting += p * (end - fight + 1) * dt
                    continue
                fighting += p * k * dt
                settled += p * settle
                talks_from[fight + k] += p * (1 - settle)
            # longer than the loop: fighting to the end
            fighting += weight * keep**end * (end - fight + 1) * dt
        # (b) as a Markov chain, fighting being memoryless in steps
        states = {("talks", talk): 1.0}              # steps until the talks end

        def moves(state):
            kind, left = state
            if kind == "talks":
                return [(("talks", left - 1), 1.0)] if left > 1 else [(("fighting", 0), 1.0)]
            if kind == "fighting":
                return [(state, keep), (("talks", talk), (1 - keep) * (1 - settle)), (("settlement", 0), (1 - keep) * settle)]
            return [(state, 1.0)]

        days_of_fighting = 0.0
        for _ in range(end):
            states = step(states, moves)
            days_of_fighting += states.get(("fighting", 0), 0.0) * dt
        same(states[("settlement", 0)], settled)
        same(sum(p for (kind, _), p in states.items() if kind == "talks"), at_talks)
        same(days_of_fighting, fighting)
        return {"mean(first_fighting)": F(7), "P(settled)": settled, "P(talking)": at_talks,
                "P(fighting_on)": 1 - settled - at_talks, "mean(rounds)": rounds, "mean(fighting_days)": fighting}

    return {"": run(5, 0.25), "longer_fighting": run(10, 0.25), "willing": run(5, 0.5), "half_day": run(5, 0.25, 0.5)}


@model("attribution")
def attribution():
    def run(d, f):
        right, wrong = F(2, 10) / 2 * d, F(2, 10) / 2 * f
        never = (1 - right - wrong) ** 30
        return {"P(right_reprisal)": right / (right + wrong) * (1 - never),
                "P(wrong_reprisal)": wrong / (right + wrong) * (1 - never),
                "P(right_reprisal | blame)": right / (right + wrong),
                "P(unpunished)": never - F(8, 10) ** 30, "P(no_attack)": F(8, 10) ** 30}

    return {"": run(F(8, 10), F(1, 10)), "certain_tracing": run(F(8, 10), F(0))}


@model("patron-and-militants")
def patron_and_militants():
    def run(controls):
        p = [F(3, 10) * (1 - c) for c in controls]
        none_a_day = prod(1 - x for x in p)
        one_a_day = sum(x * none_a_day / (1 - x) for x in p)
        none = none_a_day**10
        together = 1 - (1 - prod(p)) ** 10
        all_of_them = prod(1 - (1 - x) ** 10 for x in p)
        attacks = 10 * sum(p)
        return {"P(no_attack)": none, "P(coordinated)": together, "P(all_attacked)": all_of_them - together,
                "P(some_attacked)": 1 - none - all_of_them, "P(south_attacked)": 1 - (1 - p[1]) ** 10,
                "P(two_on_one_day)": 1 - (none_a_day + one_a_day) ** 10,
                "P(north_talks_day_one)": F(2, 100) * (4 - F(1, 10) * p[0]),
                "mean(attacks)": attacks, "mean(strength_left)": 15 - attacks / 10,
                "mean(active_groups)": sum(1 - (1 - x) ** 10 for x in p)}

    half, fifth = F(1, 2), F(1, 5)
    return {"": run([half, fifth, F(0)]), "tight_control": run([half, half, half])}


@model("on-dates")
def on_dates():
    days = (7, 14, 21)
    first = sum(F(day) / 2 ** (i + 1) for i, day in enumerate(days)) / (1 - F(1, 8))
    base = {"P(war_by_mid_march)": F(3, 4), "P(war_in_march)": F(1, 8), "P(no_war)": F(1, 8), "P(doves_govern)": F(1, 4),
            "mean(first_vote)": first, "mean(votes)": F(3, 2), "mean(anniversary_day)": F(20),
            "mean(dove_days)": F(1, 4) * len(range(10, 14 + 1))}
    return {"": base, "half_day": base}


@model("drift")
def drift():
    def run(dt, days=30):
        n = round(days / dt)
        k = F(1, 10) * dt
        pressure, path = F(8, 10), []
        for _ in range(n):
            pressure += k * (F(2, 10) - pressure)
            path.append(pressure)
        assert path[-1] == F(2, 10) + F(6, 10) * (1 - k) ** n
        relief = next(i for i, x in enumerate(path, start=1) if x < F(4, 10)) * dt
        anger = F(0)                                  # its mean; everything is linear
        for i in range(1, n + 1):
            if (i * dt).denominator == 1:             # outrage looks once a day
                anger += F(2, 10) * F(1, 2)
            anger += k * (F(3, 10) - anger)
        red, blue = 1.0, 0.2
        for _ in range(n):
            red, blue = (red + float(dt) * (0.05 * blue - 0.1 * red + 0.02), blue + float(dt) * (0.08 * red - 0.1 * blue))
        return {"P(relieved)": F(1), "mean(final_pressure)": path[-1], "mean(relief_day)": relief,
                "mean(average_pressure)": sum(path) / n, "mean(final_anger)": anger, "mean(red_arms)": red,
                "mean(blue_arms)": blue}

    base = run(F(1))
    same(base["mean(average_pressure)"], F(2, 10) + F(6, 10) * F(9, 10) * (1 - F(9, 10) ** 30) / F(1, 10) / 30)
    same(base["mean(final_anger)"], F(12, 100) * (1 - F(9, 10) ** 30) * 10)
    return {"": base, "half_day": run(F(1, 2))}


@model("two-steps-one-story")
def two_steps():
    def run(dt):
        per_step, window, steps = 0.15 * dt, round(5 / dt), round(20 / dt)
        law = [exp(-per_step) * per_step**k / math.factorial(k) for k in range(3)]
        states, found = {(0,) * (window - 1): 1.0}, 0.0     # counts of the steps before, newest last
        for _ in range(steps):
            after = defaultdict(float)
            for counts, weight in states.items():
                room = 2 - sum(counts)
                for k in range(room + 1):
                    after[counts[1:] + (k,)] += weight * law[k]
                found += weight * (1 - sum(law[:room + 1]))
            states = after
        same(found + sum(states.values()), 1)
        strikes = steps * (1 - 0.8 ** (dt / 10))
        return {"P(quiet)": exp(-3), "P(struck)": 1 - F(8, 10) ** 2, "P(summit_held)": 1 - F(7, 10) ** 4,
                "P(rumour_spread)": 1 - F(9, 10) ** 20, "P(mobilised)": 1 - F(95, 100) ** 20, "mean(raids)": F(3),
                "P(busy_end)": 1 - exp(-0.75) * (1 + 0.75 + 0.75**2 / 2), "P(cluster)": found, "mean(strikes)": strikes,
                "mean(final_fatigue)": 1 - (1 - F(2, 10) * F(dt)) ** steps}

    return {"": run(1.0), "half_day": run(0.5)}


# ---------------------------------------------------------------------------------------------- windows and conditions

@model("windows")
def windows():
    def surges(history, t):
        """history[0] is day 1; t counts days: three more in the last five days than in the five before?"""
        return sum(history[max(0, t - 5):t]) >= sum(history[max(0, t - 10):max(0, t - 5)]) + 3

    def run(p, days):
        def window_chain(wanted):
            """P(ever wanted(last ten days as bits, today lowest)), by the last nine days."""
            states, hit = {0: p * 0 + 1}, p * 0
            for _ in range(days):
                after = defaultdict(lambda: 0)
                for bits, weight in states.items():
                    for strike, chance in ((1, p), (0, 1 - p)):
                        ten = bits << 1 | strike
                        if wanted(ten):
                            hit += weight * chance
                        else:
                            after[ten & 0x1FF] += weight * chance
                states = after
            return hit

        def run_chain(chance, length):
            states, hit = {0: p * 0 + 1}, p * 0
            for _ in range(days):
                after = defaultdict(lambda: 0)
                for run, weight in states.items():
                    if run + 1 == length:
                        hit += weight * chance
                    else:
                        after[run + 1] += weight * chance
                    after[0] += weight * (1 - chance)
                states = after
            return hit

        at_least = {k: window_chain(lambda ten: (ten & 0x1F).bit_count() >= k) for k in range(1, 6)}
        campaign = at_least[3]
        none = (1 - p) ** days
        return {"P(campaign)": campaign, "P(no_strike)": none, "P(single_strikes)": 1 - none - campaign,
                "P(three_of_five_days)": campaign, "P(three_running)": run_chain(p, 3), "P(quiet_week)": run_chain(1 - p, 7),
                "P(last_days_quiet)": (1 - p) ** 10, "P(lately)": 1 - (1 - p) ** 4,
                "P(surge)": window_chain(lambda ten: (ten & 0x1F).bit_count() >= (ten >> 5).bit_count() + 3),
                "mean(strikes)": days * p, "mean(worst_five)": sum(at_least.values())}

    def listed(p, days):
        """Every history, with its chance."""
        found = defaultdict(lambda: F(0))
        for history in product((0, 1), repeat=days):
            k = sum(history)
            weight = p**k * (1 - p) ** (days - k)
            text = "".join(map(str, history))
            worst = max(sum(history[max(0, t - 5):t]) for t in range(1, days + 1))
            for claim, holds in {
                "P(campaign)": worst >= 3, "P(no_strike)": k == 0, "P(single_strikes)": 0 < k and worst < 3,
                "P(three_running)": "111" in text, "P(quiet_week)": "0" * 7 in text,
                "P(surge)": any(surges(history, t) for t in range(1, days + 1)),
            }.items():
                found[claim] += weight * holds
            found["mean(worst_five)"] += weight * worst
        return dict(found)

    short = listed(F(3, 10), 12)
    for claim, value in run(F(3, 10), 12).items():
        assert short.get(claim, value) == value, claim
    return {"": run(F(3, 10), 20), "rare": run(F(1, 10), 20), "twelve_days": short}


@model("entries")
def entries():
    up, down = F(3, 10), F(5, 10)

    def chain(up, down, looks):
        states, calm, means = {(0, 0): F(1)}, F(1), []
        for _ in range(looks):
            means.append(up * calm)                  # the chance of an entry at this look
            states = step(states, lambda s: [((1, s[1] + 1), up), (s, 1 - up)] if s[0] == 0
                          else [((0, s[1]), down), (s, 1 - down)])
            calm = sum(p for (rung, _), p in states.items() if rung == 0)
        by_count = defaultdict(lambda: F(0))
        for (_, k), weight in states.items():
            by_count[k] += weight
        return by_count, means

    daily, means = chain(up, down, 15)
    # the matrix of five days: what a rule that looks every five days sees
    five = {rung: {rung: F(1)} for rung in (0, 1)}
    for rung in five:
        for _ in range(5):
            five[rung] = step(five[rung], lambda r: [(1, up), (0, 1 - up)] if r == 0 else [(0, down), (1, 1 - down)])
    reviews, review_means = chain(five[0][1], five[1][0], 3)
    assert sum(means) == sum(k * w for k, w in daily.items())
    assert reviews[2] == five[0][1] * five[1][0] * five[0][1]
    return {"": {"P(flickering)": sum(w for k, w in daily.items() if k >= 4), "P(calm)": (1 - up) ** 15,
                 "P(counted_alike)": F(1), "mean(entries)": sum(means), "mean(entries_last_week)": sum(means[8:]),
                 "P(two_reviews)": reviews[2], "mean(review_count)": sum(review_means)}}


@model("after-the-warning")
def after_the_warning():
    warn, high, low, days = F(1, 10), F(8, 100), F(2, 100), 20
    states = {(0, 0): F(1)}                          # (warned on an earlier day, struck so far)

    def moves(state):
        warned, struck = state
        p = low if warned else high
        return [((max(warned, w), max(struck, s)), (warn if w else 1 - warn) * (p if s else 1 - p))
                for w in (0, 1) for s in (0, 1)]

    for _ in range(days):
        states = step(states, moves)
    warned = 1 - (1 - warn) ** days
    both, struck = states[(1, 1)], states[(1, 1)] + states[(0, 1)]
    law = {d: warn * (1 - warn) ** (d - 1) for d in range(1, days + 1)}     # day of the first warning
    assert both == sum(w * (1 - (1 - high) ** d * (1 - low) ** (days - d)) for d, w in law.items())
    day = sum(d * w for d, w in law.items()) / warned
    return {"": {"P(warned)": warned, "P(struck)": struck, "P(struck_if_warned)": both / warned,
                 "P(struck | warned)": both / warned, "P(warned | struck)": both / struck,
                 "P(struck_unwarned)": states[(0, 1)], "P(struck_and_warned)": both, "P(no_strike)": 1 - struck,
                 "mean(warning_day)": day, "mean(strikes_if_warned)": high * day + low * (days - day),
                 "mean(strikes_by_then)": high * day}}


# -------------------------------------------------------------------------------------------------- parameters, belief

@model("hidden-type")
def hidden_type():
    def run(prior, days=12, line=F(88, 100)):
        def posterior(signals, day):
            yes = prior * F(6, 10) ** signals * F(4, 10) ** (day - signals)
            no = (1 - prior) * F(2, 10) ** signals * F(8, 10) ** (day - signals)
            return yes / (yes + no)

        def convinced(p):
            states, hit = {0: F(1)}, F(0)            # signals so far, not yet convinced
            for day in range(1, days + 1):
                states = step(states, lambda s: [(s + 1, p), (s, 1 - p)])
                for s in list(states):
                    assert posterior(s, day) != line
                    if posterior(s, day) > line:
                        hit += states.pop(s)
            return hit

        true, false = convinced(F(6, 10)), convinced(F(2, 10))
        belief = sum(posterior(s, days) * (prior * binomial(days, F(6, 10), s) + (1 - prior) * binomial(days, F(2, 10), s))
                     for s in range(days + 1))
        assert belief == prior
        right, wrong = prior * true, (1 - prior) * false
        return {"P(is_resolved)": prior, "mean(final_belief)": belief, "P(rightly_convinced)": right,
                "P(wrongly_convinced)": wrong, "P(convinced)": right + wrong, "P(convinced_if_resolved)": true,
                "P(is_resolved | convinced)": right / (right + wrong), "P(in_doubt)": 1 - right - wrong}

    return {"": run(F(4, 10)), "weak_prior": run(F(1, 10))}


@model("beta-prior")
def beta_prior():
    def moment(strikes, quiet):
        """E p^strikes (1 - p)^quiet for p ~ beta(2, 3): a ratio of rising factorials."""
        def rising(x, n):
            return prod(F(x + i) for i in range(n))
        return rising(2, strikes) * rising(3, quiet) / rising(5, strikes + quiet)

    law = {k: comb(10, k) * moment(k, 10 - k) for k in range(11)}
    assert sum(law.values()) == 1
    p = F(4, 10)
    return {
        "": {"P(no_strike)": law[0], "P(daily_strikes)": law[8] + law[9] + law[10], "P(day_one)": moment(1, 0),
             "P(day_two | day_one)": moment(2, 0) / moment(1, 0), "mean(strikes)": sum(k * w for k, w in law.items()),
             "mean(squared)": sum(k * k * w for k, w in law.items())},
        "known": {"P(no_strike)": (1 - p) ** 10, "P(day_two | day_one)": p,
                  "mean(squared)": sum(k * k * binomial(10, p, k) for k in range(11))},
    }


@model("correlated-parameters")
def correlated_parameters():
    def normal(rho):
        """The normal correlation behind a rank correlation (Pearson 1907)."""
        return 2 * sin(pi * rho / 6)

    def quadrant(rho):
        return 0.25 + asin(normal(rho)) / (2 * pi)

    both = quadrant(0.5)
    three = 1 / 8 + sum(asin(normal(rho)) for rho in (0.2, 0.4, 0.6)) / (4 * pi)
    return {"": {"P(both_resolved)": both, "P(neither_resolved)": both, "P(one_resolved)": 1 - 2 * both,
                 "mean(product)": F(1, 4) + F(1, 2) / 12, "P(costly_and_popular)": quadrant(-0.3),
                 "P(all_for_war)": three, "P(party_with_navy)": 2 * quadrant(0.6)}}


# ------------------------------------------------------------------------------------------------------- command line

@model("sobol-g")
def sobol_g():
    """The mean of a product of independent factors; |4 x - 2| is 2 |t| with t = 2 x - 1 uniform on (-1, 1), so its mean is 1."""
    mean = F(1)
    for a in [F(0), F(1), F(9, 2), F(9), F(99), F(99), F(99), F(99)]:
        # Two straight pieces on halves of the range: 2 - 4 x falls from 2 to 0, 4 x - 2 rises from 0 to 2.
        pieces = F(1, 2) * F(2 + 0, 2) + F(1, 2) * F(0 + 2, 2)
        mean *= (pieces + a) / (1 + a)
    return {"": {"mean(y)": mean}}


@model("ishigami")
def ishigami():
    """By Simpson's rule over each of the three unknowns, since they are independent and enter as products."""
    def mean(f, n=2000):
        h = 2 * math.pi / n
        points = [f(-math.pi + k * h) for k in range(n + 1)]
        return (points[0] + points[-1] + 4 * sum(points[1:-1:2]) + 2 * sum(points[2:-1:2])) / (3 * n)

    sine, square, fourth = mean(math.sin), mean(lambda x: math.sin(x) ** 2), mean(lambda x: x ** 4)
    return {"": {"mean(y)": sine + 7 * square + 0.1 * fourth * sine}}


def constant(text):
    """Constant arithmetic of a claim: numbers + - * / ^ ( ), exactly."""
    def value(node):
        match node:
            case ast.Expression(body=body):
                return value(body)
            case ast.Constant(value=v) if type(v) in (int, float):
                return F(ast.get_source_segment(source, node).replace("_", ""))
            case ast.UnaryOp(op=ast.USub(), operand=operand):
                return -value(operand)
            case ast.BinOp(left=left, op=op, right=right):
                a, b = value(left), value(right)
                match op:
                    case ast.Add(): return a + b
                    case ast.Sub(): return a - b
                    case ast.Mult(): return a * b
                    case ast.Div(): return a / b
                    case ast.Pow() if b.denominator == 1: return a ** int(b)
        raise ValueError(f"not constant arithmetic: {text}")

    source = text.replace("^", "**")
    return value(ast.parse(source, mode="eval"))


def show(value):
    """A short fraction as it is, a decimal that ends in full, otherwise 16 digits."""
    if isinstance(value, F):
        if value.denominator == 1:
            return str(value.numerator)
        if value.denominator < 1000:
            return f"{value.numerator}/{value.denominator}"
        scaled = value * 10**15
        if scaled.denominator == 1:
            return f"{int(scaled) / 10**15:.15f}".rstrip("0")
    return repr(float(value))


def claims(path):
    import tomllib
    with open(path, "rb") as file:
        scenario = tomllib.load(file)
    for entry in scenario.get("expect", []):
        variant = entry.get("variant", "")
        assert not variant or variant in scenario.get("variants", {}), f"{path}: no variant {variant}"
        yield variant, entry["that"]


def check_claim(values, variant, claim):
    """None if the claim agrees with what is computed, otherwise what is wrong."""
    if found := re.fullmatch(r"(.+) (rises|falls) under (\w+)", claim):
        subject, verb, other = found.groups()
        before, after = values.get(variant, {}).get(subject), values.get(other, {}).get(subject)
        if before is None or after is None:
            return "no computation"
        return None if (after > before) == (verb == "rises") and after != before else f"{float(before)} -> {float(after)}"
    if found := re.fullmatch(r"(.+?) (==|<|>) (.+)", claim):
        subject, sign, right = found.groups()
        computed = values.get(variant, {}).get(subject)
        if computed is None:
            return "no computation"
        claimed = constant(right)
        holds = {"<": computed < claimed, ">": computed > claimed,
                 "==": abs(float(F(computed) - claimed)) <= TOLERANCE * max(1.0, abs(float(claimed)))}[sign]
        return None if holds else f"computed {show(computed)}, claimed {float(claimed)!r}"
    return "a form of claim that this script does not know"


def check(paths):
    bad = total = 0
    seen = set()
    for path in paths:
        name = path.stem
        values = MODELS[name]() if name in MODELS else {}
        used = set()
        for variant, claim in claims(path):
            total += 1
            problem = check_claim(values, variant, claim) if values else "no model for this file"
            used.add((variant, re.split(r" (?:==|<|>|rises|falls) ", claim)[0]))
            if problem:
                bad += 1
                print(f"{path}: {variant or 'base'}: {claim}: {problem}", file=sys.stderr)
        for variant, found in values.items():
            unused = [claim for claim in found if (variant, claim) not in used]
            if unused and "--unclaimed" in sys.argv:
                print(f"{path}: {variant or 'base'}: computed, not claimed: {', '.join(unused)}", file=sys.stderr)
        seen.add(name)
    print(f"{total} claims in {len(seen)} files, {bad} wrong", file=sys.stderr)
    return 1 if bad or not total else 0


def scenario_files(arguments):
    for argument in arguments:
        path = Path(argument)
        yield from sorted(path.glob("*.toml")) if path.is_dir() else [path]


def main(arguments):
    names = [a for a in arguments if not a.startswith("--")]
    if "--check" in arguments:
        return check(list(scenario_files(names or [Path(__file__).parents[2] / "scenarios" / "abstract"])))
    wanted = {path.stem for path in scenario_files(names)} if names else set(MODELS)
    for name in sorted(wanted):
        for variant, found in MODELS[name]().items():
            for claim, value in found.items():
                print(f"{name}.toml\t{variant or 'base'}\t{claim}\t{show(value)}")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
