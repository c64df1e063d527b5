//! Samples as models see them: numbers as they stand in the data. The one place where models meet how data is kept.

use runner_data::column::Column;
use runner_data::{DataInfo, FieldKind, Part};
use runner_ground::error::{Error, Kind, Result};
use runner_model as model;
use runner_model::{Samples, Shape};

/// The inputs of some samples of a part, `[samples, width]`, row-major: not scaled, pixels from 0 to 255.
///
/// # Errors
/// When they are texts, whose characters are names and not amounts.
pub(super) fn rows(part: &Part, samples: impl Iterator<Item = u32>) -> Result<Vec<f64>> {
    let input = part.input().filter(|input| input.moments(1).is_some());
    let input = input.ok_or_else(|| Error::new(Kind::Data, "a model does not read texts"))?;
    Ok(numbers(input, samples))
}

fn numbers(column: &dyn Column, samples: impl Iterator<Item = u32>) -> Vec<f64> {
    samples
        .flat_map(|row| column.numbers(row as usize).unwrap_or_default())
        .collect()
}

/// A part with what is to be predicted.
///
/// # Errors
/// As [`rows`]; when the targets are those of a text.
pub(super) fn samples(part: &Part, info: &DataInfo) -> Result<Samples> {
    let targets = match (part.target(), info.target()) {
        (Some(ids), Some(FieldKind::Class(names))) => model::Targets::Classes {
            classes: names.len(),
            ids: ids.classes().unwrap_or_default().to_vec(),
        },
        (Some(values), Some(FieldKind::Numbers { width, .. })) => model::Targets::Values {
            width: *width,
            values: numbers(values, 0..values.len() as u32),
        },
        _ => {
            let message = format!("the targets of {} are not what a model predicts", info.name);
            return Err(Error::new(Kind::Data, message));
        }
    };
    Ok(Samples {
        width: info.width(),
        features: rows(part, 0..part.len() as u32)?,
        targets,
    })
}

/// How much a model has to learn from; none where its targets are those of a text.
pub(super) fn shape(info: &DataInfo) -> Option<Shape> {
    let outputs = match info.target()? {
        FieldKind::Class(names) => names.len(),
        FieldKind::Numbers { width, .. } => *width,
        FieldKind::Tokens { .. } | FieldKind::Image { .. } => return None,
    };
    Some(Shape {
        rows: info.rows[0],
        width: info.width(),
        outputs,
    })
}
