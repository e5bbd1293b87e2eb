//! The normal distribution, whole or truncated.
//!
//! `sd = 0` is the value `mean` (which must then lie within the ends), `min = max` that value.

use super::params::{at_least, finite, ordered};
use super::params::Must;
use super::spec::{FamilySpec, Gives, Law, ParamRole, ParamSpec};
use super::{Family, ParamError};
use crate::math::{ln, normal_cdf, normal_density, normal_quantile, sin_cos_turn};
use crate::rng::Block;

/// Description and functions of the family.
pub(super) static LAW: Law = Law {
    spec: FamilySpec {
        family: Family::Normal,
        name: "normal",
        summary: "the sum of many small causes; cut off by min and max if given",
        formula: "exp(-((x - mean) / sd)^2 / 2) / (sd sqrt(2 pi)), divided by the mass within [min, max]",
        source: "Box and Muller (1958), Annals of Mathematical Statistics 29, 610-611; Wichura (1988), Applied Statistics 37, 477-484 (AS 241)",
        params: &[
            ParamSpec::new("mean", ParamRole::Location, "mean of the whole curve"),
            ParamSpec::new("sd", ParamRole::Scale, "standard deviation of the whole curve; 0 or above"),
            ParamSpec::optional("min", ParamRole::Location, "lower end; none if left out"),
            ParamSpec::optional("max", ParamRole::Location, "upper end; none if left out"),
        ],
        variadic: false,
        gives: Gives::Real,
    },
    check,
    sample,
    quantile,
    cdf,
    mean,
    sd,
    support,
};

/// Truncation this many standard deviations from the mean leaves too little to compute with.
const FARTHEST: f64 = 37.0;

fn check(params: &[f64]) -> Result<(), ParamError> {
    let (mean, sd, min, max) = (params[0], params[1], params[2], params[3]);
    finite("mean", mean)?;
    at_least(0.0, "sd", sd)?;
    for (name, end, wrong) in [("min", min, f64::INFINITY), ("max", max, f64::NEG_INFINITY)] {
        if end.is_nan() || end == wrong {
            return Err(ParamError::Domain { name, found: end, must: Must::BeANumber });
        }
    }
    if min.is_finite() && max.is_finite() {
        ordered(("min", min), ("max", max))?;
    }
    if min - mean > FARTHEST * sd || mean - max > FARTHEST * sd {
        return Err(ParamError::NoMass { mean, sd, min, max });
    }
    Ok(())
}

/// A standard normal number from the four words of a block: the cosine branch of Box and Muller.
///
/// The first uniform gives the radius, the second the angle. Sizes reach 8.57.
#[inline]
pub(super) fn box_muller(block: Block) -> f64 {
    let (_, cos) = sin_cos_turn(block.second_unit());
    (-2.0 * ln(block.unit())).sqrt() * cos
}

fn sample(params: &[f64], block: Block) -> f64 {
    if whole_curve(params) {
        params[0] + params[1] * box_muller(block)
    } else {
        quantile(params, block.unit())
    }
}

/// Whether neither end is given.
fn whole_curve(params: &[f64]) -> bool {
    params[2] == f64::NEG_INFINITY && params[3] == f64::INFINITY
}

/// The ends in standard deviations from the mean, and whether they were mirrored at it so that more
/// of the interval is below 0, where the distribution function is precise.
fn ends(params: &[f64]) -> (f64, f64, bool) {
    let a = (params[2] - params[0]) / params[1];
    let b = (params[3] - params[0]) / params[1];
    if a + b > 0.0 { (-b, -a, true) } else { (a, b, false) }
}

fn quantile(params: &[f64], p: f64) -> f64 {
    let (mean, sd, min, max) = (params[0], params[1], params[2], params[3]);
    if whole_curve(params) {
        return mean + sd * normal_quantile(p);
    }
    if sd == 0.0 || min == max {
        return mean.max(min).min(max);
    }
    let (a, b, mirrored) = ends(params);
    let u = if mirrored { 1.0 - p } else { p };
    let (below, upto) = (normal_cdf(a), normal_cdf(b));
    let z = normal_quantile(below + u * (upto - below));
    let z = if mirrored { -z } else { z };
    // Rounding may lead beyond an end.
    (mean + sd * z).max(min).min(max)
}

fn cdf(params: &[f64], x: f64) -> f64 {
    let z = (x - params[0]) / params[1];
    if whole_curve(params) {
        return normal_cdf(z);
    }
    let (a, b, mirrored) = ends(params);
    let (below, upto) = (normal_cdf(a), normal_cdf(b));
    if mirrored {
        (upto - normal_cdf(-z)) / (upto - below)
    } else {
        (normal_cdf(z) - below) / (upto - below)
    }
}

/// Mean and standard deviation of the standard normal curve cut off at `a` and `b`.
///
/// Johnson, Kotz and Balakrishnan (1994), section 13.10.1. For narrow intervals, where the formula
/// cancels, by Gauss-Legendre quadrature.
fn cut_moments(a: f64, b: f64) -> (f64, f64) {
    if b - a < 1.0 {
        return narrow_moments(a, b);
    }
    let mass = normal_cdf(b) - normal_cdf(a);
    let (at_a, at_b) = (normal_density(a) / mass, normal_density(b) / mass);
    // An infinite end has density 0, and infinity times 0 is meant to be 0.
    let weigh = |end: f64, density: f64| if density == 0.0 { 0.0 } else { end * density };
    let mean = at_a - at_b;
    let variance = 1.0 + weigh(a, at_a) - weigh(b, at_b) - mean * mean;
    (mean, variance.max(0.0).sqrt())
}

/// [`cut_moments`] for intervals shorter than 1.
fn narrow_moments(a: f64, b: f64) -> (f64, f64) {
    /// Nodes above 0 and weights of the rule with 20 points on [-1, 1] (Abramowitz and Stegun 25.4).
    const RULE: [(f64, f64); 10] = [
        (0.076_526_521_133_497_34, 0.152_753_387_130_725_84),
        (0.227_785_851_141_645_07, 0.149_172_986_472_603_74),
        (0.373_706_088_715_419_55, 0.142_096_109_318_382_04),
        (0.510_867_001_950_827_1, 0.131_688_638_449_176_64),
        (0.636_053_680_726_515, 0.118_194_531_961_518_41),
        (0.746_331_906_460_150_8, 0.101_930_119_817_240_44),
        (0.839_116_971_822_218_8, 0.083_276_741_576_704_75),
        (0.912_234_428_251_326, 0.062_672_048_334_109_07),
        (0.963_971_927_277_913_8, 0.040_601_429_800_386_94),
        (0.993_128_599_185_094_9, 0.017_614_007_139_152_118),
    ];
    let (centre, half) = (0.5 * (a + b), 0.5 * (b - a));
    // Relative to the density at the centre: exp(-(z^2 - centre^2) / 2).
    let relative = |t: f64| crate::math::exp(-half * t * (centre + 0.5 * half * t));
    let (mut mass, mut first, mut second) = (0.0, 0.0, 0.0);
    for (node, weight) in RULE {
        let (left, right) = (weight * relative(-node), weight * relative(node));
        mass += left + right;
        first += (right - left) * node;
        second += (left + right) * node * node;
    }
    let mean = first / mass;
    let variance = second / mass - mean * mean;
    (centre + half * mean, half * variance.max(0.0).sqrt())
}

fn mean(params: &[f64]) -> f64 {
    let (mean, sd, min, max) = (params[0], params[1], params[2], params[3]);
    if whole_curve(params) || sd == 0.0 {
        return mean;
    }
    let (a, b, mirrored) = ends(params);
    let z = cut_moments(a, b).0;
    (mean + sd * if mirrored { -z } else { z }).max(min).min(max)
}

fn sd(params: &[f64]) -> f64 {
    if whole_curve(params) || params[1] == 0.0 {
        return params[1];
    }
    let (a, b, _) = ends(params);
    params[1] * cut_moments(a, b).1
}

fn support(params: &[f64]) -> (f64, f64) {
    if params[1] == 0.0 { (params[0], params[0]) } else { (params[2], params[3]) }
}
