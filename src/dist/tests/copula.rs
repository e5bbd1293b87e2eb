//! Refused matrices, and the factor of accepted ones.

use super::super::copula::{Cholesky, CopulaError, correlate, pearson_of_spearman};

#[test]
fn what_is_no_correlation_matrix_is_refused() {
    let build = |rows: &[&[f64]]| Cholesky::from_spearman(&rows.iter().map(|r| r.to_vec()).collect::<Vec<_>>());
    let wrong = |rows: &[&[f64]]| build(rows).expect_err("refused");
    assert_eq!(wrong(&[&[1.0, 0.5], &[0.5]]), CopulaError::NotSquare { row: 1, expected: 2, found: 1 });
    assert_eq!(wrong(&[&[1.0, 1.5], &[1.5, 1.0]]), CopulaError::OutOfRange { row: 0, column: 1, found: 1.5 });
    assert!(matches!(wrong(&[&[1.0, f64::NAN], &[0.0, 1.0]]), CopulaError::OutOfRange { row: 0, column: 1, .. }));
    assert!(matches!(wrong(&[&[1.0, 0.0], &[f64::NAN, 1.0]]), CopulaError::OutOfRange { row: 1, column: 0, .. }));
    assert_eq!(wrong(&[&[1.0, 0.5], &[0.4, 1.0]]), CopulaError::NotSymmetric { row: 0, column: 1, found: 0.5, mirrored: 0.4 });
    assert_eq!(wrong(&[&[1.0, 0.5], &[0.5, 0.9]]), CopulaError::Diagonal { row: 1, found: 0.9 });
    assert_eq!(wrong(&[&[1.0, 1.0], &[1.0, 1.0]]), CopulaError::NotPositiveDefinite { row: 1 });
    assert!(build(&[]).expect("nothing to correlate").is_empty());
}

#[test]
fn ranks_map_to_linear_correlations() {
    for (rho, r) in [(0.0, 0.0), (1.0, 1.0), (-1.0, -1.0), (0.5, 0.517_638_090_205_041_5)] {
        assert!((pearson_of_spearman(rho) - r).abs() < 1e-15, "{rho}");
    }
}

#[test]
fn the_factor_gives_back_the_linear_correlations() {
    let rank = vec![vec![1.0, 0.6, -0.3], vec![0.6, 1.0, 0.2], vec![-0.3, 0.2, 1.0]];
    let factor = Cholesky::from_spearman(&rank).expect("possible");
    assert_eq!(factor.len(), 3);
    // Columns of the factor: what becomes of unit vectors.
    let columns = [0, 1, 2].map(|i| {
        let mut z = [0.0; 3];
        z[i] = 1.0;
        correlate(&factor, &mut z);
        z
    });
    for i in 0..3 {
        for j in 0..3 {
            let product: f64 = columns.iter().map(|c| c[i] * c[j]).sum();
            assert!((product - pearson_of_spearman(rank[i][j])).abs() < 1e-15, "{i} {j}");
        }
    }
}
