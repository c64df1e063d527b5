//! Data made from a seed: small problems whose answer can be seen. Sines and logarithms come from
//! `libm`, so that a seed means the same samples on every machine.

pub mod blobs;
pub mod circles;
pub mod moons;
pub mod spirals;

use rand_core::Rng;
use rand_xoshiro::Xoshiro256PlusPlus;

use super::assemble;
use super::column::{Floats, Ids};
use super::context::DataContext;
use super::dataset::{Dataset, Part};
use super::schema::FieldKind;
use super::settings::Splits;
use runner_declare::{Bound, Chosen, Field, KeyPath, Kind, Presence, Problem, Range};
use runner_ground::error::Result;
use runner_ground::random::{Key, Purpose};

/// The most samples that are made.
pub const MAX_SAMPLES: i64 = 1_000_000;
/// The largest standard deviation: beyond it nothing but noise is left, and in the end no finite number.
const MAX_SPREAD: f64 = 1e6;

/// How many samples to make.
const fn n_samples(default: &'static str) -> Field {
    Field {
        key: "n_samples",
        doc: "Samples in all, before they are split; divided evenly over the classes.",
        kind: Kind::Integer {
            min: 10,
            max: MAX_SAMPLES,
        },
        presence: Presence::Default(default),
    }
}

/// How much the points stray.
const fn noise(default: &'static str) -> Field {
    Field {
        key: "noise",
        doc: "Standard deviation of the normal noise added to each coordinate.",
        kind: Kind::Number(Range::new(Bound::Including(0.0), Bound::Including(MAX_SPREAD))),
        presence: Presence::Default(default),
    }
}

/// The settings fit when each class gets a sample to learn from and one to hold out.
fn check_samples(n_samples: usize, classes: usize) -> Result<()> {
    let least = 2 * classes;
    if n_samples >= least {
        return Ok(());
    }
    let what = format!("{n_samples} samples are too few for {classes} classes");
    let problem = Problem::new(KeyPath::from("dataset.n_samples"), what);
    Err(problem.help(format!("at least {least}: two for each class")).into())
}

/// Numbers drawn one after another.
pub(super) struct Draw(Xoshiro256PlusPlus);

impl Draw {
    fn new(seed: u64) -> Self {
        Self::of(Key::new(seed).purpose(Purpose::Generate))
    }

    /// Those of one key.
    pub(super) fn of(key: Key) -> Self {
        Self(key.stream())
    }

    /// In [0, 1), with 53 random bits.
    pub(super) fn uniform(&mut self) -> f64 {
        (self.0.next_u64() >> 11) as f64 * (1.0 / 9_007_199_254_740_992.0)
    }

    /// Standard normal (Box and Muller 1958).
    pub(super) fn normal(&mut self) -> f64 {
        let radius = libm::sqrt(-2.0 * libm::log(1.0 - self.uniform()));
        radius * libm::cos(std::f64::consts::TAU * self.uniform())
    }
}

/// How many of `n` samples class `c` of `classes` has: evenly, the first ones one more.
fn share(n: usize, c: usize, classes: usize) -> usize {
    n / classes + usize::from(c < n % classes)
}

/// Splits made samples, class after class, into a dataset.
fn dataset(
    chosen: &Chosen,
    context: &DataContext,
    features: Vec<f32>,
    classes: Vec<u32>,
    names: Vec<String>,
) -> Result<Dataset> {
    let width = features.len() / classes.len().max(1);
    let input = FieldKind::numbers((0..width).map(|i| format!("x{i}")).collect());
    let mut info = assemble::info(&chosen.name, input, FieldKind::Class(names));
    info.notes.push(format!("made from seed {}", context.seed));
    let rows = (0..classes.len() as u32).collect();
    let all = Part::new(Floats::of(width, &features), Ids::classes(classes), rows);
    assemble::from_samples(info, all, &Splits::of(chosen)?, context)
}

/// `0`, `1`, …
fn numbered(classes: usize) -> Vec<String> {
    (0..classes).map(|c| c.to_string()).collect()
}

#[cfg(test)]
mod tests;
