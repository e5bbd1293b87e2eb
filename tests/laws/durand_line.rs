//! The Durand Line: every mechanism matters, in the direction that it claims, on paired trials.
//!
//! Each push changes one thing of the scenario; both sides run the same trials of the same seed, so only
//! what the push touches differs. The mean paired difference must lie more than 3.09 standard errors on the
//! claimed side: a mechanism without effect passes with a chance of 1 in 1,000. Effects that are small for a
//! good reason get more trials, not a lower bar.

use std::path::{Path, PathBuf};

use crate::claims::{SEED, rows, sample, scenario};
use escalade::lang::BinaryOp;
use escalade::lang::claim::{Claim, Quantity};
use escalade::results::TrialRow;
use escalade::scenario::Scenario;
use rayon::prelude::*;

/// Trials for a push whose effect stands out.
const STRONG: u64 = 1_200;
/// Trials for a push with a small effect.
const WEAK: u64 = 6_000;
/// Standard errors that the difference must exceed.
const BAR: f64 = 3.09;

/// One thing that is pushed from `a` to `b`, and the reading that must move.
struct Push {
    code: &'static str,
    variant: Option<&'static str>,
    both: &'static [&'static str],
    a: &'static str,
    b: &'static str,
    reading: &'static str,
    rises: bool,
    trials: u64,
    why: &'static str,
}

#[rustfmt::skip]
const PUSHES: &[Push] = &[
    Push { code: "L-5", variant: None, both: &[], a: "decisions.pakistan_border.options.halt.enabled=true", b: "decisions.pakistan_border.options.halt.enabled=false", reading: "strike_days", rises: true, trials: STRONG, why: "without a step down strikes go on" },
    Push { code: "L-5", variant: None, both: &[], a: "decisions.pakistan_border.options.cool.enabled=true", b: "decisions.pakistan_border.options.cool.enabled=false", reading: "late_tension", rises: true, trials: STRONG, why: "without small steps down tension stays" },
    Push { code: "I-2", variant: None, both: &[], a: "parameters.rally=0", b: "parameters.rally=0.3", reading: "strike_days", rises: false, trials: WEAK, why: "an army that has rallied the public need not strike as often" },
    Push { code: "I-6", variant: None, both: &[], a: "reactions.unanswered.enabled=false", b: "reactions.unanswered.enabled=true", reading: "renewed", rises: true, trials: WEAK, why: "attacks without an answer cost the army its name" },
    Push { code: "M3", variant: None, both: &[], a: "reactions.old_policy_ends.enabled=false", b: "reactions.old_policy_ends.enabled=true", reading: "strike_days", rises: true, trials: WEAK, why: "who gives up on the Taliban as partners strikes more" },
    Push { code: "L-1", variant: None, both: &[], a: "ladders.border.rungs.deep_strikes.cost_up=0.2", b: "ladders.border.rungs.deep_strikes.cost_up=3.0", reading: "top_rung", rises: false, trials: STRONG, why: "a dearer rung is climbed less often" },
    Push { code: "L-2", variant: None, both: &[], a: "decisions.pakistan_border.options.deepen.move.targets=0", b: "decisions.pakistan_border.options.deepen.move.targets=3", reading: "afghan_civilians", rises: true, trials: STRONG, why: "targets nearer to cities put more civilians at risk" },
    Push { code: "L-3 firebreak", variant: None, both: &[], a: "ladders.border.rungs.air_strikes.firebreak=0", b: "ladders.border.rungs.air_strikes.firebreak=3", reading: "renewed", rises: false, trials: STRONG, why: "a salient line deters" },
    Push { code: "L-3 erosion", variant: None, both: &[], a: "parameters.erosion=0", b: "parameters.erosion=0.9", reading: "top_rung", rises: true, trials: STRONG, why: "a line once crossed no longer deters" },
    Push { code: "D-1", variant: None, both: &[], a: "parameters.precision=0.5", b: "parameters.precision=2.5", reading: "renewed", rises: false, trials: STRONG, why: "on most days striking is the worse option: precise choosers err toward it less" },
    Push { code: "D-3", variant: None, both: &[], a: "parameters.match_odds=0.05", b: "parameters.match_odds=0.7", reading: "answers", rises: true, trials: STRONG, why: "reciprocity" },
    Push { code: "D-3, S-6", variant: None, both: &[], a: "parameters.match_odds=0.05", b: "parameters.match_odds=0.7", reading: "strike_days", rises: true, trials: STRONG, why: "answered strikes lead to more strikes" },
    Push { code: "S-6", variant: None, both: &[], a: "decisions.kabul_answer.enabled=false", b: "decisions.kabul_answer.enabled=true", reading: "strike_days", rises: true, trials: STRONG, why: "the same, with the answer switched off" },
    Push { code: "D-6", variant: Some("theory_trigger"), both: &[], a: "parameters.trigger_line=0.5", b: "parameters.trigger_line=1.5", reading: "renewed", rises: false, trials: STRONG, why: "a higher line is passed less often" },
    Push { code: "D-7", variant: None, both: &[], a: "parameters.loss_aversion=0.5", b: "parameters.loss_aversion=4", reading: "renewed", rises: true, trials: STRONG, why: "losses weigh more" },
    Push { code: "D-8", variant: None, both: &[], a: "parameters.air_lead=1", b: "parameters.air_lead=7", reading: "first_renewal", rises: true, trials: STRONG, why: "orders take longer to carry out" },
    Push { code: "S-3", variant: None, both: &[], a: "parameters.ratio_centre=-1.5", b: "parameters.ratio_centre=0.5", reading: "kabul_top_rung", rises: true, trials: STRONG, why: "larger answers" },
    Push { code: "S-4", variant: None, both: &[], a: "parameters.reply_days=1", b: "parameters.reply_days=15", reading: "answer_days", rises: true, trials: STRONG, why: "slower answers" },
    Push { code: "B-4", variant: None, both: &[], a: "parameters.belief0=0.05", b: "parameters.belief0=0.8", reading: "renewed", rises: false, trials: STRONG, why: "who believes in restraint strikes less" },
    Push { code: "B-4, R3", variant: Some("kabul_quiet_restraint"), both: &[], a: "parameters.believed_control=0.45", b: "parameters.believed_control=0.95", reading: "belief_end", rises: false, trials: STRONG, why: "who expects full control reads partial restraint as none" },
    Push { code: "D6 lag", variant: Some("kabul_quiet_restraint"), both: &[], a: "actors.pakistan.sees.tempo_seen.lag=\"0 days\"", b: "actors.pakistan.sees.tempo_seen.lag=\"28 days\"", reading: "restraint_missed", rises: true, trials: STRONG, why: "what is seen late is acted on late" },
    Push { code: "B-5", variant: None, both: &[], a: "parameters.audience_cost=0", b: "parameters.audience_cost=3", reading: "strike_days", rises: true, trials: STRONG, why: "stopping after open declarations is dear" },
    Push { code: "M5", variant: None, both: &[], a: "decisions.cabinet_words.options.talk_of_war.utility=-20", b: "decisions.cabinet_words.options.talk_of_war.utility=3", reading: "strike_days", rises: true, trials: STRONG, why: "more words to be held to" },
    Push { code: "N-1", variant: None, both: &[], a: "world.vars.deal_space.is=\"-1\"", b: "world.vars.deal_space.is=\"0.5\"", reading: "ceasefire_reached", rises: true, trials: STRONG, why: "no deal without room for one (A is exactly 0)" },
    Push { code: "N-2", variant: Some("gulf_mediation"), both: &[], a: "parameters.detection=0.01", b: "parameters.detection=3", reading: "coercion_worked", rises: true, trials: STRONG, why: "cheating that is found out does not pay, so Kabul restrains under a truce" },
    Push { code: "N-2", variant: Some("gulf_mediation"), both: &[], a: "parameters.cheat_gain=0.01", b: "parameters.cheat_gain=3", reading: "ttp_attacks", rises: true, trials: STRONG, why: "the temptation to cheat" },
    Push { code: "N-3", variant: None, both: &[], a: "parameters.weary=0", b: "parameters.weary=1", reading: "strike_days", rises: false, trials: STRONG, why: "cumulated losses" },
    Push { code: "N-5", variant: None, both: &[], a: "parameters.fade=0", b: "parameters.fade=0.5", reading: "late_tension", rises: false, trials: STRONG, why: "neglect ends quarrels" },
    Push { code: "N-6", variant: None, both: &[], a: "parameters.mediator_effort=0.05", b: "parameters.mediator_effort=0.95", reading: "ceasefire_reached", rises: true, trials: STRONG, why: "mediation" },
    Push { code: "N-6", variant: None, both: &[], a: "parameters.mediation_gain=1", b: "parameters.mediation_gain=4", reading: "ceasefire_reached", rises: true, trials: STRONG, why: "mediation works better" },
    Push { code: "X-2", variant: None, both: &["parameters.mediator_effort=0.9", "parameters.campaign_pull=1"], a: "parameters.distraction=0", b: "parameters.distraction=1", reading: "mediated_pause", rises: false, trials: STRONG, why: "mediators busy elsewhere" },
    Push { code: "N-7", variant: None, both: &[], a: "parameters.truce_scale=10", b: "parameters.truce_scale=300", reading: "mediated_pause", rises: true, trials: STRONG, why: "longer truces reach 30 days" },
    Push { code: "N-8", variant: None, both: &["actors.pakistan.starts.targets=\"camps\""], a: "parameters.face_saving=0", b: "parameters.face_saving=1", reading: "answers", rises: false, trials: WEAK, why: "bloodless strikes are let pass" },
    Push { code: "P-1, U7", variant: Some("kabul_quiet_restraint"), both: &[], a: "parameters.control0=0.1", b: "parameters.control0=0.9", reading: "ttp_attacks", rises: false, trials: STRONG, why: "restraint works as far as control goes" },
    Push { code: "P-2", variant: Some("kabul_cracks_down"), both: &[], a: "parameters.split_slope=0", b: "parameters.split_slope=2", reading: "movement_split", rises: true, trials: STRONG, why: "a crackdown divides" },
    Push { code: "P-2, R7", variant: Some("gulf_mediation"), both: &[], a: "parameters.debt=0", b: "parameters.debt=1", reading: "coercion_worked", rises: false, trials: STRONG, why: "debt makes restraint dear" },
    Push { code: "P-3", variant: None, both: &[], a: "parameters.branching=0.1", b: "parameters.branching=0.8", reading: "burst", rises: true, trials: STRONG, why: "attacks cluster (the mean does not rise: compare the ratio)" },
    Push { code: "P-4", variant: None, both: &[], a: "parameters.tail=1.4", b: "parameters.tail=3", reading: "mass_casualty_attack", rises: false, trials: STRONG, why: "a lighter tail" },
    Push { code: "P-5 backlash", variant: Some("civilian_casualty_error"), both: &[], a: "parameters.backlash=0", b: "parameters.backlash=1", reading: "ttp_attacks", rises: true, trials: STRONG, why: "civilian deaths recruit" },
    Push { code: "P-5 degrading", variant: Some("mass_casualty_day_5"), both: &[], a: "parameters.degrading=0", b: "parameters.degrading=1", reading: "ttp_attacks", rises: false, trials: STRONG, why: "strikes wear the group down" },
    Push { code: "P-6", variant: None, both: &[], a: "parameters.false_blame=0", b: "parameters.false_blame=1", reading: "renewed", rises: true, trials: STRONG, why: "others' attacks are laid at Kabul's door" },
    Push { code: "P-7", variant: Some("gulf_mediation"), both: &[], a: "parameters.spoiler=1", b: "parameters.spoiler=3", reading: "ttp_attacks", rises: true, trials: STRONG, why: "spoiling during truces" },
    Push { code: "P-8", variant: Some("kabul_quiet_restraint"), both: &[], a: "events.aims_drift.enabled=false", b: "events.aims_drift.enabled=true", reading: "ttp_attacks", rises: true, trials: STRONG, why: "a drifting proxy obeys less" },
    Push { code: "I-1", variant: Some("mass_casualty_day_5"), both: &[], a: "parameters.harm_power=0.3", b: "parameters.harm_power=1", reading: "sustained_campaign", rises: true, trials: WEAK, why: "anger grows faster with the dead" },
    Push { code: "I-3", variant: None, both: &["actors.audience.vars.unrest.drift=\"0\""], a: "actors.audience.vars.unrest.start=0", b: "actors.audience.vars.unrest.start=1", reading: "strike_days", rises: true, trials: WEAK, why: "unrest leaves less room for caution (small)" },
    Push { code: "I-4", variant: None, both: &[], a: "parameters.army_weight=0.5", b: "parameters.army_weight=0.95", reading: "sustained_campaign", rises: true, trials: STRONG, why: "the army's weight" },
    Push { code: "I-5 factions", variant: None, both: &[], a: "actors.haqqani_network.vars.ttp_kinship.start=0", b: "actors.haqqani_network.vars.ttp_kinship.start=1", reading: "coercion_worked", rises: false, trials: STRONG, why: "a faction that can say no" },
    Push { code: "I-5 cabinet", variant: None, both: &[], a: "decisions.pakistan_border.draws.cabinet_veto.p=0", b: "decisions.pakistan_border.draws.cabinet_veto.p=1", reading: "top_rung", rises: false, trials: STRONG, why: "the cabinet stops every step beyond air strikes" },
    Push { code: "A-1", variant: None, both: &[], a: "parameters.slip_rate=0", b: "parameters.slip_rate=0.6", reading: "civilians_per_strike_day", rises: true, trials: STRONG, why: "a line crossed unmeant widens the targets" },
    Push { code: "A-2", variant: None, both: &[], a: "parameters.error_rate=0", b: "parameters.error_rate=0.6", reading: "afghan_civilians", rises: true, trials: STRONG, why: "errors kill" },
    Push { code: "A-4", variant: None, both: &[], a: "parameters.claim_fog=0.2", b: "parameters.claim_fog=50", reading: "strike_days", rises: false, trials: STRONG, why: "who believes its own claims declares success sooner" },
    Push { code: "X-1", variant: None, both: &["parameters.campaign_pull=1"], a: "parameters.coupling=0", b: "parameters.coupling=2", reading: "spillover", rises: true, trials: STRONG, why: "contagion" },
    Push { code: "X-4", variant: None, both: &["parameters.campaign_pull=1"], a: "parameters.unrest_coupling=0", b: "parameters.unrest_coupling=2", reading: "deadly_protests", rises: true, trials: STRONG, why: "mobilization by the other war" },
    Push { code: "X-4, R16", variant: None, both: &[], a: "relations.iran_shia.vars.pull.start=0", b: "relations.iran_shia.vars.pull.start=1", reading: "deadly_protests", rises: true, trials: STRONG, why: "a foreign mobilizer" },
    Push { code: "X-5", variant: None, both: &[], a: "parameters.hedge=0", b: "parameters.hedge=3", reading: "alignment_balance", rises: false, trials: WEAK, why: "visible alignment is dear" },
    Push { code: "X-6", variant: None, both: &[], a: "parameters.opportunism=0", b: "parameters.opportunism=4", reading: "ttp_attacks", rises: true, trials: STRONG, why: "militants use overstretch" },
    Push { code: "M28", variant: None, both: &[], a: "parameters.force_budget=0.3", b: "parameters.force_budget=1.5", reading: "ttp_attacks", rises: false, trials: STRONG, why: "the same from the side of the load" },
    Push { code: "M28", variant: None, both: &[], a: "parameters.force_budget=0.3", b: "parameters.force_budget=1.5", reading: "embassy_breached", rises: false, trials: STRONG, why: "guards are free" },
    Push { code: "X-7", variant: None, both: &[], a: "parameters.lesson=0", b: "parameters.lesson=0.4", reading: "boldest_watcher", rises: true, trials: STRONG, why: "watchers learn" },
    Push { code: "D11", variant: None, both: &[], a: "parameters.campaign_pull=0", b: "parameters.campaign_pull=1", reading: "iran_campaign", rises: true, trials: STRONG, why: "Washington's intent" },
    Push { code: "O14", variant: None, both: &[], a: "parameters.campaign_pull=0", b: "parameters.campaign_pull=1", reading: "late_tension", rises: true, trials: STRONG, why: "the other war keeps tension up" },
    Push { code: "M31", variant: None, both: &[], a: "parameters.arena=0", b: "parameters.arena=0.1", reading: "regional_widening", rises: true, trials: STRONG, why: "the third theatre" },
    Push { code: "R2", variant: None, both: &[], a: "actors.india.vars.influence.start=0", b: "actors.india.vars.influence.start=1", reading: "renewed", rises: false, trials: STRONG, why: "breaking with Kabul costs more where India would gain" },
    Push { code: "U4", variant: None, both: &[], a: "parameters.wariness=0", b: "parameters.wariness=3", reading: "renewed", rises: false, trials: WEAK, why: "fear of polarization" },
    Push { code: "X13", variant: Some("kabul_cracks_down"), both: &[], a: "events.hard_men_defect.enabled=false", b: "events.hard_men_defect.enabled=true", reading: "ttp_attacks", rises: false, trials: STRONG, why: "men who leave the TTP no longer attack in its name" },
];

fn file() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("scenarios/durand-line.toml")
}

/// A reading of a row: an outcome or indicator as 0 or 1, or a metric.
fn reading(scenario: &Scenario, name: &str, row: &TrialRow) -> Option<f64> {
    if let Some(metric) = scenario.metrics.iter().position(|m| m.id == name) {
        return row.metrics[metric];
    }
    Some(f64::from(u8::from(crate::claims::holds(scenario, name, row))))
}

/// Mean paired difference b - a and its standard error, over trials in which both have a value.
fn difference(push: &Push) -> (f64, f64, usize) {
    let side = |own: &str| {
        let set: Vec<String> = push.both.iter().chain([&own]).map(|s| (*s).to_owned()).collect();
        let scenario = scenario(&file(), push.variant, &set);
        let rows = rows(&scenario, push.trials);
        rows.iter().map(|row| reading(&scenario, push.reading, row)).collect::<Vec<_>>()
    };
    let (a, b) = (side(push.a), side(push.b));
    let pairs: Vec<f64> = a.iter().zip(&b).filter_map(|(a, b)| Some((*b)? - (*a)?)).collect();
    let n = pairs.len() as f64;
    let mean = pairs.iter().sum::<f64>() / n;
    let square: f64 = pairs.iter().map(|d| (d - mean) * (d - mean)).sum();
    (mean, (square / (n - 1.0) / n).sqrt(), pairs.len())
}

#[test]
fn every_mechanism_matters_in_the_direction_claimed() {
    println!("seed {SEED}; a mechanism without effect passes with a chance of 1 in 1,000");
    let wrong: Vec<String> = PUSHES
        .par_iter()
        .filter_map(|push| {
            let (mean, error, n) = difference(push);
            let z = if push.rises { mean / error } else { -mean / error };
            let fails = !(z > BAR);
            println!("{:<14} {:<24} {:>9.4} +- {:.4} (z {z:.1}, {n} pairs)", push.code, push.reading, mean, error);
            fails.then(|| {
                format!(
                    "{}: `{}` should {} when {} becomes {}: changed by {mean:.4} +- {error:.4} (z {z:.2}); {}",
                    push.code,
                    push.reading,
                    if push.rises { "rise" } else { "fall" },
                    push.a,
                    push.b,
                    push.why
                )
            })
        })
        .collect();
    assert!(PUSHES.len() >= 60);
    assert!(wrong.is_empty(), "{} of {}:\n{}", wrong.len(), PUSHES.len(), wrong.join("\n"));
}

/// The value of a quantity, as far as claims of the Durand Line use it.
fn value(scenario: &Scenario, quantity: &Quantity<String>, rows: &[TrialRow]) -> f64 {
    let mut values = sample(scenario, quantity, rows);
    values.sort_by(f64::total_cmp);
    let at = |q: f64| values[(((values.len() as f64) * q).ceil() as usize).clamp(1, values.len()) - 1];
    match quantity {
        Quantity::Share { .. } | Quantity::Mean(_) | Quantity::MeanDay(_) => values.iter().sum::<f64>() / values.len() as f64,
        Quantity::Quantile(_, q) => at(*q),
        Quantity::MedianDay(_) => at(0.5),
    }
}

fn compare(op: BinaryOp, a: f64, b: f64) -> bool {
    match op {
        BinaryOp::Lt => a < b,
        BinaryOp::Le => a <= b,
        BinaryOp::Gt => a > b,
        _ => a >= b,
    }
}

#[test]
fn the_authors_expectations_hold() {
    let trials = 4_000;
    let base = scenario(&file(), None, &[]);
    assert!(base.expectations.len() >= 8);
    let run = |variant: Option<&str>| {
        let changed = scenario(&file(), variant, &[]);
        let rows = rows(&changed, trials);
        (changed, rows)
    };
    let plain = run(None);
    let mut wrong = Vec::new();
    for expectation in &base.expectations {
        let own = expectation.variant.as_deref().map(|v| run(Some(v)));
        let (scenario, rows) = own.as_ref().unwrap_or(&plain);
        let of = |q: &Quantity<String>| value(scenario, q, rows);
        let under = |v: &str, q: &Quantity<String>| {
            let (scenario, rows) = run(Some(v));
            value(&scenario, q, &rows)
        };
        let holds = match &expectation.claim {
            Claim::Against(q, op, x) => compare(*op, of(q), *x),
            Claim::Exactly(q, x) => (of(q) - x).abs() < 1e-9,
            Claim::Between(q, low, high) => (*low..=*high).contains(&of(q)),
            Claim::Approximately(q, x, within) => (of(q) - x).abs() <= *within,
            Claim::Order(a, op, b) => compare(*op, of(a), of(b)),
            Claim::Rises(q, v) => under(v, q) > of(q),
            Claim::Falls(q, v) => under(v, q) < of(q),
        };
        if !holds {
            wrong.push(format!("{} ({:?})", expectation.text, expectation.variant));
        }
    }
    assert!(wrong.is_empty(), "seed {SEED}, {trials} trials:\n{}", wrong.join("\n"));
}
