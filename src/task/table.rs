//! Samples as models see them: numbers as they stand in the data. The one place where models meet how data is kept.

use runner_data::{DataInfo, Features, Part, TargetInfo, Targets};
use runner_ground::error::{Error, Kind, Result};
use runner_model as model;
use runner_model::{Samples, Shape};

/// The inputs of some samples of a part, `[samples, width]`, row-major: not scaled, pixels from 0 to 255.
///
/// # Errors
/// When they are texts, whose characters are names and not amounts.
pub(super) fn rows(part: &Part, width: usize, samples: impl Iterator<Item = u32>) -> Result<Vec<f64>> {
    fn gather<T: Copy + Into<f64>>(values: &[T], width: usize, samples: impl Iterator<Item = u32>) -> Vec<f64> {
        let row = |sample: u32| &values[sample as usize * width..][..width];
        samples
            .flat_map(|sample| row(sample).iter().map(|&x| x.into()))
            .collect()
    }
    match &part.features {
        Features::Bytes(values) => Ok(gather(values, width, samples)),
        Features::Floats(values) => Ok(gather(values, width, samples)),
        Features::Windows(_) => Err(Error::new(Kind::Data, "a model does not read texts")),
    }
}

/// A part with what is to be predicted.
///
/// # Errors
/// As [`rows`]; when the targets are those of a text.
pub(super) fn samples(part: &Part, info: &DataInfo) -> Result<Samples> {
    let targets = match (&part.targets, &info.target) {
        (Targets::Classes(ids), TargetInfo::Classes(names)) => model::Targets::Classes {
            classes: names.len(),
            ids: ids.clone(),
        },
        (Targets::Values { width, values }, TargetInfo::Values(_)) => model::Targets::Values {
            width: *width,
            values: values.iter().map(|&x| f64::from(x)).collect(),
        },
        _ => {
            let message = format!("the targets of {} are not what a model predicts", info.name);
            return Err(Error::new(Kind::Data, message));
        }
    };
    Ok(Samples {
        width: info.width(),
        features: rows(part, info.width(), 0..part.len() as u32)?,
        targets,
    })
}

/// How much a model has to learn from; none where its targets are those of a text.
pub(super) fn shape(info: &DataInfo) -> Option<Shape> {
    let outputs = match &info.target {
        TargetInfo::Classes(names) | TargetInfo::Values(names) => names.len(),
        TargetInfo::Characters(_) => return None,
    };
    Some(Shape {
        rows: info.rows[0],
        width: info.width(),
        outputs,
    })
}
