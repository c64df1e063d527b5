//! Distributions whose bounds are natural logarithms, as W&B's log_uniform has them: what is easily mistaken is refused or
//! said.

use super::distribution::{Distribution, Wrong, legible};

/// Whether bounds are those of values rather than their logarithms: nobody draws from 1.00001 to 1.1 on a logarithmic
/// scale, nor up to 500 million.
pub fn looks_like_values(inverse: bool, (min, max): (f64, f64)) -> bool {
    min > 0.0 && if inverse { max <= 1.0 } else { min < 0.5 || max > 20.0 }
}

/// The spelling of a distribution whose bounds are values.
pub fn values_meant(name: &str, (min, max): (f64, f64), ends: [f64; 2], q: Option<f64>) -> Wrong {
    let [low, high] = ends.map(legible);
    let message = format!("of {name} min and max are natural logarithms: these draw from {low:?} to {high:?}");
    let without = q.is_some_and(|q| (max / q).floor() < (min / q).ceil());
    let (spelling, rest) = match name.strip_prefix("q_").filter(|_| without) {
        Some(bare) => (bare, " without 'q'"),
        None => (name, ""),
    };
    let help = format!("did you mean 'distribution: {spelling}_values'{rest}? it takes the values themselves");
    (Some("distribution"), message, Some(help))
}

/// Says which values exponents mean.
pub fn exponents(name: &str, distribution: &Distribution) -> Option<String> {
    match distribution {
        Distribution::Uniform {
            min, max, log: true, ..
        } if !name.ends_with("values") => {
            let [low, high] = [*min, *max].map(legible);
            Some(format!(
                "{name} of these bounds, natural logarithms, is from {low:?} to {high:?}"
            ))
        }
        Distribution::Normal { mu, log: true, .. } => Some(format!(
            "half of {name} is below exp({mu}), {:?}",
            legible(libm::exp(*mu))
        )),
        _ => None,
    }
}
