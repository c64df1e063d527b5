//! From samples to a [`Dataset`]: hold out, measure, count, name.

use std::sync::Arc;

use super::context::DataContext;
use super::digest::digest;
use super::settings::{Normalize, Splits};
use super::split;
use super::table::{DataInfo, Dataset, Normalization, Part, TargetInfo};
use runner_ground::error::{Error, Kind, Result};
use runner_ground::random::{Key, Purpose};

/// The part of a dataset's samples that each stage sees.
pub(super) struct Parts {
    pub train: Part,
    pub validation: Option<Part>,
    pub test: Option<Part>,
}

/// An info without samples counted or notes taken.
pub(super) fn info(name: &str, input: &[usize], target: TargetInfo) -> DataInfo {
    DataInfo {
        name: name.to_owned(),
        input: input.to_vec(),
        target,
        features: None,
        columns: Vec::new(),
        rows: [0; 3],
        stand_in: None,
        notes: Vec::new(),
    }
}

/// Divides samples without an official test part: first the test samples, then the validation
/// samples, each a share of what is there.
pub(super) fn three_way(all: Part, width: usize, splits: &Splits, seed: u64) -> Parts {
    let (rest, test) = split::hold_out(all, width, splits.test_split, split_key(seed, 0));
    Parts {
        test,
        ..with_validation(rest, None, width, splits, seed)
    }
}

/// Takes the validation samples from the training part.
pub(super) fn with_validation(train: Part, test: Option<Part>, width: usize, splits: &Splits, seed: u64) -> Parts {
    let (train, validation) = split::hold_out(train, width, splits.validation_split, split_key(seed, 1));
    Parts {
        train,
        validation,
        test,
    }
}

/// The key of a division: 0 for test, 1 for validation.
pub(super) fn split_key(seed: u64, which: u64) -> Key {
    Key::new(seed).purpose(Purpose::Split).at(which)
}

/// Measures the training part and makes the dataset.
///
/// # Errors
/// When there is nothing to train on.
pub(super) fn finish(mut info: DataInfo, parts: Parts, splits: &Splits) -> Result<Dataset> {
    let Parts {
        train,
        validation,
        test,
    } = parts;
    if train.is_empty() {
        return Err(Error::new(
            Kind::Data,
            format!("{}: no sample is left to train on", info.name),
        ));
    }
    let count = |part: &Option<Part>| part.as_ref().map_or(0, Part::len);
    info.rows = [train.len(), count(&validation), count(&test)];
    info.notes.extend(nothing_held_out(splits, &validation, &test));
    let normalization = match splits.normalize {
        Normalize::Standardize => Normalization::fit(&train.features, &info.input),
        Normalize::Symmetric => Normalization::symmetric(&train.features, &info.input),
        Normalize::None => Normalization::identity(&train.features),
    };
    Ok(Dataset {
        digest: digest(
            &info.input,
            &info.target,
            [Some(&train), validation.as_ref(), test.as_ref()],
        ),
        normalization,
        target_normalization: Normalization::fit_targets(&train.targets),
        train: Arc::new(train),
        augmentation: None,
        validation: validation.map(Arc::new),
        test: test.map(Arc::new),
        info,
    })
}

/// A part that was asked for and is empty is no surprise at the end.
fn nothing_held_out(splits: &Splits, validation: &Option<Part>, test: &Option<Part>) -> Vec<String> {
    let empty = [
        ("validation", splits.validation_split, validation),
        ("test", splits.test_split, test),
    ];
    let note = |name| format!("no {name} part: so few samples of each class cannot be divided");
    empty
        .into_iter()
        .filter(|(_, share, part)| *share > 0.0 && part.is_none())
        .map(|(name, ..)| note(name))
        .collect()
}

/// A dataset whose samples are all in memory already, without an official test part.
pub(super) fn from_samples(info: DataInfo, all: Part, splits: &Splits, context: &DataContext) -> Result<Dataset> {
    let width = info.width();
    finish(info, three_way(all, width, splits, context.seed), splits)
}
