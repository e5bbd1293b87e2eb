//! Rank correlation.

use super::interval::Interval;
use crate::math::{exp, ln, normal_quantile};

/// Spearman's rank correlation of pairs, ties at their mean rank, in `[-1, 1]`; `None` with fewer than four pairs or where one side
/// does not vary.
///
/// # Panics
/// If the slices differ in length.
#[must_use]
pub fn spearman(x: &[f64], y: &[f64]) -> Option<f64> {
    assert_eq!(x.len(), y.len(), "pairs");
    if x.len() < 4 {
        return None;
    }
    let (a, b) = (ranks(x), ranks(y));
    #[expect(clippy::cast_precision_loss, reason = "few points")]
    let mean = f64::midpoint(x.len() as f64, 1.0);
    let sum = |a: &[f64], b: &[f64]| a.iter().zip(b).map(|(a, b)| (a - mean) * (b - mean)).sum::<f64>();
    let (ab, aa, bb) = (sum(&a, &b), sum(&a, &a), sum(&b, &b));
    (aa > 0.0 && bb > 0.0).then(|| (ab / (aa * bb).sqrt()).clamp(-1.0, 1.0))
}

/// Approximate interval of a rank correlation `rho` of `n` pairs (more than 3), at a two-sided level.
///
/// # Notes
/// D. G. Bonett and T. A. Wright (2000), "Sample size requirements for estimating Pearson, Kendall and Spearman correlations",
/// Psychometrika 65, 23-28: Fisher's transform, with variance `(1 + rho^2 / 2) / (n - 3)`.
#[must_use]
pub fn spearman_interval(rho: f64, n: usize, level: f64) -> Interval {
    if n < 4 {
        return Interval { low: -1.0, high: 1.0 };
    }
    // At the ends the transform is infinite; the interval is then that of the nearest value that n ranks can have.
    #[expect(clippy::cast_precision_loss, reason = "few points")]
    let n = n as f64;
    let nearest = 1.0 - 6.0 / (n * (n * n - 1.0));
    let inner = rho.clamp(-nearest, nearest);
    let z = 0.5 * ln((1.0 + inner) / (1.0 - inner));
    let half = normal_quantile(0.5 + level / 2.0) * ((1.0 + inner * inner / 2.0) / (n - 3.0)).sqrt();
    let back = |z: f64| {
        let e = exp(2.0 * z);
        (e - 1.0) / (e + 1.0)
    };
    Interval { low: back(z - half).min(rho), high: back(z + half).max(rho) }
}

/// Ranks from 1; equal values have the mean of theirs.
fn ranks(x: &[f64]) -> Vec<f64> {
    let mut order: Vec<usize> = (0..x.len()).collect();
    order.sort_by(|a, b| x[*a].total_cmp(&x[*b]));
    let mut ranks = vec![0.0; x.len()];
    let mut from = 0;
    while from < order.len() {
        let alike = order[from..].iter().take_while(|at| x[**at] == x[order[from]]).count();
        #[expect(clippy::cast_precision_loss, reason = "few points")]
        let rank = from as f64 + f64::midpoint(alike as f64, 1.0);
        order[from..from + alike].iter().for_each(|at| ranks[*at] = rank);
        from += alike;
    }
    ranks
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn known_correlations() {
        assert_eq!(spearman(&[1.0, 2.0, 3.0, 4.0], &[10.0, 20.0, 25.0, 26.0]), Some(1.0));
        assert_eq!(spearman(&[1.0, 2.0, 3.0, 4.0], &[4.0, 3.0, 2.0, 1.0]), Some(-1.0));
        // C. Spearman's formula without ties: 1 - 6 sum d^2 / (n (n^2 - 1)), here with d = (1, 1, 1, 1, 0).
        let rho = spearman(&[1.0, 2.0, 3.0, 4.0, 5.0], &[2.0, 1.0, 4.0, 3.0, 5.0]).unwrap();
        assert!((rho - 0.8).abs() < 1e-12);
        // Ties: ranks 1.5 1.5 3.5 3.5 against 1 2 3 4 give 4 / sqrt(4 * 5).
        let rho = spearman(&[0.0, 0.0, 1.0, 1.0], &[1.0, 2.0, 3.0, 4.0]).unwrap();
        assert!((rho - 4.0 / 20.0_f64.sqrt()).abs() < 1e-12);
        assert_eq!(spearman(&[1.0, 1.0, 1.0, 1.0], &[1.0, 2.0, 3.0, 4.0]), None);
        assert_eq!(spearman(&[1.0, 2.0], &[1.0, 2.0]), None);
    }

    #[test]
    fn intervals_hold_the_estimate_and_stay_within_one() {
        for rho in [-1.0, -0.5, 0.0, 0.3, 1.0] {
            let all = spearman_interval(rho, 40, 0.95);
            assert!(all.low <= rho && rho <= all.high && all.low >= -1.0 && all.high <= 1.0);
            // At the ends the transform is steep: the interval is short, and no point.
            assert!(all.high - all.low > 1e-4, "{rho}");
        }
        // atanh(0.5) = 0.5493, standard error sqrt(1.125 / 37) = 0.17437: 0.2076 to 0.8911, back 0.2046 to 0.7120.
        let half = spearman_interval(0.5, 40, 0.95);
        assert!((half.low - 0.2046).abs() < 2e-4 && (half.high - 0.7120).abs() < 2e-4, "{half:?}");
    }
}
