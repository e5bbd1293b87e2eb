//! Charts as they are drawn: pictures that are reviewed, and what holds of all of them.

use super::*;

fn head(id: &str) -> Head {
    Head { id: id.to_owned(), title: format!("Title of {id}"), desc: "What is to be seen.".to_owned() }
}

/// One small chart of each kind.
fn all() -> Vec<(&'static str, Chart)> {
    let days = vec![0.0, 30.0, 60.0];
    let row = |label: &str, value: Option<f64>, interval, words: &str, series| Row {
        label: label.into(),
        value,
        interval,
        words: words.into(),
        series,
        limits: Vec::new(),
    };
    let shares = Intervals {
        rows: vec![
            row("Sustained campaign", Some(0.35), Some((0.34, 0.36)), "35 % [34, 36]", 0),
            row("A label that is so long that it must be wrapped into several lines", Some(0.1), Some((0.09, 0.11)), "10 % [9, 11]", 1),
            row("Never seen", None, Some((0.0, 0.003)), "below 0.3 %", 2),
        ],
        unit: Unit::Share,
        bars: true,
        zero: false,
        range: None,
    };
    let forest = Intervals {
        rows: vec![
            row("Quiet restraint", Some(-0.12), Some((-0.14, -0.1)), "−12 points", 0),
            row("No change", Some(0.0), Some((0.0, 0.0)), "0", 0),
        ],
        unit: Unit::Points,
        bars: false,
        zero: true,
        range: None,
    };
    let line = |label: &str, values: Vec<f64>, series| {
        let band = (values.iter().map(|x| x - 0.01).collect(), values.iter().map(|x| x + 0.01).collect());
        Line { label: label.into(), values, band, series }
    };
    let lines = Lines {
        days: days.clone(),
        along: None,
        lines: vec![line("War", vec![0.0, 0.1, 0.3], 0), line("Truce", vec![0.0, 0.28, 0.29], 1)],
        unit: Unit::Share,
    };
    let along = Lines {
        days: vec![0.1, 0.3, 0.5],
        along: Some(Along { label: "parameters.resolve".into(), values: vec!["0.1".into(), "0.3".into(), "0.5".into()] }),
        lines: vec![line("War", vec![0.05, 0.1, 0.3], 0), line("Truce", vec![0.3, 0.28, 0.2], 1)],
        unit: Unit::Share,
    };
    let layer = |label: &str, shares: Vec<f64>, threshold: Option<&str>| Layer {
        label: label.into(),
        shares,
        threshold: threshold.map(str::to_owned),
    };
    let stacks = Stacks {
        days: days.clone(),
        layers: vec![
            layer("calm", vec![1.0, 0.6, 0.5], None),
            layer("fire", vec![0.0, 0.3, 0.3], None),
            layer("war", vec![0.0, 0.1, 0.2], Some("law")),
        ],
        ordered: true,
    };
    let fan = Fan { days, quantiles: [0.1, 0.2, 0.3, 0.4, 0.5].map(|x| vec![0.3, x, x * 1.1]), series: 0 };
    let rung = |label: &str, threshold: Option<&str>| FlowRung {
        label: label.into(),
        note: "12 d".into(),
        threshold: threshold.map(str::to_owned),
    };
    let flow = Flow {
        rungs: vec![rung("calm", None), rung("fire", None), rung("war", Some("law"))],
        moves: vec![
            FlowMove { from: 0, to: 1, per_trial: 1.2 },
            FlowMove { from: 1, to: 0, per_trial: 0.8 },
            FlowMove { from: 0, to: 2, per_trial: 0.05 },
        ],
    };
    let names = vec!["calm".to_owned(), "fire".to_owned(), "war".to_owned()];
    let steps =
        Steps { rungs: names, paths: vec![Path { label: "War".into(), note: "24 % of these".into(), rungs: vec![0, 1, 2, 1], series: 0 }] };
    let step = |label: &str, threshold: Option<&str>, starts: &[&str]| LadderRung {
        label: label.into(),
        threshold: threshold.map(str::to_owned),
        starts: starts.iter().map(|s| (*s).to_owned()).collect(),
    };
    let rungs = Rungs { rungs: vec![step("calm", None, &["North"]), step("fire", None, &[]), step("war", Some("law"), &[])] };
    let node = |label: &str, kind: &str| Node { label: label.into(), kind: kind.into() };
    let link = |from, to, kind, number| Link { from, to, kind, both: kind == LinkKind::Spillover, number, label: "joins".into() };
    let network = Network {
        nodes: vec![node("North", "state"), node("South", "state"), node("Militia", "armed group"), node("Alone", "observer")],
        links: vec![link(0, 1, LinkKind::Relation, 1), link(1, 2, LinkKind::Relation, 2), link(2, 0, LinkKind::Spillover, 0)],
    };
    let curve = Density { shape: Shape::Curve(vec![(0.0, 0.0), (0.5, 1.0), (1.0, 0.0)]), middle: Some(0.5) };
    let bars =
        Density { shape: Shape::Bars(vec![Bar { label: "yes".into(), share: 0.7 }, Bar { label: "no".into(), share: 0.3 }]), middle: None };
    let heat = Heat {
        x_label: "resolve".into(),
        y_label: "control".into(),
        x: vec!["0".into(), "1".into()],
        y: vec!["0".into(), "1".into()],
        cells: vec![vec![Some(0.1), Some(0.2)], vec![Some(0.9), None]],
        words: vec![vec!["10 %".into(), "20 %".into()], vec!["90 %".into(), String::new()]],
    };
    let limit = |at, up| Limit { at, margin: 0.01, up };
    let limits = Intervals {
        rows: vec![
            Row {
                label: "✓ P(war) < 0.1".into(),
                value: Some(0.05),
                interval: Some((0.02, 0.09)),
                words: "5 % [2, 9]".into(),
                series: 2,
                limits: vec![limit(0.1, false)],
            },
            Row {
                label: "✗ P(truce) between 0.2 and 0.3".into(),
                value: Some(0.6),
                interval: Some((0.4, 1.2)),
                words: "60 %".into(),
                series: 1,
                limits: vec![limit(0.2, true), limit(0.3, false)],
            },
        ],
        unit: Unit::Share,
        bars: false,
        zero: false,
        range: Some((0.0, 1.0)),
    };
    vec![
        ("limits", Chart::Intervals(limits)),
        ("shares", Chart::Intervals(shares)),
        ("forest", Chart::Intervals(forest)),
        ("lines", Chart::Lines(lines)),
        ("along", Chart::Lines(along)),
        ("stacks", Chart::Stacks(stacks)),
        ("fan", Chart::Fan(fan)),
        ("flow", Chart::Flow(flow)),
        ("steps", Chart::Steps(steps)),
        ("rungs", Chart::Rungs(rungs)),
        ("network", Chart::Network(network)),
        ("density-curve", Chart::Density(curve)),
        ("density-bars", Chart::Density(bars)),
        ("heat", Chart::Heat(heat)),
    ]
}

/// One element a line, so that a change in a picture can be read.
fn lines_of(svg: &str) -> String {
    svg.replace("><", ">\n<")
}

#[test]
fn every_chart_is_drawn_as_it_was() {
    for (name, chart) in all() {
        insta::assert_snapshot!(format!("{name}-wide"), lines_of(&chart.draw(&head(name), Page::Wide).finish()));
        insta::assert_snapshot!(format!("{name}-narrow"), lines_of(&chart.draw(&head(name), Page::Narrow).finish()));
    }
}

#[test]
fn every_chart_says_what_it_shows_and_is_small() {
    for (name, chart) in all() {
        for page in [Page::Wide, Page::Narrow, Page::Small] {
            let svg = chart.draw(&head(name), page).finish();
            assert!(svg.contains("role=\"img\"") && svg.contains("aria-labelledby=") && svg.contains("<title "), "{name}");
            assert!(svg.contains(&format!("Title of {name}")), "{name}");
            assert!(svg.len() < 8_000, "{name}: {} bytes", svg.len());
            assert!(!svg.contains("NaN") && !svg.contains("inf"), "{name}");
            assert!(!svg.contains("style="), "{name}: a policy without inline styles would stop it");
        }
    }
}

/// Numbers that nobody expects, and no numbers at all, are drawn somehow: a report does not panic.
#[test]
fn odd_numbers_are_drawn() {
    let odd = [f64::NAN, f64::INFINITY, -1e300, 1e300, 0.0];
    let none = Intervals { rows: Vec::new(), unit: Unit::Share, bars: true, zero: false, range: None };
    let rows = odd.iter().map(|x| Row { value: Some(*x), interval: Some((*x, -*x)), ..Row::default() }).collect();
    let line = Line { values: odd.to_vec(), band: (odd.to_vec(), odd.to_vec()), ..Line::default() };
    let many = (0..40).map(|i| Node { label: format!("node {i}"), kind: String::new() }).collect();
    let self_link = Link { from: 3, to: 3, kind: LinkKind::Relation, both: false, number: 1, label: String::new() };
    let lost = Link { from: 99, to: 3, kind: LinkKind::Spillover, both: false, number: 1, label: String::new() };
    let charts = [
        Chart::Intervals(none),
        Chart::Intervals(Intervals { rows, unit: Unit::Number, bars: false, zero: true, range: None }),
        Chart::Lines(Lines { days: odd.to_vec(), along: None, lines: vec![line], unit: Unit::Number }),
        Chart::Lines(Lines { days: Vec::new(), along: None, lines: Vec::new(), unit: Unit::Share }),
        Chart::Stacks(Stacks { days: vec![0.0], layers: vec![Layer { shares: odd.to_vec(), ..Layer::default() }], ordered: true }),
        Chart::Stacks(Stacks { days: Vec::new(), layers: vec![Layer::default()], ordered: false }),
        Chart::Fan(Fan { days: odd.to_vec(), quantiles: std::array::from_fn(|_| odd.to_vec()), series: 0 }),
        Chart::Flow(Flow { rungs: Vec::new(), moves: vec![FlowMove { from: 7, to: 9, per_trial: f64::NAN }] }),
        Chart::Steps(Steps { rungs: Vec::new(), paths: vec![Path { rungs: vec![9, 0], ..Path::default() }] }),
        Chart::Rungs(Rungs { rungs: Vec::new() }),
        Chart::Network(Network { nodes: many, links: vec![self_link, lost] }),
        Chart::Network(Network::default()),
        Chart::Density(Density { shape: Shape::Curve(odd.iter().map(|x| (*x, *x)).collect()), middle: Some(f64::NAN) }),
        Chart::Density(Density { shape: Shape::Bars(Vec::new()), middle: None }),
        Chart::Heat(Heat {
            x_label: String::new(),
            y_label: String::new(),
            x: Vec::new(),
            y: Vec::new(),
            cells: vec![odd.iter().map(|x| Some(*x)).collect()],
            words: Vec::new(),
        }),
    ];
    for chart in charts {
        for page in [Page::Wide, Page::Narrow] {
            let svg = chart.draw(&head("odd"), page).finish();
            assert!(svg.starts_with("<svg") && svg.ends_with("</svg>"));
            assert!(!svg.contains("NaN") && !svg.contains("\"inf"), "{svg}");
        }
    }
}
