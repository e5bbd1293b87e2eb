//! Standard errors of estimates that are no means, and of the difference of two: the delete-a-group jackknife.

use super::Interval;
use super::student::student_quantile;

/// Groups of points that are left out one after the other.
pub const JACKKNIFE_GROUPS: usize = 32;

/// The same as a float.
const GROUPS: f64 = 32.0;

/// Degrees of freedom of a standard error from that many groups.
const FREEDOM: f64 = GROUPS - 1.0;

/// How an estimate differs where a part of the points is left out.
///
/// # Notes
/// M. H. Quenouille (1956), "Notes on bias in estimation", Biometrika 43, 353-360; J. W. Tukey (1958), "Bias and confidence in not quite
/// large samples", Ann. Math. Stat. 29, 614. For Sobol' indices and groups of points: J. Shao, D. Tu (1995), "The Jackknife and Bootstrap",
/// section 2.3.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Jackknife {
    /// The estimate without each group, less the mean of these.
    pub deviations: [f64; JACKKNIFE_GROUPS],
}

impl Jackknife {
    /// From the estimates without each group; `None` where one of them is no finite number.
    #[must_use]
    pub fn new(without: &[f64; JACKKNIFE_GROUPS]) -> Option<Self> {
        let mean = without.iter().sum::<f64>() / GROUPS;
        let deviations = without.map(|x| x - mean);
        deviations.iter().all(|d| d.is_finite()).then_some(Self { deviations })
    }

    /// Standard error of the estimate: `sqrt((G - 1) / G sum d^2)` over G groups.
    #[must_use]
    pub fn standard_error(&self) -> f64 {
        let squares: f64 = self.deviations.iter().map(|d| d * d).sum();
        (FREEDOM / GROUPS * squares).sqrt()
    }

    /// The same of the difference of an estimate on the same points, `arm`, and this one.
    #[must_use]
    pub fn of_difference(&self, arm: &Self) -> Self {
        let mut deviations = arm.deviations;
        deviations.iter_mut().zip(&self.deviations).for_each(|(a, b)| *a -= b);
        Self { deviations }
    }
}

/// Which points are left out: of `points`, in their order, the part from `group` 32nds to the next.
///
/// Neighbours stay together: those of a low-discrepancy sequence are themselves spread evenly, while every 32nd of them would lie in
/// one corner.
#[must_use]
pub fn left_out(points: usize, group: usize) -> std::ops::Range<usize> {
    points * group / JACKKNIFE_GROUPS..points * (group + 1) / JACKKNIFE_GROUPS
}

/// Interval of `arm - base` of two estimates at a two-sided `level`.
///
/// `pairs`: both estimates were made at the same points, so that groups have their luck in common: Student's t with 31 degrees of freedom
/// about the difference. Else by squaring and adding, with as many degrees of freedom as both errors have together (Welch and
/// Satterthwaite): with intervals that are even, that is Zou and Donner's joining of two limits.
///
/// # Panics
/// If `level` is not in (0, 1).
///
/// # Notes
/// G. Y. Zou, A. Donner (2008), "Construction of confidence limits about effect measures", Statistics in Medicine 27, 1693-1702, section 2.
/// B. L. Welch (1947), "The generalization of Student's problem when several different population variances are involved", Biometrika 34,
/// 28-35. F. E. Satterthwaite (1946), Biometrics Bulletin 2, 110-114.
#[must_use]
pub fn jackknife_difference(base: (f64, &Jackknife), arm: (f64, &Jackknife), pairs: bool, level: f64) -> Interval {
    assert!(level > 0.0 && level < 1.0, "a level must be between 0 and 1, found {level}");
    let difference = arm.0 - base.0;
    let (error, freedom) = if pairs {
        (base.1.of_difference(arm.1).standard_error(), FREEDOM)
    } else {
        let square = |x: f64| x * x;
        let (b, a) = (square(base.1.standard_error()), square(arm.1.standard_error()));
        let freedom = if a + b > 0.0 { FREEDOM * (a + b) * (a + b) / (a * a + b * b) } else { FREEDOM };
        ((a + b).sqrt(), freedom)
    };
    let reach = -student_quantile(0.5 * (1.0 - level), freedom) * error;
    Interval { low: difference - reach, high: difference + reach }
}

#[cfg(test)]
#[expect(clippy::cast_precision_loss, reason = "small numbers")]
mod tests {
    use super::*;

    /// Of a mean, the jackknife is the textbook's standard error, exactly.
    #[test]
    fn of_a_mean_it_is_the_standard_error() {
        let values: [f64; JACKKNIFE_GROUPS] = std::array::from_fn(|i| ((i * i * 7) % 13) as f64 + i as f64 / 10.0);
        let (n, sum) = (values.len() as f64, values.iter().sum::<f64>());
        let found = Jackknife::new(&values.map(|x| (sum - x) / (n - 1.0))).unwrap().standard_error();
        let scatter: f64 = values.iter().map(|x| (x - sum / n) * (x - sum / n)).sum();
        assert!((found / (scatter / (n - 1.0) / n).sqrt() - 1.0).abs() < 1e-12, "{found}");
    }

    #[test]
    fn what_is_common_to_both_is_no_error_of_their_difference() {
        let base = Jackknife::new(&std::array::from_fn(|i| ((i * i * 7) % 13) as f64)).unwrap();
        let (pairs, apart) = ([true, false]).map(|p| jackknife_difference((0.2, &base), (0.5, &base), p, 0.99)).into();
        assert_eq!((pairs.low, pairs.high), (0.3, 0.3));
        assert!(apart.low < 0.3 && (f64::midpoint(apart.low, apart.high) - 0.3).abs() < 1e-12);
        assert!(Jackknife::new(&[f64::NAN; JACKKNIFE_GROUPS]).is_none());
    }

    #[test]
    fn every_point_is_left_out_once() {
        for points in [32, 33, 100, 512] {
            let mut all: Vec<usize> = (0..JACKKNIFE_GROUPS).flat_map(|g| left_out(points, g)).collect();
            all.dedup();
            assert_eq!(all, (0..points).collect::<Vec<_>>());
        }
    }
}
