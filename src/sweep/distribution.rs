//! Distributions of values, named as W&B names them: drawn by their inverse, so that a number between 0 and 1
//! decides a value, and counted where a grid goes over them.
//!
//! Logarithms and the like are `libm`'s: the same bits on every machine.

use serde::{Deserialize, Serialize};

use runner_declare::{Settings, Value};

/// A grid goes over at most this many values of one parameter.
pub const MOST_GRID_VALUES: usize = 10_000;

/// The names that a file may say, each with its doc.
pub const NAMES: [(&str, &str); 15] = [
    ("constant", "One value."),
    (
        "categorical",
        "One of the values, each as likely as the others unless 'probabilities' says otherwise.",
    ),
    (
        "categorical_w_probabilities",
        "One of the values, as likely as 'probabilities' says.",
    ),
    ("int_uniform", "A whole number from min to max, both included."),
    ("uniform", "A number between min and max."),
    (
        "q_uniform",
        "A number between min and max, rounded to a multiple of q (1 when absent).",
    ),
    (
        "log_uniform",
        "exp of a number between min and max, which are natural logarithms.",
    ),
    ("q_log_uniform", "The same, rounded to a multiple of q."),
    (
        "log_uniform_values",
        "A number between min and max whose logarithm is uniform.",
    ),
    ("q_log_uniform_values", "The same, rounded to a multiple of q."),
    ("inv_log_uniform", "1 / exp of a number between min and max."),
    ("inv_log_uniform_values", "The same as log_uniform_values."),
    (
        "normal",
        "A number of the normal distribution of mean mu (0) and deviation sigma (1).",
    ),
    ("q_normal", "The same, rounded to a multiple of q."),
    ("log_normal", "exp of a number of a normal distribution."),
];

/// How the values of a parameter are drawn.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(tag = "distribution", rename_all = "snake_case")]
pub enum Distribution {
    /// One of some values.
    Categorical {
        /// The values.
        values: Vec<Value>,
        /// How likely each is, the sum being 1; all equally where absent.
        probabilities: Option<Vec<f64>>,
    },
    /// A whole number from `min` to `max`.
    IntUniform {
        /// The least.
        min: i64,
        /// The greatest.
        max: i64,
    },
    /// A number of a range.
    Uniform {
        /// The least.
        min: f64,
        /// The greatest.
        max: f64,
        /// Whether its logarithm is uniform.
        log: bool,
        /// What it is a multiple of.
        q: Option<f64>,
    },
    /// A number of a normal distribution.
    Normal {
        /// The mean.
        mu: f64,
        /// The standard deviation.
        sigma: f64,
        /// Whether it is the logarithm that is normal.
        log: bool,
        /// What it is a multiple of.
        q: Option<f64>,
    },
}

/// What is wrong: the key, the message, the remedy.
type Wrong = (Option<&'static str>, String, Option<String>);

/// A parameter's distribution as its settings say it.
#[derive(Debug)]
pub struct Said {
    /// What they mean.
    pub distribution: Distribution,
    /// Whether it draws whole numbers for no other reason than that both bounds are whole.
    pub by_bounds: bool,
    /// What is worth saying of it.
    pub note: Option<String>,
}

impl Distribution {
    /// The distribution that a parameter's settings mean.
    ///
    /// # Errors
    /// When they do not fit together.
    pub fn of(settings: &Settings) -> Result<Said, Wrong> {
        let distribution = Self::meant(settings)?;
        let named = settings.get("distribution").and_then(Value::as_str);
        Ok(Said {
            by_bounds: named.is_none() && matches!(distribution, Self::IntUniform { .. }),
            note: named.and_then(|name| exponents(name, &distribution)),
            distribution,
        })
    }

    fn meant(settings: &Settings) -> Result<Self, Wrong> {
        let has = |key: &str| settings.contains_key(key);
        let name = match settings.get("distribution").and_then(Value::as_str) {
            Some(name) => name,
            None if has("values") => "categorical",
            None if has("value") => "constant",
            None if has("mu") || has("sigma") => "normal",
            None if has("min") || has("max") => match (settings.get("min"), settings.get("max")) {
                (Some(min), Some(max)) if is_whole(min) && is_whole(max) && !has("q") => "int_uniform",
                _ if has("q") => "q_uniform",
                _ => "uniform",
            },
            None => {
                let help = "write 'values: […]', or 'min' and 'max'".to_owned();
                return Err((None, "this parameter has no values".to_owned(), Some(help)));
            }
        };
        refuse_others(name, settings)?;
        match name {
            "constant" => {
                let value = settings.get("value").cloned();
                let value = value.ok_or_else(|| absent("value", "a constant has one value"))?;
                Ok(Self::Categorical {
                    values: vec![value],
                    probabilities: None,
                })
            }
            "categorical" | "categorical_w_probabilities" => categorical(name, settings),
            "int_uniform" => int_uniform(settings),
            "normal" | "q_normal" | "log_normal" => Ok(Self::Normal {
                mu: number(settings, "mu")?.unwrap_or(0.0),
                sigma: number(settings, "sigma")?.unwrap_or(1.0),
                log: name == "log_normal",
                q: quantum(name, settings)?,
            }),
            name => uniform(name, settings),
        }
    }

    /// The value for a number `u` of [0, 1); growing with it where values have an order.
    pub fn draw(&self, u: f64) -> Value {
        match self {
            Self::Categorical { values, probabilities } => {
                let index = match probabilities {
                    None => (u * values.len() as f64) as usize,
                    Some(probabilities) => pick(u, probabilities),
                };
                values.get(index).or(values.last()).cloned().unwrap_or_default()
            }
            Self::IntUniform { min, max } => {
                let count = (i128::from(*max) - i128::from(*min) + 1) as f64;
                let value = i128::from(*min) + (u * count) as i128;
                Value::from(value.clamp(i128::from(*min), i128::from(*max)) as i64)
            }
            Self::Uniform { min, max, log, .. } => {
                let (low, high) = (scale(*min, *log), scale(*max, *log));
                self.value(unscale(low + u * (high - low), *log))
            }
            Self::Normal { mu, sigma, log, .. } => self.value(unscale(mu + sigma * quantile(u), *log)),
        }
    }

    /// A number as a value: rounded, and within the bounds.
    pub fn value(&self, x: f64) -> Value {
        match self {
            Self::IntUniform { min, max } => Value::from((x.round() as i64).clamp(*min, *max)),
            Self::Uniform { min, max, q: None, .. } => Value::from(legible(x).clamp(*min, *max)),
            Self::Uniform {
                min, max, q: Some(q), ..
            } => {
                let (low, high) = ((min / q - 1e-9).ceil(), (max / q + 1e-9).floor());
                multiple((x / q).round().clamp(low, high), *q)
            }
            Self::Normal { q: None, .. } => Value::from(legible(x)),
            Self::Normal { q: Some(q), .. } => multiple((x / q).round(), *q),
            Self::Categorical { .. } => Value::from(x),
        }
    }

    /// All values, at most `cap` of them; `None` where they cannot be counted.
    pub fn grid(&self, cap: usize) -> Option<Vec<Value>> {
        match self {
            Self::Categorical { values, .. } => Some(values.iter().take(cap).cloned().collect()),
            Self::IntUniform { min, max } => Some((*min..=*max).take(cap).map(Value::from).collect()),
            Self::Uniform {
                min, max, q: Some(q), ..
            } => {
                let (low, high) = ((min / q - 1e-9).ceil(), (max / q + 1e-9).floor());
                let count = ((high - low) as usize).saturating_add(1);
                Some(
                    (0..count.min(cap))
                        .map(|step| multiple(low + step as f64, *q))
                        .collect(),
                )
            }
            Self::Uniform { .. } | Self::Normal { .. } => None,
        }
    }

    /// All values that it can draw; `None` where they are more than `cap`, or cannot be counted.
    pub fn drawn(&self, cap: usize) -> Option<Vec<Value>> {
        let mut all = self.grid(cap.saturating_add(1)).filter(|all| all.len() <= cap)?;
        if let Self::Categorical {
            probabilities: Some(probabilities),
            ..
        } = self
        {
            let mut likely = probabilities.iter().map(|p| *p > 0.0);
            all.retain(|_| likely.next().unwrap_or(false));
        }
        Some(all)
    }

    /// Whether what it draws has fractions.
    pub fn has_fractions(&self) -> bool {
        match self {
            Self::Uniform { q, .. } | Self::Normal { q, .. } => q.is_none_or(|q| q.fract() != 0.0),
            Self::Categorical { .. } | Self::IntUniform { .. } => false,
        }
    }

    /// Whether a value can come of it.
    pub fn may_be(&self, value: &Value) -> bool {
        match (self, value.as_f64()) {
            (Self::Categorical { values, .. }, _) => values.iter().any(|known| same(known, value)),
            (Self::IntUniform { min, max }, Some(x)) => x.fract() == 0.0 && (*min as f64..=*max as f64).contains(&x),
            (Self::Uniform { min, max, .. }, Some(x)) => (*min..=*max).contains(&x),
            (Self::Normal { .. }, Some(_)) => true,
            _ => false,
        }
    }

    /// Values that show whether the recipe takes what may come: all of a choice, both ends of a range.
    pub fn examples(&self) -> Vec<(Option<&'static str>, Value)> {
        match self {
            Self::Categorical { values, .. } => values.iter().map(|value| (Some("values"), value.clone())).collect(),
            Self::IntUniform { .. } | Self::Uniform { .. } => {
                vec![(Some("min"), self.draw(0.0)), (Some("max"), self.draw(1.0))]
            }
            Self::Normal { .. } => vec![(None, self.draw(0.5))],
        }
    }

    /// Whether equal steps are equal factors.
    pub fn is_logarithmic(&self) -> bool {
        matches!(self, Self::Uniform { log: true, .. } | Self::Normal { log: true, .. })
    }
}

/// Whether two values are the same; 1 and 1.0 are.
pub fn same(one: &Value, other: &Value) -> bool {
    match (one.as_f64(), other.as_f64()) {
        (Some(one), Some(other)) => one == other,
        _ => one == other,
    }
}

fn categorical(name: &str, settings: &Settings) -> Result<Distribution, Wrong> {
    let values = settings.get("values").and_then(Value::as_array).cloned();
    let values = values.ok_or_else(|| absent("values", "a categorical parameter has values"))?;
    let given = settings.get("probabilities").and_then(Value::as_array);
    let probabilities: Option<Vec<f64>> = given.map(|given| given.iter().map(|p| p.as_f64().unwrap_or(0.0)).collect());
    if name == "categorical_w_probabilities" && probabilities.is_none() {
        return Err(absent(
            "probabilities",
            "this distribution has a probability for each value",
        ));
    }
    let Some(probabilities) = probabilities else {
        return Ok(Distribution::Categorical {
            values,
            probabilities: None,
        });
    };
    let sum: f64 = probabilities.iter().sum();
    if probabilities.len() != values.len() || !(sum > 0.0 && sum.is_finite()) {
        let message = format!("{} probabilities for {} values", probabilities.len(), values.len());
        let help = "give one for each value, not all of them 0".to_owned();
        return Err((Some("probabilities"), message, Some(help)));
    }
    Ok(Distribution::Categorical {
        values,
        probabilities: Some(probabilities.iter().map(|p| p / sum).collect()),
    })
}

fn int_uniform(settings: &Settings) -> Result<Distribution, Wrong> {
    let whole = |key: &'static str| match settings.get(key) {
        Some(value) => value.as_i64().ok_or_else(|| {
            let message = format!("expected a whole number, found {value}");
            (
                Some(key),
                message,
                Some("'distribution: uniform' takes any number".to_owned()),
            )
        }),
        None => Err(absent(key, "int_uniform has a min and a max")),
    };
    let (min, max) = (whole("min")?, whole("max")?);
    if min > max {
        return Err((Some("min"), format!("min {min} is greater than max {max}"), None));
    }
    Ok(Distribution::IntUniform { min, max })
}

fn uniform(name: &str, settings: &Settings) -> Result<Distribution, Wrong> {
    let bound = |key: &'static str| number(settings, key)?.ok_or_else(|| absent(key, "a range has a min and a max"));
    let (mut min, mut max) = (bound("min")?, bound("max")?);
    let log = name.contains("log");
    if min > max {
        return Err((Some("min"), format!("min {min} is greater than max {max}"), None));
    }
    let q = quantum(name, settings)?;
    if log && name.ends_with("values") {
        if min <= 0.0 {
            let help = "its logarithm would not be a number; begin at 1e-6, say".to_owned();
            return Err((Some("min"), format!("min is {min}, not greater than 0"), Some(help)));
        }
    } else if log {
        let inverse = name.starts_with("inv_");
        let given = (min, max);
        let ends = [min, max].map(|x| libm::exp(if inverse { -x } else { x }));
        (min, max) = (ends[0].min(ends[1]), ends[0].max(ends[1]));
        if looks_like_values(inverse, given) {
            return Err(values_meant(name, given, [min, max], q));
        }
        if !(max.is_finite() && min > 0.0) {
            let help = format!("of {name} min and max are natural logarithms; {name}_values takes the values");
            let message = "exp(min) or exp(max) is out of range".to_owned();
            return Err((Some("max"), message, Some(help)));
        }
    }
    if let Some(q) = q
        && (max / q + 1e-9).floor() < (min / q - 1e-9).ceil()
    {
        return Err((
            Some("q"),
            format!("no multiple of {q} lies between {min} and {max}"),
            None,
        ));
    }
    Ok(Distribution::Uniform { min, max, log, q })
}

/// Whether bounds are those of values rather than their logarithms: nobody draws from 1.00001 to 1.1 on a logarithmic
/// scale, nor up to 500 million.
fn looks_like_values(inverse: bool, (min, max): (f64, f64)) -> bool {
    min > 0.0 && if inverse { max <= 1.0 } else { min < 0.5 || max > 20.0 }
}

/// The spelling of a distribution whose bounds are values.
fn values_meant(name: &str, (min, max): (f64, f64), ends: [f64; 2], q: Option<f64>) -> Wrong {
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
fn exponents(name: &str, distribution: &Distribution) -> Option<String> {
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

fn quantum(name: &str, settings: &Settings) -> Result<Option<f64>, Wrong> {
    let q = number(settings, "q")?;
    Ok(if name.starts_with("q_") {
        Some(q.unwrap_or(1.0))
    } else {
        None
    })
}

fn number(settings: &Settings, key: &'static str) -> Result<Option<f64>, Wrong> {
    match settings.get(key) {
        None => Ok(None),
        Some(value) => match value.as_f64().filter(|x| x.is_finite()) {
            Some(x) => Ok(Some(x)),
            None => Err((Some(key), format!("expected a number, found {value}"), None)),
        },
    }
}

/// Keys that the distribution has no use for are mistakes.
fn refuse_others(name: &str, settings: &Settings) -> Result<(), Wrong> {
    let used: &[&str] = match name {
        "constant" => &["value"],
        "categorical" | "categorical_w_probabilities" => &["values", "probabilities"],
        "int_uniform"
        | "uniform"
        | "log_uniform"
        | "log_uniform_values"
        | "inv_log_uniform"
        | "inv_log_uniform_values" => &["min", "max"],
        "q_uniform" | "q_log_uniform" | "q_log_uniform_values" => &["min", "max", "q"],
        "q_normal" => &["mu", "sigma", "q"],
        _ => &["mu", "sigma"],
    };
    let known = ["value", "values", "probabilities", "min", "max", "mu", "sigma", "q"];
    match known
        .into_iter()
        .find(|key| settings.contains_key(*key) && !used.contains(key))
    {
        None => Ok(()),
        Some(key) => {
            let help = match key {
                "q" => format!("'distribution: q_{name}' rounds"),
                _ => format!("a {name} parameter has {}", used.join(", ")),
            };
            Err((Some(key), format!("{name} has no '{key}'"), Some(help)))
        }
    }
}

fn absent(key: &str, message: &str) -> Wrong {
    (None, message.to_owned(), Some(format!("add '{key}'")))
}

fn is_whole(value: &Value) -> bool {
    value.is_i64() || value.is_u64()
}

/// The first whose sum of probabilities is above `u`.
fn pick(u: f64, probabilities: &[f64]) -> usize {
    let mut sum = 0.0;
    for (index, probability) in probabilities.iter().enumerate() {
        sum += probability;
        if u < sum {
            return index;
        }
    }
    // Rounding may leave the sum a little below 1: the last one that can be at all.
    probabilities.iter().rposition(|p| *p > 0.0).unwrap_or(0)
}

pub(super) fn scale(x: f64, log: bool) -> f64 {
    if log { libm::log(x) } else { x }
}

pub(super) fn unscale(x: f64, log: bool) -> f64 {
    if log { libm::exp(x) } else { x }
}

/// Six digits: as many as matter, and few enough to be read and typed.
fn legible(x: f64) -> f64 {
    format!("{x:.5e}").parse().unwrap_or(x)
}

/// `count` times `q`, without what rounding leaves of 3 · 0.1; whole where `q` is.
fn multiple(count: f64, q: f64) -> Value {
    let x = count * q;
    if q.fract() == 0.0 && x.abs() < 9e15 {
        Value::from(x as i64)
    } else {
        Value::from(format!("{x:.12e}").parse().unwrap_or(x))
    }
}

/// The standard normal distribution's quantile: Acklam's rational approximation, and one step of Halley's method
/// with `libm`'s erfc, which makes it exact to rounding. Ends at about ±8.2.
pub fn quantile(u: f64) -> f64 {
    let p = u.clamp(1e-16, 1.0 - 1.2e-16);
    let x = approximate_quantile(p);
    let error = 0.5 * libm::erfc(-x / std::f64::consts::SQRT_2) - p;
    let step = error * (2.0 * std::f64::consts::PI).sqrt() * libm::exp(x * x / 2.0);
    x - step / (1.0 + x * step / 2.0)
}

fn approximate_quantile(p: f64) -> f64 {
    const A: [f64; 6] = [
        -3.969_683_028_665_376e1,
        2.209_460_984_245_205e2,
        -2.759_285_104_469_687e2,
        1.383_577_518_672_69e2,
        -3.066_479_806_614_716e1,
        2.506_628_277_459_239,
    ];
    const B: [f64; 6] = [
        -5.447_609_879_822_406e1,
        1.615_858_368_580_409e2,
        -1.556_989_798_598_866e2,
        6.680_131_188_771_972e1,
        -1.328_068_155_288_572e1,
        1.0,
    ];
    const C: [f64; 6] = [
        -7.784_894_002_430_293e-3,
        -3.223_964_580_411_365e-1,
        -2.400_758_277_161_838,
        -2.549_732_539_343_734,
        4.374_664_141_464_968,
        2.938_163_982_698_783,
    ];
    const D: [f64; 5] = [
        7.784_695_709_041_462e-3,
        3.224_671_290_700_398e-1,
        2.445_134_137_142_996,
        3.754_408_661_907_416,
        1.0,
    ];
    const LOW: f64 = 0.024_25;
    let polynomial = |coefficients: &[f64], x: f64| coefficients.iter().fold(0.0, |sum, c| sum * x + c);
    if p > 1.0 - LOW {
        return -approximate_quantile(1.0 - p);
    }
    if p < LOW {
        let q = (-2.0 * libm::log(p)).sqrt();
        return polynomial(&C, q) / polynomial(&D, q);
    }
    let q = p - 0.5;
    let r = q * q;
    polynomial(&A, r) * q / polynomial(&B, r)
}

#[cfg(test)]
#[path = "distribution_tests.rs"]
mod tests;
