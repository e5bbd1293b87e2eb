//! Column forms: each applies the scalar function of the same name to every lane.
//!
//! Bit-equal to the scalar form by construction, for every length. Slices of a multiple of 8
//! lanes run fastest.

/// [`exp`](super::exp()) of every lane.
pub fn exp_row(x: &mut [f64]) {
    for v in x {
        *v = super::exp(*v);
    }
}

/// [`ln`](super::ln()) of every lane.
pub fn ln_row(x: &mut [f64]) {
    for v in x {
        *v = super::ln(*v);
    }
}

/// [`logistic`](super::logistic) of every lane.
pub fn logistic_row(x: &mut [f64]) {
    for v in x {
        *v = super::logistic(*v);
    }
}

/// [`normal_quantile`](super::normal_quantile()) of every lane.
pub fn normal_quantile_row(p: &mut [f64]) {
    for v in p {
        *v = super::normal_quantile(*v);
    }
}

/// [`pow`](super::pow()): `x[i]` becomes `x[i]` to the power `y[i]`.
///
/// # Panics
/// If the lengths differ.
pub fn pow_row(x: &mut [f64], y: &[f64]) {
    assert_eq!(x.len(), y.len(), "bases and exponents of one row");
    for (v, y) in x.iter_mut().zip(y) {
        *v = super::pow(*v, *y);
    }
}

/// [`sin_cos_turn`](super::sin_cos_turn): `u[i]` becomes the sine, `cos[i]` the cosine.
///
/// # Panics
/// If the lengths differ.
pub fn sin_cos_turn_row(u: &mut [f64], cos: &mut [f64]) {
    assert_eq!(u.len(), cos.len(), "sines and cosines of one row");
    for (v, c) in u.iter_mut().zip(cos) {
        (*v, *c) = super::sin_cos_turn(*v);
    }
}
