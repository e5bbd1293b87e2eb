//! Correlated parameters: a Gaussian copula given by its rank correlations.
//!
//! Draw independent standard normal numbers, [`correlate`](Cholesky::correlate) them, turn each into a
//! uniform number with [`normal_cdf`](crate::math::normal_cdf) and into a draw with
//! [`Family::quantile`](super::Family::quantile). The margins stay exactly as they were, and the
//! Spearman rank correlations are those that were asked for, whatever the margins.
//!
//! R. L. Iman and W. J. Conover (1982), "A distribution-free approach to inducing rank correlation
//! among input variables", Communications in Statistics B 11, 311-334, gives the use; the map from
//! rank to linear correlation is K. Pearson (1907), "On further methods of determining correlation".

use thiserror::Error;

use crate::math::sin_cos_turn;

/// Why a matrix of rank correlations cannot be used.
#[derive(Clone, Copy, PartialEq, Debug, Error)]
pub enum CopulaError {
    /// A row has not as many numbers as there are rows.
    #[error("row {row} must have {expected} numbers, found {found}")]
    NotSquare {
        /// The row, from 0.
        row: usize,
        /// Number of rows.
        expected: usize,
        /// Numbers in this row.
        found: usize,
    },
    /// A number is no correlation.
    #[error("the correlation in row {row}, column {column} must be within -1 and 1, found {found}")]
    OutOfRange {
        /// The row, from 0.
        row: usize,
        /// The column, from 0.
        column: usize,
        /// The number there; perhaps NaN.
        found: f64,
    },
    /// A number on the diagonal is not 1.
    #[error("the correlation of {row} with itself must be 1, found {found}")]
    Diagonal {
        /// The row, from 0.
        row: usize,
        /// The number there.
        found: f64,
    },
    /// Two mirrored numbers differ.
    #[error("row {row}, column {column} has {found}, but mirrored {mirrored}")]
    NotSymmetric {
        /// The row, from 0.
        row: usize,
        /// The column, from 0.
        column: usize,
        /// The number there.
        found: f64,
        /// The number in row `column`, column `row`.
        mirrored: f64,
    },
    /// No variables can be so correlated: the rows before this one leave no room for it.
    #[error("row {row} contradicts the rows before it: no variables can be so correlated")]
    NotPositiveDefinite {
        /// The first row that cannot be reached, from 0.
        row: usize,
    },
}

/// Linear correlation of the normal numbers whose ranks correlate as `rho`: `2 sin(pi rho / 6)`.
///
/// `rho` in `[-1, 1]`, and so is the result.
///
/// # Notes
/// K. Pearson (1907); also Kruskal (1958), J. Am. Stat. Assoc. 53, 814-861, section 5.
#[must_use]
pub fn pearson_of_spearman(rho: f64) -> f64 {
    2.0 * sin_cos_turn(rho / 12.0).0
}

/// The lower triangular factor `L` of a matrix of linear correlations `R`, so that `L L' = R`.
#[derive(Clone, PartialEq, Debug)]
pub struct Cholesky {
    /// Row `i` holds the `i + 1` numbers up to the diagonal.
    rows: Vec<Vec<f64>>,
}

/// Below this squared rest a row counts as a combination of the rows before it.
const SMALLEST_REST: f64 = 1e-10;

impl Cholesky {
    /// The factor for a symmetric matrix of Spearman rank correlations, row by row.
    ///
    /// # Errors
    /// If the matrix is not square, has a number outside `[-1, 1]`, is not 1 on the diagonal, is not
    /// exactly symmetric, or if the linear correlations it stands for are not positive definite. A
    /// correlation of exactly 1 or -1 off the diagonal is such a case: use one parameter then.
    ///
    /// ```
    /// use escalade::dist::copula::{Cholesky, CopulaError};
    /// let impossible = vec![vec![1.0, 0.9, 0.9], vec![0.9, 1.0, -0.9], vec![0.9, -0.9, 1.0]];
    /// assert_eq!(
    ///     Cholesky::from_spearman(&impossible),
    ///     Err(CopulaError::NotPositiveDefinite { row: 2 })
    /// );
    /// ```
    pub fn from_spearman(rank: &[Vec<f64>]) -> Result<Self, CopulaError> {
        check_shape(rank)?;
        let mut rows: Vec<Vec<f64>> = Vec::with_capacity(rank.len());
        for (i, wanted) in rank.iter().enumerate() {
            let mut row: Vec<f64> = Vec::with_capacity(i + 1);
            for (j, above) in rows.iter().enumerate() {
                let shared = dot(&row, &above[..j]);
                row.push((pearson_of_spearman(wanted[j]) - shared) / above[j]);
            }
            let rest = 1.0 - dot(&row, &row);
            if rest < SMALLEST_REST {
                return Err(CopulaError::NotPositiveDefinite { row: i });
            }
            row.push(rest.sqrt());
            rows.push(row);
        }
        Ok(Self { rows })
    }

    /// Number of variables.
    #[must_use]
    pub fn len(&self) -> usize {
        self.rows.len()
    }

    /// Whether there are no variables.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.rows.is_empty()
    }

    /// Turns independent standard normal numbers into correlated ones, in place.
    ///
    /// The first number stays as it is; each further one depends only on those up to it, so that a
    /// variable added at the end moves no other.
    ///
    /// # Panics
    /// If `z` has not [`len`](Self::len) numbers.
    pub fn correlate(&self, z: &mut [f64]) {
        assert_eq!(z.len(), self.len(), "one normal number per variable");
        // From the last to the first: each needs the untouched values of those before it.
        for (i, row) in self.rows.iter().enumerate().rev() {
            z[i] = dot(row, &z[..=i]);
        }
    }
}

/// [`Cholesky::correlate`] as a function.
///
/// # Panics
/// If `z` has not as many numbers as `chol` has variables.
pub fn correlate(chol: &Cholesky, z: &mut [f64]) {
    chol.correlate(z);
}

/// Sum of products, from the first to the last.
fn dot(a: &[f64], b: &[f64]) -> f64 {
    a.iter().zip(b).fold(0.0, |sum, (x, y)| sum + x * y)
}

/// Everything that can be seen without factoring.
fn check_shape(rank: &[Vec<f64>]) -> Result<(), CopulaError> {
    let expected = rank.len();
    for (row, numbers) in rank.iter().enumerate() {
        if numbers.len() != expected {
            return Err(CopulaError::NotSquare { row, expected, found: numbers.len() });
        }
    }
    for (row, numbers) in rank.iter().enumerate() {
        for (column, &found) in numbers.iter().enumerate() {
            if !(-1.0..=1.0).contains(&found) {
                return Err(CopulaError::OutOfRange { row, column, found });
            }
            let mirrored = rank[column][row];
            // Both were written by a person, and must be equal to the last digit.
            if found != mirrored && (-1.0..=1.0).contains(&mirrored) {
                return Err(CopulaError::NotSymmetric { row, column, found, mirrored });
            }
        }
        if numbers[row] != 1.0 {
            return Err(CopulaError::Diagonal { row, found: numbers[row] });
        }
    }
    Ok(())
}
