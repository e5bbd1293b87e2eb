//! Parameters: what nobody knows, drawn anew for each trial.

use rand::RngExt;
use rand::rngs::SmallRng;
use rand_distr::{Beta, Distribution, StandardNormal, Triangular};

/// Distributions that are dear to set up.
pub struct Priors {
    resolve: Beta<f64>,
    believed_control: Beta<f64>,
    belief0: Beta<f64>,
    control0: Beta<f64>,
    match_odds: Beta<f64>,
    mediator_effort: Beta<f64>,
    campaign_pull: Beta<f64>,
    tail: Triangular<f64>,
    army_weight: Triangular<f64>,
    loss_aversion: Triangular<f64>,
    force_budget: Triangular<f64>,
}

/// The parameters of one trial; `trigger_line` is read by a variant only.
#[derive(Clone, Copy, Debug)]
pub struct Params {
    pub attack_level: f64,
    pub branching: f64,
    pub echo_days: f64,
    pub tail: f64,
    pub other_level: f64,
    pub attribution: f64,
    pub false_blame: f64,
    pub spoiler: f64,
    pub opportunism: f64,
    pub degrading: f64,
    pub backlash: f64,
    pub strike_bias: f64,
    pub resolve: f64,
    pub army_weight: f64,
    pub precision: f64,
    pub loss_aversion: f64,
    pub harm_power: f64,
    pub anger_days: f64,
    pub rally: f64,
    pub audience_cost: f64,
    pub wariness: f64,
    pub weary: f64,
    pub force_budget: f64,
    pub believed_control: f64,
    pub belief0: f64,
    pub air_lead: f64,
    pub strike_tempo: f64,
    pub erosion: f64,
    pub claim_fog: f64,
    pub control0: f64,
    pub restraint_bias: f64,
    pub debt: f64,
    pub coercion: f64,
    pub match_odds: f64,
    pub ratio_centre: f64,
    pub ratio_spread: f64,
    pub face_saving: f64,
    pub reply_days: f64,
    pub split_hazard: f64,
    pub split_slope: f64,
    pub patience: f64,
    pub cheat_gain: f64,
    pub detection: f64,
    pub mediator_effort: f64,
    pub distraction: f64,
    pub mediation_gain: f64,
    pub truce_shape: f64,
    pub truce_scale: f64,
    pub fade: f64,
    pub campaign_pull: f64,
    pub coupling: f64,
    pub unrest_coupling: f64,
    pub border_exposure: f64,
    pub us_leverage: f64,
    pub hedge: f64,
    pub role_reversal: f64,
    pub lesson: f64,
    pub arena: f64,
    pub error_rate: f64,
    pub slip_rate: f64,
}

fn beta(alpha: f64, beta: f64) -> Beta<f64> {
    Beta::new(alpha, beta).expect("a beta distribution")
}

fn triangular(min: f64, mode: f64, max: f64) -> Triangular<f64> {
    Triangular::new(min, max, mode).expect("a triangular distribution")
}

fn uniform(rng: &mut SmallRng, min: f64, max: f64) -> f64 {
    min + (max - min) * rng.random::<f64>()
}

pub fn normal(rng: &mut SmallRng, mean: f64, sd: f64) -> f64 {
    let z: f64 = StandardNormal.sample(rng);
    mean + sd * z
}

pub fn lognormal(rng: &mut SmallRng, median: f64, sigma: f64) -> f64 {
    let z: f64 = StandardNormal.sample(rng);
    median * (sigma * z).exp()
}

impl Default for Priors {
    fn default() -> Self {
        Self {
            resolve: beta(4.0, 3.0),
            believed_control: beta(5.0, 2.0),
            belief0: beta(1.5, 5.0),
            control0: beta(2.5, 3.0),
            match_odds: beta(11.0, 9.0),
            mediator_effort: beta(4.0, 4.0),
            campaign_pull: beta(3.0, 3.0),
            tail: triangular(1.5, 1.64, 1.8),
            army_weight: triangular(0.5, 0.8, 0.95),
            loss_aversion: triangular(1.5, 2.25, 3.0),
            force_budget: triangular(0.6, 0.75, 0.95),
        }
    }
}

impl Priors {
    pub fn draw(&self, rng: &mut SmallRng) -> Params {
        let r = rng;
        Params {
            attack_level: lognormal(r, 3.5, 0.25),
            branching: uniform(r, 0.5, 0.8),
            echo_days: uniform(r, 10.0, 20.0),
            tail: self.tail.sample(r),
            other_level: lognormal(r, 1.1, 0.3),
            attribution: uniform(r, 0.5, 0.95),
            false_blame: uniform(r, 0.02, 0.2),
            spoiler: uniform(r, 1.2, 2.2),
            opportunism: uniform(r, 0.0, 1.0),
            degrading: uniform(r, 0.0, 0.4),
            backlash: uniform(r, 0.1, 0.47),
            strike_bias: normal(r, -0.6, 0.9),
            resolve: self.resolve.sample(r),
            army_weight: self.army_weight.sample(r),
            precision: uniform(r, 0.8, 1.3),
            loss_aversion: self.loss_aversion.sample(r),
            harm_power: uniform(r, 0.5, 1.0),
            anger_days: uniform(r, 10.0, 60.0),
            rally: uniform(r, 0.0, 0.1),
            audience_cost: uniform(r, 0.3, 1.5),
            wariness: uniform(r, 0.3, 1.2),
            weary: uniform(r, 0.05, 0.25),
            force_budget: self.force_budget.sample(r),
            believed_control: self.believed_control.sample(r),
            belief0: self.belief0.sample(r),
            air_lead: uniform(r, 1.0, 7.0),
            strike_tempo: uniform(r, 0.4, 0.7),
            erosion: uniform(r, 0.3, 0.8),
            claim_fog: uniform(r, 1.5, 5.0),
            control0: self.control0.sample(r),
            restraint_bias: normal(r, -2.3, 0.7),
            debt: self.resolve.sample(r),
            coercion: uniform(r, 0.2, 2.0),
            match_odds: self.match_odds.sample(r),
            ratio_centre: uniform(r, -0.3, 0.3),
            ratio_spread: uniform(r, 0.3, 0.8),
            face_saving: uniform(r, 0.1, 0.4),
            reply_days: uniform(r, 2.0, 6.0),
            split_hazard: uniform(r, 0.0003, 0.002),
            split_slope: uniform(r, 0.5, 2.0),
            patience: uniform(r, 0.5, 0.95),
            cheat_gain: uniform(r, 0.2, 1.0),
            detection: uniform(r, 0.1, 0.7),
            mediator_effort: self.mediator_effort.sample(r),
            distraction: uniform(r, 0.0, 0.8),
            mediation_gain: uniform(r, 1.3, 3.0),
            truce_shape: uniform(r, 0.5, 0.9),
            truce_scale: lognormal(r, 60.0, 0.6),
            fade: uniform(r, 0.03, 0.15),
            campaign_pull: self.campaign_pull.sample(r),
            coupling: uniform(r, 0.1, 0.9),
            unrest_coupling: uniform(r, 0.2, 1.5),
            border_exposure: uniform(r, 0.2, 0.8),
            us_leverage: uniform(r, 0.2, 1.0),
            hedge: uniform(r, 0.3, 1.5),
            role_reversal: uniform(r, 0.0, 0.5),
            lesson: uniform(r, 0.05, 0.2),
            arena: uniform(r, 0.0, 0.02),
            error_rate: uniform(r, 0.02, 0.1),
            slip_rate: uniform(r, 0.01, 0.1),
        }
    }
}
