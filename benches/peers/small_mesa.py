"""The model of benches/small.toml in Mesa: a model with agents, one object per trial.

Written as a user of Mesa would: two agents that are activated in stages, so that both decide on the same state; the
model holds what belongs to nobody. No data collector, since only the last state and a few counts are asked for.
"""

import argparse
import json
import math

import mesa

OUTCOMES = ["war", "calm", "bloodshed", "standoff"]
INDICATORS = ["first_blood", "envoy_came"]
METRICS = ["dead", "blood_days", "peak", "mediation_end"]

HORIZON = 60
PROTESTS, SANCTIONS, RAIDS, WAR = 1, 2, 4, 6
COST = [0.0, 0.1, 0.3, 0.6, 1.3, 1.1, 1.8]
MOST = 3.0
QUIET = 21
LEAK = 1.0 - (1.0 - 0.6) ** (1.0 / 14.0)
NO_ENVOY = math.exp(-0.8 / 7.0)


class Rival(mesa.Agent):
    """A state on a ladder, with its public."""

    def __init__(self, model, rung, pressure):
        super().__init__(model)
        self.rung = rung
        self.pressure = pressure
        self.next_rung = rung
        self.other = None

    def press(self, change):
        """Changes the pressure of the public, within its bounds."""
        self.pressure = min(max(self.pressure + change, 0.0), MOST)

    def decide(self):
        """Weighs going up, holding and stepping down."""
        model = self.model
        up = model.resolve * self.pressure + 0.2 * (self.other.rung - self.rung) - COST[self.rung + 1] - 0.5 * model.mediation
        utilities = [(1, up), (0, 0.6)]
        if self.rung > 0:
            utilities.append((-1, 0.5 * model.mediation + 0.3 * COST[self.rung] - 0.4 * self.pressure))
        weights = [math.exp(2.0 * utility) for _, utility in utilities]
        (change,) = self.random.choices([change for change, _ in utilities], weights)
        self.next_rung = self.rung + change

    def speak(self):
        """What is said in public, if this is the day for it."""

    def move(self):
        """Carries the decision out."""
        self.rung = self.next_rung

    def drift(self):
        """The public forgets."""
        self.pressure -= 0.05 * self.pressure


class Red(Rival):
    """Threatens every week."""

    def speak(self):
        if self.model.day % 7 == 0 and self.random.random() < 0.25 * self.pressure:
            self.model.said.append((0.3, -0.1))


class Blue(Rival):
    """Answers the mediator every third day."""

    def speak(self):
        if self.model.day % 3 == 0:
            weights = [1.0 + 2.0 * self.model.mediation, 0.5 + self.pressure, 2.0]
            (change,) = self.random.choices([0.1, -0.15, 0.0], weights)
            self.model.said.append((0.0, change))


class Crisis(mesa.Model):
    """One trial."""

    def __init__(self, seed):
        super().__init__(seed=seed)
        self.resolve = self.random.uniform(0.6, 1.4)
        self.friction = self.random.uniform(0.04, 0.16)
        self.mediation = 0.3
        self.red = Red(self, SANCTIONS, 0.6)
        self.blue = Blue(self, PROTESTS, 0.4)
        self.red.other, self.blue.other = self.blue, self.red
        self.day = 0
        self.said = []
        self.dead = 0.0
        self.peak = 0
        self.blood_days = 0
        self.blood_since = None
        self.first_blood = None
        self.first_envoy = None
        self.quiet_days = 0
        self.outcome = None

    def step(self):
        self.day += 1
        self.events()
        self.said = []
        self.agents.do("decide")
        self.agents.do("speak")
        self.agents.do("move")
        for pressure, mediation in self.said:
            self.blue.press(pressure)
        self.mediation = min(max(self.mediation + sum(change for _, change in self.said), 0.0), 1.0)
        self.react()
        self.agents.do("drift")
        self.mediation -= 0.03 * self.mediation
        self.record()

    def events(self):
        """What happens by chance, on the state of the day before."""
        watched = max(self.red.rung, self.blue.rung) >= SANCTIONS
        if self.random.random() < self.friction:
            killed = self.random.lognormvariate(math.log(6.0), 0.9)
            self.dead += killed
            self.red.press(min(0.05 * killed, 0.9))
        if self.random.random() < LEAK:
            self.blue.press(0.4)
        if watched:
            # A Poisson number by Knuth's method.
            envoys, product = 0, self.random.random()
            while product > NO_ENVOY:
                envoys += 1
                product *= self.random.random()
            self.mediation = min(self.mediation + 0.2 * envoys, 1.0)
            if envoys and self.first_envoy is None:
                self.first_envoy = self.day

    def react(self):
        """Consequences of the moves."""
        if self.red.rung >= RAIDS and self.random.random() < 0.3:
            self.blue.press(0.4)
        if max(self.red.rung, self.blue.rung) <= PROTESTS and self.random.random() < 0.4:
            self.red.press(-0.2)
            self.blue.press(-0.2)

    def record(self):
        """Keeps what outcomes, indicators and metrics read; ends the trial."""
        highest = max(self.red.rung, self.blue.rung)
        self.peak = max(self.peak, highest)
        if highest >= RAIDS:
            self.blood_days += 1
            self.blood_since = self.blood_since or self.day
            self.first_blood = self.first_blood or self.day
        else:
            self.blood_since = None
        self.quiet_days = self.quiet_days + 1 if highest <= PROTESTS else 0
        if highest == WAR:
            self.outcome = "war"
        elif self.quiet_days >= QUIET:
            self.outcome = "calm"
        elif self.day == HORIZON:
            self.outcome = "bloodshed" if self.blood_since else "standoff"
        self.running = self.outcome is None


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--trials", type=int, default=1_000)
    parser.add_argument("--seed", type=int, default=1)
    args = parser.parse_args()
    outcomes = dict.fromkeys(OUTCOMES, 0)
    established = {name: [0] * (HORIZON + 1) for name in OUTCOMES}
    ends = [0] * (HORIZON + 1)
    indicators = dict.fromkeys(INDICATORS, 0)
    metrics = {name: {"sum": 0.0, "squares": 0.0} for name in METRICS}
    for trial in range(args.trials):
        model = Crisis(seed=args.seed * 1_000_000 + trial)
        while model.running:
            model.step()
        outcomes[model.outcome] += 1
        established[model.outcome][model.blood_since if model.outcome == "bloodshed" else model.day] += 1
        ends[model.day] += 1
        indicators["first_blood"] += model.first_blood is not None
        indicators["envoy_came"] += model.first_envoy is not None
        for name, value in zip(METRICS, (model.dead, model.blood_days, model.peak, model.mediation)):
            metrics[name]["sum"] += value
            metrics[name]["squares"] += value * value
    print(json.dumps({"trials": args.trials, "outcomes": outcomes, "indicators": indicators, "metrics": metrics}))


if __name__ == "__main__":
    main()
