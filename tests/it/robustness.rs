//! No scenario file panics or hangs, whatever stands in it: property tests, files made to be slow, and a
//! mutational fuzz loop that CI runs for a bounded time.
//!
//! The loop is our own, seeded and some twenty lines long, since it runs on stable Rust with the tests and
//! needs no other tool; `cargo fuzz` needs nightly. It knows the words of the format, which finds more here
//! than coverage does:
//! `FUZZ_SECONDS=30 cargo test --release --test it fuzz -- --ignored --nocapture`.

use std::fs;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use escalade::diag::render_all;
use escalade::scenario::names::Context;
use escalade::scenario::{Changes, Loaded, load_text};
use proptest::prelude::*;

/// Loads a text and renders all that is said about it: neither may panic.
fn survives(text: &str, changes: &Changes) -> Loaded {
    let loaded = load_text("input.toml", text, changes);
    let rendered = render_all(&loaded.diags, &loaded.sources, false);
    assert!(loaded.scenario.is_some() || !rendered.is_empty(), "refused without a word");
    let _ = escalade::diag::to_json(&loaded.diags, &loaded.sources);
    loaded
}

fn plain(text: &str) -> Loaded {
    survives(text, &Changes::default())
}

fn shipped() -> Vec<String> {
    let mut files = Vec::new();
    collect(&Path::new(env!("CARGO_MANIFEST_DIR")).join("scenarios"), &mut files);
    files.sort();
    files.iter().map(|p| fs::read_to_string(p).expect("a shipped scenario")).collect()
}

fn collect(folder: &Path, files: &mut Vec<PathBuf>) {
    for entry in fs::read_dir(folder).expect("a folder of scenarios") {
        let path = entry.expect("readable").path();
        if path.is_dir() {
            collect(&path, files);
        } else if path.extension().is_some_and(|e| e == "toml") {
            files.push(path);
        }
    }
}

/// Words of the format and of its language, and what breaks parsers.
const WORDS: &[&str] = &[
    "format",
    "use",
    "set",
    "about",
    "clock",
    "step",
    "horizon",
    "every",
    "start",
    "parameters",
    "dist",
    "\"normal\"",
    "\"categorical\"",
    "weights",
    "mean",
    "sd",
    "ladders",
    "rungs",
    "id",
    "\"border\"",
    "actors",
    "starts",
    "vars",
    "sees",
    "of",
    "noise",
    "lag",
    "groups",
    "relations",
    "from",
    "to",
    "events",
    "[[events]]",
    "[[decisions]]",
    "[[decisions.options]]",
    "[[reactions]]",
    "[[outcomes]]",
    "when",
    "chance",
    "within",
    "rate",
    "per",
    "\"day\"",
    "at",
    "draws",
    "effects",
    "once",
    "cooldown",
    "says",
    "enabled",
    "otherwise",
    "true",
    "false",
    "move",
    "lead",
    "abort",
    "choose",
    "\"logit\"",
    "utility",
    "\"1 day\"",
    "\"0 days\"",
    "\"-1 day\"",
    "\"1e9 weeks\"",
    "0",
    "-1",
    "1e308",
    "1e-320",
    "9223372036854775807",
    "-9223372036854775808",
    "nan",
    "inf",
    "0x7f",
    "2026-03-08",
    "2026-03-08T12:00:00Z",
    "12:00:00",
    "\"\"",
    "''",
    "\"\"\"",
    "'''",
    "\\",
    "\\u0000",
    "\\ud800",
    "{",
    "}",
    "[",
    "]",
    "[[",
    "]]",
    "=",
    ".",
    ",",
    "#",
    "\n",
    "\r\n",
    "\t",
    "\u{0}",
    "\u{202e}",
    "é",
    "日本",
    "😀",
    "self",
    "each",
    "now",
    "never",
    "horizon",
    "sum(g, ",
    "any(",
    "rises(",
    "count(",
    "ever(",
    "was(",
    "link(a, b).v",
    "table(",
    "bayes(",
    "if(",
    "and",
    "or",
    "not",
    "==",
    "!=",
    "<=",
    "+=",
    "-=",
    "after 7 days:",
    "if x:",
    "@2026-03-08",
    "^",
    "*",
    "/",
    "-",
    "+",
    "1/0",
    "0/0",
    "{x:.1f}",
    "{{",
    "P(rest) < 0.1",
    "rises under v",
    "parameters.p",
];

fn words(most: usize) -> impl Strategy<Value = String> {
    let word = prop_oneof![
        6 => proptest::sample::select(WORDS).prop_map(str::to_owned),
        1 => "[a-z_]{1,4}".prop_map(|s| s),
        1 => any::<f64>().prop_map(|x| x.to_string()),
        1 => "\\PC{0,3}".prop_map(|s| s),
    ];
    proptest::collection::vec(word, 0..most).prop_map(|w| w.join(" "))
}

/// A line such as a scenario has.
fn line() -> impl Strategy<Value = String> {
    let key = prop_oneof![proptest::sample::select(WORDS).prop_map(str::to_owned), "[a-z]{1,5}".prop_map(|s| s)];
    let value = prop_oneof![
        words(6),
        words(6).prop_map(|w| format!("\"{}\"", w.replace(['"', '\n', '\r', '\\'], ""))),
        words(4).prop_map(|w| format!("[{w}]")),
        words(4).prop_map(|w| format!("{{ {w} }}")),
        Just("\"x > 1\"".to_owned()),
        any::<i64>().prop_map(|i| i.to_string()),
    ];
    (key, value, 0_u8..6).prop_map(|(key, value, kind)| match kind {
        0 => format!("[{key}]"),
        1 => format!("[[{key}]]"),
        2 => format!("[{key}.x]"),
        _ => format!("{key} = {value}"),
    })
}

/// A change of a text, by numbers.
#[derive(Clone, Debug)]
enum Cut {
    Delete(usize),
    Double(usize),
    Swap(usize, usize),
    Word(usize, usize),
    Char(usize, char),
}

fn cut() -> impl Strategy<Value = Cut> {
    let n = 0_usize..10_000;
    prop_oneof![
        n.clone().prop_map(Cut::Delete),
        n.clone().prop_map(Cut::Double),
        (n.clone(), n.clone()).prop_map(|(a, b)| Cut::Swap(a, b)),
        (n.clone(), n.clone()).prop_map(|(a, b)| Cut::Word(a, b)),
        (n, any::<char>()).prop_map(|(a, c)| Cut::Char(a, c)),
    ]
}

fn mutate(text: &str, cuts: &[Cut]) -> String {
    let mut lines: Vec<String> = text.lines().map(str::to_owned).collect();
    for cut in cuts {
        if lines.is_empty() {
            break;
        }
        let n = lines.len();
        match cut {
            Cut::Delete(a) => drop(lines.remove(a % n)),
            Cut::Double(a) => lines.insert(a % n, lines[a % n].clone()),
            Cut::Swap(a, b) => lines.swap(a % n, b % n),
            Cut::Word(a, b) => {
                let line = &lines[a % n];
                let parts: Vec<&str> = line.split_inclusive([' ', '"', '.', '(', ',']).collect();
                let at = b % parts.len().max(1);
                let put = WORDS[b % WORDS.len()];
                let changed: Vec<&str> = parts.iter().enumerate().map(|(i, p)| if i == at { put } else { p }).collect();
                lines[a % n] = changed.concat();
            }
            Cut::Char(a, c) => {
                let line = &mut lines[a % n];
                let places: Vec<usize> = line.char_indices().map(|p| p.0).collect();
                let at = places.get(a % places.len().max(1)).copied().unwrap_or(0);
                line.insert(at, *c);
            }
        }
    }
    lines.join("\n")
}

/// A scenario with one of everything that a name can mean, and an indicator to be filled in.
fn around(expression: &str) -> String {
    format!("{WORLD}\n[[indicators]]\nid = \"it\"\nwhen = '''{expression}'''\n")
}

const WORLD: &str = r#"
format = 1
about.title = "names"
clock = { step = "1 day", horizon = "20 days", start = 2026-03-03 }
parameters = { p = 0.5, q = { dist = "uniform", min = 0, max = 1 }, c = { dist = "categorical", weights = { a = 1, b = 2 } } }
ladders.border.rungs = [{ id = "calm", cost = 0 }, { id = "war", cost = 2 }]
regimes.talks = { start = "open", states = [{ id = "open", heat = 1 }, { id = "closed", heat = 2 }], moves = [{ from = "open", to = "closed", chance = 0.1 }] }
world.vars = { x = { start = 0.5 }, y = { start = 1, min = 0, max = 3 }, d = { is = "x + y" } }
actors.red = { starts = { border = "calm" }, vars = { z = { start = 0 } }, sees = { news = { of = "x", noise = 0.1 } } }
actors.blue = { vars = { z = { start = 1 } } }
groups.g = ["red", "blue"]
relations.r = { from = "red", to = "blue", vars = { v = { start = 0 } } }
events = [{ id = "e", for = "g", chance = 0.2, draws = { k = { dist = "poisson", mean = 2 } }, effects = ["x += 0.1 * k"] }]
decisions = [{ id = "t", actor = "red", choose = "logit", options = [{ id = "o", utility = 1 }, { id = "h", utility = "news" }] }]
outcomes = [{ id = "rest", otherwise = true }]
"#;

const NAMES: &[&str] = &[
    "x",
    "y",
    "d",
    "p",
    "q",
    "c",
    "c.a",
    "red.z",
    "blue.z",
    "red.border",
    "border.war",
    "red.border.cost",
    "talks",
    "talks.open",
    "talks.heat",
    "talks.open.closed",
    "e",
    "e.n",
    "e.k",
    "red.e",
    "t.o",
    "r.v",
    "link(red, blue).v",
    "now",
    "never",
    "horizon",
    "@2026-03-08",
    "2 days",
    "1",
    "0.5",
    "true",
    "false",
    "each.z",
    "self",
    "nothing",
];

/// Any expression, well typed or not.
fn expression() -> impl Strategy<Value = String> {
    let leaf = proptest::sample::select(NAMES).prop_map(str::to_owned);
    leaf.prop_recursive(5, 40, 3, |inner| {
        let two = (inner.clone(), inner.clone());
        let operator = proptest::sample::select(vec!["+", "-", "*", "/", "^", "<", "<=", ">", ">=", "==", "!=", "and", "or"]);
        let function = proptest::sample::select(vec![
            "ever", "always", "abs", "floor", "exp", "ln", "sqrt", "first", "since", "rises", "count", "time", "mean", "highest", "total",
        ]);
        let windowed = proptest::sample::select(vec![
            "was", "held", "time", "ever", "count", "mean", "min", "max", "sum", "any", "all", "at_first", "link",
        ]);
        prop_oneof![
            (operator, two.clone()).prop_map(|(o, (a, b))| format!("({a}) {o} ({b})")),
            inner.clone().prop_map(|a| format!("not ({a})")),
            inner.clone().prop_map(|a| format!("-({a})")),
            (function, inner.clone()).prop_map(|(f, a)| format!("{f}({a})")),
            (windowed, two.clone()).prop_map(|(f, (a, b))| format!("{f}({a}, {b})")),
            inner.clone().prop_map(|a| format!("was({a}, 3 days)")),
            inner.clone().prop_map(|a| format!("sum(g, {a})")),
            (inner.clone(), two).prop_map(|(a, (b, c))| format!("if({a}, {b}, {c})")),
        ]
    })
}

/// A number that reads something, so that it is not folded away.
fn number() -> impl Strategy<Value = String> {
    let leaf = proptest::sample::select(vec!["x", "y", "p", "q", "red.z", "r.v", "e.n"]).prop_map(str::to_owned);
    leaf.prop_recursive(5, 30, 3, |inner| {
        let operator = proptest::sample::select(vec!["+", "-", "*", "/", "^"]);
        let function = proptest::sample::select(vec!["abs", "floor", "exp", "ln", "sqrt", "logistic", "mean", "highest", "lowest"]);
        let comparison = proptest::sample::select(vec!["<", "<=", ">", ">="]);
        prop_oneof![
            (inner.clone(), operator.clone(), inner.clone()).prop_map(|(a, o, b)| format!("({a}) {o} ({b})")),
            (inner.clone(), operator, 1_u8..9).prop_map(|(a, o, n)| format!("{a} {o} {n}")),
            inner.clone().prop_map(|a| format!("-({a})")),
            (function, inner.clone()).prop_map(|(f, a)| format!("{f}({a})")),
            (inner.clone(), 1_u8..9).prop_map(|(a, n)| format!("was({a}, {n} days)")),
            (inner.clone(), inner.clone()).prop_map(|(a, b)| format!("max({a}, {b})")),
            (inner.clone(), comparison, inner.clone(), inner.clone()).prop_map(|(a, o, b, c)| format!("if(({a}) {o} ({b}), {b}, {c})")),
            (inner.clone(), inner.clone()).prop_map(|(a, b)| format!("table({a}, 0, {b}, 2.5, 7)")),
            (inner.clone(), inner.clone(), inner).prop_map(|(a, b, c)| format!("bayes({a}, {b}, {c})")),
        ]
    })
}

fn listed(expression: &str) -> Option<String> {
    let loaded = plain(&around(expression));
    let scenario = loaded.scenario?;
    let when = scenario.indicators.last()?.when.expr;
    Some(Context::new(&scenario).text(when))
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::with_cases(192) })]

    #[test]
    fn any_bytes_are_survived(bytes in proptest::collection::vec(any::<u8>(), 0..400)) {
        plain(&String::from_utf8_lossy(&bytes));
    }

    #[test]
    fn any_words_are_survived(text in words(60)) {
        plain(&text);
    }

    #[test]
    fn any_lines_are_survived(lines in proptest::collection::vec(line(), 0..25)) {
        plain(&format!("format = 1\n{}", lines.join("\n")));
        plain(&format!("{WORLD}\n{}", lines.join("\n")));
    }

    #[test]
    fn changed_scenarios_are_survived(which in any::<prop::sample::Index>(), cuts in proptest::collection::vec(cut(), 1..6)) {
        let all = shipped();
        plain(&mutate(&all[which.index(all.len())], &cuts));
    }

    #[test]
    fn any_expression_is_survived(text in expression()) {
        plain(&around(&text));
    }

    #[test]
    fn any_words_in_an_expression_are_survived(text in words(12)) {
        plain(&around(&text.replace('\'', "")));
    }

    #[test]
    fn any_set_path_is_survived(which in any::<prop::sample::Index>(), parts in proptest::collection::vec(proptest::sample::select(WORDS), 1..5), value in words(4)) {
        let all = shipped();
        let flag = format!("{}={value}", parts.join("."));
        survives(&all[which.index(all.len())], &Changes { variant: None, set: vec![flag] });
    }

    /// Print, then parse, then print gives the same text: nothing is lost or misread by brackets.
    #[test]
    fn a_printed_expression_means_itself(text in number()) {
        if let Some(once) = listed(&format!("{text} > q"))
            && !once.contains("...")
            && !once.contains("d ")
        {
            let again = listed(&once);
            prop_assert_eq!(again.as_deref(), Some(once.as_str()), "{}", text);
        }
    }
}

/// Files made to be slow or deep: each must end, in an error or a scenario, and soon.
fn slow_files() -> Vec<(&'static str, String)> {
    let head = "format = 1\nabout.title = \"slow\"\nclock = { step = \"1 day\", horizon = \"10 days\" }\noutcomes = [{ id = \"rest\", otherwise = true }]\n";
    let with = |text: String| format!("{head}{text}");
    let many = |n: usize, f: &dyn Fn(usize) -> String| (0..n).map(f).collect::<String>();
    let listed = |n: usize, f: &dyn Fn(usize) -> String| (0..n).map(f).collect::<Vec<_>>().join(",");
    let members =
        |n: usize| format!("{}groups.g = [{}]\n", many(n, &|i| format!("actors.a{i} = {{}}\n")), listed(n, &|i| format!("\"a{i}\"")));
    let mib = (1 << 20) - 400;
    vec![
        ("brackets", with(format!("x = {}", "[".repeat(mib)))),
        ("inline tables", with(format!("x = {}", "{a=".repeat(mib / 3)))),
        ("dotted keys", with(format!("[{}a]", "a.".repeat(mib / 2)))),
        ("quotes", with(format!("x = {}", "\"".repeat(mib)))),
        ("junk lines", with("@#!\n".repeat(mib / 4))),
        ("unknown keys", with(format!("[clock2]\n{}", many(80_000, &|i| format!("k{i} = 1\n"))))),
        ("parameters", with(format!("[parameters]\n{}", many(19_000, &|i| format!("p{i} = 1\n"))))),
        ("one id", with(many(15_000, &|_| "[[events]]\nid = \"e\"\n".to_owned()))),
        ("unknown names", with(many(15_000, &|i| format!("[[indicators]]\nid = \"i{i}\"\nwhen = \"zz{i}\"\n")))),
        (
            "chain",
            with(format!("[world.vars]\na0 = {{ start = 1 }}\n{}", many(200, &|i| format!("a{} = {{ is = \"a{i} + a{i}\" }}\n", i + 1)))),
        ),
        (
            "chain, forward",
            with(format!("[world.vars]\na0 = {{ start = 1 }}\n{}", many(15_000, &|i| format!("a{} = {{ is = \"a{i} + 1\" }}\n", i + 1)))),
        ),
        (
            "chain, backward",
            with(format!(
                "[world.vars]\n{}a15000 = {{ start = 1 }}\n",
                many(15_000, &|i| format!("a{i} = {{ is = \"a{} + 1\" }}\n", i + 1))
            )),
        ),
        (
            "parameters, backward",
            with(format!("[parameters]\n{}a15000 = 1\n", many(15_000, &|i| format!("a{i} = {{ is = \"a{} + 1\" }}\n", i + 1)))),
        ),
        (
            "parameters, two before",
            with(format!(
                "[parameters]\na0 = {{ dist = \"beta\", alpha = 1, beta = 1 }}\na1 = 2\n{}[[events]]\nid = \"e\"\nchance = \"a149\"\n",
                many(148, &|i| format!("a{} = {{ is = \"a{} + a{i}\" }}\n", i + 2, i + 1))
            )),
        ),
        (
            "equal sums",
            with(format!(
                "[world.vars]\na0 = {{ start = 1 }}\n{}[[events]]\nid = \"e\"\nwhen = \"a200 == 1\"\n",
                many(200, &|i| format!("a{} = {{ is = \"floor(a{i}) + a{i}\" }}\n", i + 1))
            )),
        ),
        (
            "events",
            with(format!(
                "world.vars.x = {{ start = 0 }}\n{}",
                many(16_000, &|i| format!("[[events]]\nid = \"e{i}\"\neffects = [\"x = 1\"]\n"))
            )),
        ),
        ("nested sums", with(format!("{}[[events]]\nid = \"e\"\nfor = \"g\"\nwhen = \"sum(g, sum(g, sum(g, 1))) > 1\"\n", members(3_000)))),
        (
            "effects for a group",
            with(format!(
                "{}world.vars.x = {{ start = 0 }}\n[[events]]\nid = \"e\"\nfor = \"g\"\neffects = [{}]\n",
                members(3_000),
                listed(100, &|_| format!("\"x += {}1\"", "x*".repeat(1900)))
            )),
        ),
        (
            "long expression",
            with(format!("world.vars.x = {{ start = 0 }}\n[[indicators]]\nid = \"i\"\nwhen = \"{}x > 1\"\n", "x+".repeat(1980))),
        ),
        ("long key", with(format!("{} = 1\n", "k".repeat(mib)))),
        ("long text", with(format!("[[events]]\nid = \"e\"\nsays = \"{}\"\n", "x".repeat(mib)))),
        ("claims", with(many(19_000, &|_| "[[expect]]\nthat = \"P(rest) < 0.5\"\n".to_owned()))),
        (
            "set",
            with(format!(
                "[parameters]\n{}[set]\n{}",
                many(4_000, &|i| format!("p{i} = 1\n")),
                many(4_000, &|i| format!("\"parameters.p{i}\" = 2\n"))
            )),
        ),
        (
            "rung numbers",
            with(format!("ladders.l.rungs = [{{ id = \"a\", {} }}, {{ id = \"b\" }}]\n", listed(19_000, &|i| format!("n{i} = 1")))),
        ),
        (
            "empty lines before errors",
            with(format!("{}{}", "\n".repeat(900_000), many(60, &|i| format!("[[indicators]]\nid = \"i{i}\"\nwhen = \"zz\"\n")))),
        ),
    ]
}

#[test]
fn slow_files_end() {
    for (name, text) in slow_files() {
        let begun = Instant::now();
        let loaded = plain(&text);
        let first = loaded.diags.items().first().map_or("fine", |d| d.code.id());
        println!("{:>8.0?} {name}: {first}", begun.elapsed());
    }
}

/// A small generator of our own, so that the loop has no dependency and a printed seed repeats it.
struct Random(u64);

impl Random {
    fn below(&mut self, n: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        usize::try_from(self.0 % (n.max(1) as u64)).unwrap_or(0)
    }

    fn cut(&mut self) -> Cut {
        match self.below(8) {
            0 => Cut::Delete(self.below(10_000)),
            1 => Cut::Double(self.below(10_000)),
            2 => Cut::Swap(self.below(10_000), self.below(10_000)),
            3 => Cut::Char(self.below(10_000), char::from_u32(u32::try_from(self.below(0x11_0000)).unwrap_or(0)).unwrap_or('\u{0}')),
            _ => Cut::Word(self.below(10_000), self.below(10_000)),
        }
    }
}

#[test]
#[ignore = "runs for FUZZ_SECONDS (default 30); CI runs it by name"]
fn fuzz_the_front_end() {
    let number = |name: &str, otherwise: u64| std::env::var(name).ok().and_then(|s| s.parse().ok()).unwrap_or(otherwise);
    let seconds = number("FUZZ_SECONDS", 30);
    let clock = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH).map_or(1, |d| d.as_secs());
    let seed = number("FUZZ_SEED", clock).max(1);
    println!("FUZZ_SEED={seed}");
    let mut random = Random(seed);
    let mut corpus = shipped();
    corpus.push(around("x > 1"));
    let seeds = corpus.len();
    // An abort (a stack that overflows) leaves the last input here.
    let last = std::env::temp_dir().join("escalade-fuzz-last.toml");
    let (begun, mut runs) = (Instant::now(), 0_u64);
    while begun.elapsed() < Duration::from_secs(seconds) {
        let base = random.below(corpus.len());
        let cuts: Vec<Cut> = (0..=random.below(4)).map(|_| random.cut()).collect();
        let text = mutate(&corpus[base], &cuts);
        fs::write(&last, &text).expect("the input is kept");
        let one = Instant::now();
        let result = std::panic::catch_unwind(|| plain(&text).scenario.is_some());
        // Not a measure of speed: a file that runs away takes minutes.
        assert!(one.elapsed() < Duration::from_mins(1), "runs away: {}", last.display());
        match result {
            // What still loads, or fails late, is worth changing further.
            Ok(true) if corpus.len() < 400 => corpus.push(text),
            Ok(true) => {
                let at = seeds + random.below(400 - seeds);
                corpus[at] = text;
            }
            Ok(false) => {}
            Err(panic) => {
                println!("panicked: {} (FUZZ_SEED={seed})", last.display());
                std::panic::resume_unwind(panic)
            }
        }
        runs += 1;
    }
    println!("{runs} inputs in {seconds} s");
}
