//! Real data that is part of the program (from smartcore): for first runs, tests and stand-ins.

pub mod breast_cancer;
pub mod diabetes;
pub mod digits;
pub mod iris;

use super::assemble;
use super::column::{Column, Floats};
use super::context::DataContext;
use super::dataset::{Dataset, Part};
use super::schema::{DataInfo, FieldKind};
use super::settings::Splits;
use runner_declare::Chosen;
use runner_ground::error::Result;

/// Divides embedded samples by the recipe's settings and seed.
fn dataset(
    info: DataInfo,
    features: Vec<f32>,
    target: impl Column,
    chosen: &Chosen,
    context: &DataContext,
) -> Result<Dataset> {
    let rows = (0..target.len() as u32).collect();
    let all = Part::new(Floats::of(info.width(), &features), target, rows);
    assemble::from_samples(info, all, &Splits::of(chosen)?, context)
}

/// An info with named features and a word on the source.
fn tabular_info(name: &str, features: Vec<String>, target: FieldKind, note: &str) -> DataInfo {
    let mut info = assemble::info(name, FieldKind::numbers(features), target);
    info.notes.push(note.to_owned());
    info
}

fn names(names: &[&str]) -> Vec<String> {
    names.iter().map(|&name| name.to_owned()).collect()
}

#[cfg(test)]
mod tests;
