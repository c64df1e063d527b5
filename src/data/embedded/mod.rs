//! Real data that is part of the program (from smartcore): for first runs, tests and stand-ins.

pub mod breast_cancer;
pub mod diabetes;
pub mod digits;
pub mod iris;

use super::assemble;
use super::context::DataContext;
use super::settings::Splits;
use super::table::{DataInfo, Dataset, Features, Part, TargetInfo, Targets};
use runner_declare::Chosen;
use runner_ground::error::Result;

/// Divides embedded samples by the recipe's settings and seed.
fn dataset(
    info: DataInfo,
    features: Vec<f32>,
    targets: Targets,
    chosen: &Chosen,
    context: &DataContext,
) -> Result<Dataset> {
    let rows = (0..targets.len() as u32).collect();
    let all = Part {
        features: Features::Floats(features),
        targets,
        rows,
    };
    assemble::from_samples(info, all, &Splits::of(chosen)?, context)
}

/// An info with named features and a word on the source.
fn tabular_info(name: &str, features: Vec<String>, target: TargetInfo, note: &str) -> DataInfo {
    let mut info = assemble::info(name, &[features.len()], target);
    info.features = Some(features);
    info.notes.push(note.to_owned());
    info
}

fn names(names: &[&str]) -> Vec<String> {
    names.iter().map(|&name| name.to_owned()).collect()
}

#[cfg(test)]
mod tests;
