//! Makes scenarios of every construct at random: the text of a file from a number.

#![allow(
    clippy::cast_possible_truncation,
    clippy::struct_excessive_bools,
    clippy::semicolon_if_nothing_returned,
    reason = "a generator of test files"
)]

/// A sequence of numbers (SplitMix64).
pub struct Dice(pub u64);

impl Dice {
    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let z = (self.0 ^ (self.0 >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        let z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ (z >> 31)
    }

    fn below(&mut self, n: u64) -> u64 {
        self.next() % n
    }

    fn one_in(&mut self, n: u64) -> bool {
        self.below(n) == 0
    }

    fn of<'a>(&mut self, list: &[&'a str]) -> &'a str {
        list[self.below(list.len() as u64) as usize]
    }

    fn number(&mut self) -> String {
        match self.below(6) {
            0 => "0".into(),
            1 => "1".into(),
            2 => format!("{}", self.below(5)),
            3 => format!("-{}.{}", self.below(2), self.below(10)),
            _ => format!("0.{}", self.below(1000)),
        }
    }
}

/// What an expression may read.
#[derive(Clone, Default)]
struct Scope {
    draws: Vec<String>,
    sees: bool,
    own: bool,
    rises: bool,
    metric: bool,
    /// Only parameters.
    fixed: bool,
}

struct Maker {
    dice: Dice,
    daring: bool,
}

impl Maker {
    fn span(&mut self) -> String {
        format!("{} days", 1 + self.dice.below(9))
    }

    fn window(&mut self) -> String {
        if self.dice.one_in(2) { String::new() } else { format!(", {}", self.span()) }
    }

    fn atom(&mut self, scope: &Scope) -> String {
        if scope.fixed || self.dice.one_in(3) {
            return if self.dice.one_in(2) { self.dice.number() } else { self.dice.of(&["p0", "p1", "p2", "p3", "p4", "p5"]).into() };
        }
        let past = Scope::default();
        match self.dice.below(26) {
            0 if !scope.draws.is_empty() => scope.draws[self.dice.below(scope.draws.len() as u64) as usize].clone(),
            1 if !scope.draws.is_empty() => scope.draws[0].clone(),
            2 if scope.sees => self.dice.of(&["threat", "rumour"]).into(),
            3 if scope.own => self.dice.of(&["self.strength", "self.anger", "self.crisis.cost"]).into(),
            4 => "(red.crisis - crisis.a)".into(),
            5 => "(red.crisis - blue.crisis)".into(),
            6 => self.dice.of(&["red.crisis.cost", "war.tension"]).into(),
            7 => self.dice.of(&["e0.n", "e1.n", "r0.n"]).into(),
            8 => self.dice.of(&["e0.k", "e1.k"]).into(),
            9 => format!("count({}{})", self.dice.of(&["e0", "e1", "r0", "d0.o0", "war.x.y", "e2"]), self.window()),
            10 => format!("total({}{})", self.dice.of(&["e0.k", "e1.k"]), self.window()),
            11 => format!("was({}, {})", self.num(1, &past), self.span()),
            12 => format!("mean({}{})", self.num(1, &past), self.window()),
            13 => format!("highest({}{})", self.num(1, &past), self.window()),
            14 => format!("lowest({}{})", self.num(1, &past), self.window()),
            15 => format!("(time({}{}) / 1 day)", self.cond(1, &past), self.window()),
            16 => format!("sum(band, each.{})", self.dice.of(&["strength", "anger"])),
            17 => "(now / 1 day)".into(),
            18 if scope.metric => format!("at_first({}, {})", self.num(1, &past), self.cond(1, &past)),
            19 => format!("if(since({}) < {}, 1, 0)", self.cond(1, &past), self.span()),
            20 => "tie.trust".into(),
            _ => self.dice.of(&["w0", "w1", "red.strength", "blue.anger", "gold.strength", "heat"]).into(),
        }
    }

    fn num(&mut self, depth: u32, scope: &Scope) -> String {
        if depth == 0 || self.dice.one_in(4) {
            return self.atom(scope);
        }
        let a = self.num(depth - 1, scope);
        let b = self.num(depth - 1, scope);
        match self.dice.below(18) {
            0..=2 => format!("({a} + {b})"),
            3 | 4 => format!("({a} - {b})"),
            5..=7 => format!("({a} * {b})"),
            8 => format!("min({a}, {b})"),
            9 => format!("max({a}, {b})"),
            10 => format!("exp(min({a}, 2))"),
            11 => format!("ln(1 + abs({a}))"),
            12 => format!("logistic({a})"),
            13 => format!("table({a}, 0, {b}, 1, 0.5, 3, -1)"),
            14 => format!("bayes(clamp({a}, 0, 1), 0.7, clamp({b}, 0, 1))"),
            15 => {
                let c = self.cond(depth - 1, scope);
                format!("if({c}, {a}, {b})")
            }
            16 if self.daring => self.risky(&a, &b),
            16 => format!("abs({a}) ^ 0.5"),
            _ => format!("({a} / (1 + abs({b})))"),
        }
    }

    /// May be undefined.
    fn risky(&mut self, a: &str, b: &str) -> String {
        match self.dice.below(4) {
            0 => format!("({a} / {b})"),
            1 => format!("ln({a})"),
            2 => format!("sqrt({a})"),
            _ => format!("({a}) ^ ({b})"),
        }
    }

    fn cond(&mut self, depth: u32, scope: &Scope) -> String {
        if depth > 0 && self.dice.one_in(3) {
            let (a, b) = (self.cond(depth - 1, scope), self.cond(depth - 1, scope));
            return match self.dice.below(3) {
                0 => format!("({a} and {b})"),
                1 => format!("({a} or {b})"),
                _ => format!("(not {a})"),
            };
        }
        let past = Scope::default();
        let below = depth.saturating_sub(1);
        match self.dice.below(14) {
            0 => format!("ever({}{})", self.cond(below, &past), self.window()),
            1 => format!("always({}{})", self.cond(below, &past), self.window()),
            2 => format!("held({}, {})", self.cond(below, &past), self.span()),
            3 => self.dice.of(&["e0", "e1", "r0", "d0.o0", "war.x.y"]).into(),
            4 => self.dice.of(&["war == war.x", "war != war.y", "war == war.z"]).into(),
            5 => self.dice.of(&["red.crisis >= crisis.b", "blue.crisis < red.crisis", "gold.crisis == crisis.d"]).into(),
            6 => format!("{}(band, each.strength > {})", self.dice.of(&["any", "all"]), self.dice.number()),
            7 if scope.rises => format!("rises({})", self.cond(below, &Scope { rises: false, ..scope.clone() })),
            8 => format!("now >= {}", self.span()),
            9 => format!("since({}) {} {}", self.cond(below, &past), self.dice.of(&["<", ">="]), self.span()),
            10 => format!("first({}) <= {}", self.cond(below, &past), self.span()),
            _ => format!("({} {} {})", self.num(depth, scope), self.dice.of(&["<", "<=", ">", ">="]), self.num(below, scope)),
        }
    }

    fn chance(&mut self, scope: &Scope) -> String {
        match self.dice.below(8) {
            0 => ["0", "1", "0.5"][self.dice.below(3) as usize].into(),
            1..=3 => format!("0.{}", 1 + self.dice.below(8)),
            4 if self.daring => format!("\"0.4 + 0.3 * {}\"", self.num(1, scope)),
            _ => format!("\"clamp({}, 0, 0.9)\"", self.num(2, scope)),
        }
    }

    fn draw(&mut self, scope: &Scope) -> String {
        let x =
            if self.dice.one_in(2) { format!("\"0.1 + abs({})\"", self.num(1, scope)) } else { format!("0.{}", 1 + self.dice.below(9)) };
        match self.dice.below(15) {
            0 => format!("{{ dist = \"normal\", mean = 0.2, sd = {x} }}"),
            1 => format!("{{ dist = \"lognormal\", median = {x}, sigma = 0.5 }}"),
            2 => format!("{{ dist = \"uniform\", min = 0, max = {x} }}"),
            3 => format!("{{ dist = \"poisson\", mean = {x} }}"),
            4 => format!("{{ dist = \"exponential\", mean = {x} }}"),
            5 => "{ dist = \"triangular\", min = 0, mode = 0.3, max = 1 }".into(),
            6 => "{ dist = \"beta\", alpha = 2, beta = 3 }".into(),
            7 => format!("{{ dist = \"gamma\", shape = 2, scale = {x} }}"),
            8 => "{ dist = \"uniform_int\", min = 1, max = 3 }".into(),
            9 => "{ dist = \"binomial\", n = 3, p = 0.4 }".into(),
            10 => "{ dist = \"pareto\", min = 0.2, alpha = 2.5 }".into(),
            11 => "{ dist = \"weibull\", shape = 1.5, scale = 0.7 }".into(),
            12 => "{ dist = \"normal\", mean = 0.2, sd = 0.5, min = 0, max = 1 }".into(),
            13 => "{ dist = \"pert\", min = 0, mode = 0.2, max = 2 }".into(),
            _ => "{ dist = \"fixed\", value = 0.25 }".into(),
        }
    }

    fn length(&mut self) -> String {
        match self.dice.below(4) {
            0 => "{ dist = \"exponential\", mean = \"2 days\" }".into(),
            1 => "{ dist = \"uniform\", min = \"1 day\", max = \"p0 * 5 days\" }".into(),
            2 => "\"40 days\"".into(),
            _ => format!("\"{}\"", self.span()),
        }
    }

    fn effect(&mut self, scope: &Scope) -> String {
        let value = self.num(2, scope);
        let target = self.dice.of(&["w0", "w1", "red.strength", "blue.anger", "gold.strength", "tie.trust", "red.crisis", "heat"]);
        let delay = if self.dice.one_in(4) { format!("after {}: ", self.span()) } else { String::new() };
        let guard = if self.dice.one_in(3) { format!("if {}: ", self.cond(1, scope)) } else { String::new() };
        // Sizes stay moderate, so that most trials run to their end.
        format!("\"{delay}{guard}{target} {} clamp({value}, -2, 2)\"", self.dice.of(&["+=", "-="]))
    }

    fn setting(&mut self) -> String {
        let delay = if self.dice.one_in(3) { "after 2 days: " } else { "" };
        let value = self.dice.of(&["w0 = 0.5", "war = war.x", "war = war.y", "red.crisis = crisis.c", "tie.trust = p0"]);
        format!("\"{delay}{value}\"")
    }

    fn trigger(&mut self, scope: &Scope) -> String {
        match self.dice.below(7) {
            0 => String::new(),
            1 => format!("every = \"{} days\"\n", 1 + self.dice.below(4)),
            2 => format!("chance = {}\n", self.chance(scope)),
            3 => format!("chance = {}\nwithin = \"{} days\"\n", self.chance(scope), self.dice.of(&["1", "7", "30"])),
            4 => format!("rate = \"abs({})\"\nper = \"{}\"\n", self.num(1, scope), self.dice.of(&["day", "week", "hour"])),
            5 => format!("rate = 0.{}\nper = \"day\"\n", 1 + self.dice.below(9)),
            _ => {
                let chance = if self.dice.one_in(2) { format!("chance = {}\n", self.chance(scope)) } else { String::new() };
                format!("at = [\"{} days\", \"7 days\"]\n{chance}", 1 + self.dice.below(5))
            }
        }
    }

    fn rule(&mut self, kind: &str, id: &str) -> String {
        let own = id.ends_with("_band");
        let scope = Scope { rises: true, own, ..Scope::default() };
        let mut text = format!("[[{kind}]]\nid = \"{id}\"\n");
        if own {
            text += "for = \"band\"\n";
        }
        if self.dice.one_in(2) {
            text += &format!("when = \"{}\"\n", self.cond(2, &scope));
        }
        let bare = Scope { rises: false, ..scope.clone() };
        let trigger = self.trigger(&bare);
        let many = trigger.contains("rate");
        text += &trigger;
        if self.dice.one_in(5) {
            text += "once = true\n";
        }
        let first = Scope { draws: vec!["k".into()], ..bare.clone() };
        let both = Scope { draws: vec!["k".into(), "l".into()], ..bare.clone() };
        if self.dice.one_in(5) {
            text += &format!("cooldown = {}\n", self.length());
        }
        let mut effects: Vec<String> = (0..self.dice.below(4)).map(|_| self.effect(&both)).collect();
        if kind == "reactions" && !many && self.dice.one_in(3) {
            effects = vec![self.setting()];
        }
        text += &format!("effects = [{}]\n", effects.join(", "));
        text += &format!("draws.k = {}\ndraws.l = {}\n", self.draw(&bare), self.draw(&first));
        text
    }

    fn option(&mut self, at: u64, choose: &str, scope: &Scope, lead: bool) -> String {
        let mut text = format!("[[decisions.options]]\nid = \"o{at}\"\n");
        if self.dice.one_in(3) {
            text += &format!("when = \"{}\"\n", self.cond(1, scope));
        }
        match choose {
            "logit" | "best" => text += &format!("utility = \"clamp({}, -4, 4)\"\n", self.num(2, scope)),
            "weights" => text += &format!("weight = \"abs({})\"\n", self.num(1, scope)),
            "chances" if at == 2 => text += "otherwise = true\n",
            "chances" => {
                text += &format!("chance = {}\n", if self.daring { self.chance(scope) } else { format!("0.{}", 1 + self.dice.below(4)) })
            }
            _ => {}
        }
        let own = Scope { draws: [scope.draws.clone(), vec!["m".into()]].concat(), rises: false, ..scope.clone() };
        match self.dice.below(6) {
            0 => text += "move = { crisis = 1 }\n",
            1 => text += "move = { crisis = -1 }\n",
            2 => text += "move = { crisis = \"c\" }\n",
            3 => text += &format!("move = {{ crisis = \"clamp({}, -2, 2)\" }}\n", self.num(1, &own)),
            _ => {}
        }
        if lead && self.dice.one_in(2) {
            text += &format!("lead = {}\n", self.length());
            if self.dice.one_in(2) {
                text += &format!("abort = \"{}\"\n", self.cond(1, &Scope { rises: false, ..scope.clone() }));
            }
        }
        if self.dice.one_in(4) {
            text += &format!("cooldown = {}\n", self.length());
        }
        let effects: Vec<String> = (0..self.dice.below(3)).map(|_| self.effect(&own)).collect();
        text += &format!("effects = [{}]\ndraws.m = {}\n", effects.join(", "), self.draw(&Scope { rises: false, ..scope.clone() }));
        text
    }

    fn decision(&mut self, at: u64) -> String {
        let choose = self.dice.of(&["logit", "weights", "chances", "best", "first"]);
        let who = if at == 1 { "for = \"band\"" } else { "actor = \"red\"" };
        let scope = Scope { draws: vec!["g".into()], sees: at != 1, own: true, rises: true, ..Scope::default() };
        let mut text = format!("[[decisions]]\nid = \"d{at}\"\n{who}\nchoose = \"{choose}\"\n");
        if self.dice.one_in(3) {
            text += &format!("every = \"{} days\"\n", 1 + self.dice.below(4));
        }
        if self.dice.one_in(3) {
            text += &format!("when = \"{}\"\n", self.cond(1, &scope));
        }
        if choose == "logit" && self.dice.one_in(2) {
            text += &format!("sharpness = \"0.5 + abs({})\"\n", self.num(1, &Scope { rises: false, ..scope.clone() }));
        }
        let lead = self.dice.one_in(2);
        text += &format!("draws.g = {}\n", self.draw(&Scope { own: true, ..Scope::default() }));
        for option in 0..3 {
            text += &self.option(option, choose, &scope, lead);
        }
        text
    }

    fn moves(&mut self) -> String {
        let scope = Scope { rises: true, ..Scope::default() };
        let bare = Scope::default();
        let mut moves = Vec::new();
        for (from, to) in [("x", ["y", "z"]), ("y", ["x", "z"]), ("z", ["x", "y"])] {
            let kind = if from == "z" { 3 } else { self.dice.below(3) };
            for to in to {
                if kind != 3 && to != "y" && self.dice.one_in(4) {
                    continue;
                }
                let when = if self.dice.one_in(4) { format!(", when = \"{}\"", self.cond(1, &scope)) } else { String::new() };
                let how = match kind {
                    0 => format!("chance = \"clamp({}, 0, 0.5)\"", self.num(1, &bare)),
                    1 if self.dice.one_in(2) => format!("rate = \"abs({})\", per = \"week\"", self.num(1, &bare)),
                    1 => format!("chance = {}, within = \"5 days\"", ["0.5", "1", "\"clamp(p0, 0, 1)\""][self.dice.below(3) as usize]),
                    2 => format!("at = [\"{} days\", \"6 days\"], chance = 0.4", 1 + self.dice.below(4)),
                    _ => format!("weight = \"abs({})\"", self.num(1, &bare)),
                };
                moves.push(format!("{{ from = \"{from}\", to = \"{to}\", {how}{when} }}"));
            }
        }
        format!("moves = [\n{}\n]\n", moves.join(",\n"))
    }

    fn scenario(&mut self) -> String {
        let fixed = Scope { fixed: true, ..Scope::default() };
        let bare = Scope::default();
        let steps = ["1 day", "12 hours", "1 day"];
        let mut t = format!(
            "format = 1\n[about]\ntitle = \"generated\"\n[clock]\nstep = \"{}\"\nhorizon = \"{} days\"\ndecisions = \"{}\"\n",
            self.dice.of(&steps),
            1 + self.dice.below(24),
            self.dice.of(&["simultaneous", "sequential"])
        );
        t += "[parameters]\np0 = { dist = \"uniform\", min = 0.2, max = 1 }\np1 = { dist = \"normal\", mean = 0, sd = 1 }\n";
        t += "p2 = { dist = \"beta\", alpha = 2, beta = 2 }\np3 = { dist = \"lognormal\", median = 1, sigma = 0.3 }\np4 = 0.3\n";
        t += &format!("p5 = {{ is = \"p0 + p1 * {}\" }}\n", self.dice.number());
        if self.dice.one_in(2) {
            t += "[[correlations]]\nof = [\"p0\", \"p1\", \"p2\"]\nrank = [[1, 0.3, -0.2], [0.3, 1, 0.1], [-0.2, 0.1, 1]]\n";
        }
        t += &format!(
            "[ladders.crisis]\nrungs = [{{ id = \"a\", cost = 0 }}, {{ id = \"b\", cost = {} }}, {{ id = \"c\", cost = \"p0\" }}, {{ id = \"d\", cost = 2 }}]\n",
            self.dice.number()
        );
        t += &format!("[regimes.war]\nstart = \"{}\"\n", self.dice.of(&["x", "y", "z"]));
        t += &format!(
            "states = [{{ id = \"x\", tension = 0.1 }}, {{ id = \"y\", tension = \"p0\" }}, {{ id = \"z\", tension = 1, dwell = {} }}]\n",
            self.length()
        );
        t += &self.moves();
        t += "[world.vars]\n";
        t += &format!(
            "w0 = {{ start = \"{}\", min = -5, max = 5, drift = \"0.1 * ({} - w0)\", per = \"day\" }}\n",
            self.num(1, &fixed),
            self.num(1, &bare)
        );
        t += "w1 = { start = \"p1\", drift = \"0.05 * (red.strength - w1)\", per = \"week\" }\nheat = { start = 0, max = \"3 + p0\", min = \"-p0\" }\n";
        for actor in ["red", "blue", "gold"] {
            t += &format!("[actors.{actor}]\nstarts = {{ crisis = \"{}\" }}\n", self.dice.of(&["a", "b", "c"]));
            t += &format!(
                "[actors.{actor}.vars]\nstrength = {{ start = {}, min = 0, max = 4 }}\nanger = {{ start = \"p0\", min = 0, max = 1 }}\n",
                self.dice.below(3)
            );
            if actor == "red" {
                t += &format!("[actors.red.sees]\nthreat = {{ of = \"{}\", noise = 0.3, lag = \"1 day\" }}\n", self.num(1, &bare));
                t += &format!("rumour = {{ of = \"{}\", factor = {} }}\n", self.num(1, &bare), self.draw(&bare));
            }
        }
        t += "[groups]\nband = [\"blue\", \"gold\"]\n[relations.tie]\nfrom = \"red\"\nto = \"blue\"\nvars = { trust = { start = 0.5, min = 0, max = 1 } }\n";
        for id in ["e0", "e1", "e2", "e_band"] {
            t += &self.rule("events", id);
        }
        for at in 0..=self.dice.below(3) {
            t += &self.decision(at);
        }
        for id in ["r0", "r1", "r2", "r_band"] {
            t += &self.rule("reactions", id);
        }
        t += &format!("[[outcomes]]\nid = \"war\"\nwhen = \"red.crisis == crisis.d\"\nends = {}\n", self.dice.one_in(2));
        t += &format!("[[outcomes]]\nid = \"other\"\nwhen = \"{}\"\nends = {}\n", self.cond(2, &bare), self.dice.one_in(3));
        t += "[[outcomes]]\nid = \"rest\"\notherwise = true\n";
        t += &format!("[[indicators]]\nid = \"i0\"\nwhen = \"{}\"\n", self.cond(2, &bare));
        t += &format!("[[indicators]]\nid = \"i1\"\nwhen = \"{}\"\ngiven = \"i0\"\n", self.cond(1, &bare));
        let metric = Scope { metric: true, ..Scope::default() };
        t += &format!("[[metrics]]\nid = \"m0\"\nvalue = \"{}\"\n", self.num(3, &metric));
        t += &format!("[[metrics]]\nid = \"m1\"\nvalue = \"{}\"\ngiven = \"i0\"\n", self.num(2, &metric));
        t += &format!("[[metrics]]\nid = \"m2\"\nvalue = \"{}({})\"\n", self.dice.of(&["first", "since", "time"]), self.cond(1, &bare));
        t += "[[metrics]]\nid = \"m3\"\nvalue = \"w1\"\n[[metrics]]\nid = \"m4\"\nvalue = \"w0 + heat + tie.trust\"\n";
        t
    }
}

/// The text of a scenario. A daring one may have undefined numbers and chances beyond their range.
pub fn scenario(seed: u64, daring: bool) -> String {
    Maker { dice: Dice(seed), daring }.scenario()
}
