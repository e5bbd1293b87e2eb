//! Claims on a scenario whose chances are known.

use super::*;
use crate::scenario::{Changes, load_text};
use crate::study::Silent;

const KNOWN: &str = r#"
format = 1
about = { title = "Known chances", sources = ["invented"] }
clock = { step = "1 day", horizon = "4 days" }
[parameters]
p = 0.5
[[events]]
id     = "war"
when   = "now == 1 day"
chance = "p"
[[events]]
id     = "echo"
chance = 0.5
every  = "1 day"
[[outcomes]]
id   = "war"
when = "ever(war)"
[[outcomes]]
id   = "peace"
otherwise = true
[[indicators]]
id   = "echoed"
when = "ever(echo)"
[[indicators]]
id   = "unheard"
when = "count(echo) > 9"
[[metrics]]
id    = "echoes"
value = "count(echo)"
[[metrics]]
id    = "none"
value = "0 * count(echo)"
[variants.hot]
set = { "parameters.p" = 0.7 }
[variants.same]
set = { "parameters.p" = 0.5 }
"#;

fn results(claims: &[&str], rules: Rules) -> Vec<ClaimResult> {
    // After a semicolon stand further keys.
    let one = |claim: &&str| {
        let (that, keys) = claim.split_once(';').unwrap_or((claim, ""));
        format!("[[expect]]\nthat = \"{that}\"\n{keys}\n")
    };
    let expect: String = claims.iter().map(one).collect();
    let text = format!("{KNOWN}{expect}");
    let arm = |variant: Option<String>| {
        let loaded = load_text("known.toml", &text, &Changes { variant, set: Vec::new() });
        let why = crate::diag::render_all(&loaded.diags, &loaded.sources, false);
        loaded.scenario.unwrap_or_else(|| panic!("{why}"))
    };
    let base = arm(None);
    let arms: Vec<Scenario> = variants(&base.expectations).into_iter().map(arm).collect();
    let cancel = Cancel::default();
    let arms: Vec<&Scenario> = arms.iter().collect();
    let mut claims = Claims::new(&base, &arms, rules, &cancel);
    while !claims.done() {
        claims.look(&Silent, &cancel).unwrap();
    }
    claims.results(false)
}

const RULES: Rules = Rules { seed: 1, max_trials: 40_000, rate: 1e-4, margin: 0.02 };

fn verdict(claim: &str) -> Verdict {
    results(&[claim], RULES)[0].verdict
}

#[test]
fn every_form_is_decided_as_it_is() {
    for (claim, holds) in [
        ("P(war) > 0.3", true),
        ("P(war) < 0.3", false),
        ("P(war) >= 0.6", false),
        ("P(war) between 0.4 and 0.6", true),
        ("P(war) between 0.1 and 0.4", false),
        ("P(war) approximately 0.45 within 0.1", true),
        ("P(war) == 1/2", true),
        ("P(war) == 0.55", false),
        ("P(war) > 0", true),
        ("P(war) < 1", true),
        ("P(war) >= 0", true),
        ("P(war) <= 0", false),
        ("P(war | echoed) between 0.4 and 0.6", true),
        ("P(echoed) > P(war)", true),
        ("P(war) > P(echoed)", false),
        ("P(war | echoed) < P(echoed)", true),
        ("P(war) rises under hot", true),
        ("P(war) falls under hot", false),
        ("P(war) rises under same", false),
        ("P(war | echoed) rises under hot", true),
        ("mean(echoes) > 1.5", true),
        ("mean(echoes) == 2", true),
        ("mean(echoes) < 1.9", false),
        ("mean(echoes) rises under hot", false),
        ("mean(echoes) > mean(none)", true),
        ("mean(none) == 0", true),
        ("median(echoes) == 2", true),
        ("median(echoes) > 2", false),
        ("median(echoes) >= 2", true),
        ("quantile(echoes, 0.9) between 2 and 4", true),
        ("quantile(echoes, 1) <= 4", true),
        ("quantile(echoes, 1) < 4", false),
        ("quantile(echoes, 0) < 1", true),
        ("median day of war < 2", true),
        ("median day of war > 1", false),
        ("mean day of war == 1", true),
        ("mean day of echoed < mean day of peace", true),
        ("median day of echoed < median day of peace", true),
        ("median day of war rises under hot", false),
        ("P(war) > 0.6;variant = 'hot'", true),
        ("P(war) between 0.6 and 0.8;variant = 'hot'", true),
        ("P(war) falls under same;variant = 'hot'", true),
        ("mean(echoes) > 2.4;margin = 0.1", false),
        ("median(echoes) < 2.5;margin = 1.5", true),
        ("median(echoes) > 3;margin = 0.5", false),
        ("mean(none) rises under hot;margin = 0.1", false),
    ] {
        assert_eq!(verdict(claim), if holds { Verdict::Pass } else { Verdict::Fail }, "{claim}");
    }
}

#[test]
fn what_is_far_from_its_limit_is_settled_at_the_first_look() {
    let found = results(&["P(war) < 0.9", "P(war) == 0.5"], RULES);
    assert_eq!((found[0].verdict, found[0].trials), (Verdict::Pass, 256));
    assert!(found[1].trials > 5_000, "{:?}", found[1]);
    let few = Rules { max_trials: 300, ..RULES };
    let found = results(&["P(war) > 0.49", "P(war) < 0.9", "mean(echoes) > 0.1"], few);
    assert_eq!(
        found.iter().map(|c| (c.verdict, c.trials)).collect::<Vec<_>>(),
        [
            (Verdict::Undecided, 300),
            (Verdict::Pass, 256),
            // A mean is not judged from so few.
            (Verdict::Undecided, 300),
        ]
    );
}

#[test]
fn a_condition_that_never_holds_leaves_a_claim_undecided() {
    let few = Rules { max_trials: 2_000, ..RULES };
    let found = results(&["P(war | unheard) > 0.1", "P(unheard | war) < 0.1", "mean day of unheard < 3"], few);
    assert_eq!(found.iter().map(|c| c.verdict).collect::<Vec<_>>(), [Verdict::Undecided, Verdict::Pass, Verdict::Undecided]);
    let finding = found[0].finding.as_ref().unwrap();
    assert_eq!((finding.read, finding.estimate, finding.low), (0, None, None));
}

#[test]
fn threads_change_nothing() {
    let claims = ["P(war) > 0.49", "P(war) rises under hot", "mean(echoes) > 1.99", "median day of echoed < 1.5"];
    let with = |threads: usize| {
        let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build().unwrap();
        pool.install(|| results(&claims, RULES))
    };
    assert_eq!(with(1), with(3));
}

#[test]
fn looks_double_and_then_grow_by_an_eighth() {
    let mut looks = vec![0];
    while *looks.last().unwrap() < 1500 {
        looks.push(look_after(looks[looks.len() - 1], 1_500));
    }
    assert_eq!(looks, [0, 256, 512, 1024, 1152, 1344, 1500]);
    assert_eq!((look_after(0, 100), look_after(256, 300)), (100, 300));
}
