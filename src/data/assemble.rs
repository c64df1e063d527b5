//! From samples to a [`Dataset`]: hold out, measure, count, name.

use std::sync::Arc;

use super::column::Column;
use super::context::DataContext;
use super::dataset::{Dataset, Normalization, Part};
use super::digest::digest;
use super::lost;
use super::schema::{DataInfo, FieldInfo, FieldKind};
use super::settings::{Normalize, Splits};
use super::split;
use runner_ground::error::{Error, Kind, Result};
use runner_ground::random::{Key, Purpose};

/// The part of a dataset's samples that each stage sees.
pub(super) struct Parts {
    pub train: Part,
    pub validation: Option<Part>,
    pub test: Option<Part>,
}

/// An info without samples counted or notes taken.
pub(super) fn info(name: &str, input: FieldKind, target: FieldKind) -> DataInfo {
    DataInfo {
        name: name.to_owned(),
        inputs: vec![FieldInfo::new(input)],
        targets: vec![FieldInfo::new(target)],
        columns: Vec::new(),
        dialect: None,
        rows: [0; 3],
        stand_in: None,
        notes: Vec::new(),
    }
}

/// Divides samples without an official test part: first the test samples, then the validation
/// samples, each a share of what is there.
pub(super) fn three_way(all: Part, splits: &Splits, seed: u64) -> Parts {
    let (rest, test) = split::hold_out(all, splits.test_split, split_key(seed, 0));
    Parts {
        test,
        ..with_validation(rest, None, splits, seed)
    }
}

/// Takes the validation samples from the training part.
pub(super) fn with_validation(train: Part, test: Option<Part>, splits: &Splits, seed: u64) -> Parts {
    let (train, validation) = split::hold_out(train, splits.validation_split, split_key(seed, 1));
    Parts {
        train,
        validation,
        test,
    }
}

/// Row numbers of the training, validation and test part, where `n` rows are divided before they are read whole: first
/// the test rows, then the validation rows. A share of 0 is for a part with a file of its own.
pub(super) fn divide(n: usize, classes: Option<&[u32]>, [validation, test]: [f64; 2], seed: u64) -> [Vec<u32>; 3] {
    let take = |rows: Vec<u32>, share: f64, which: u64| {
        let pick = |places: Vec<u32>| -> Vec<u32> { places.into_iter().map(|i| rows[i as usize]).collect() };
        let own = classes.map(|classes| rows.iter().map(|&row| classes[row as usize]).collect::<Vec<u32>>());
        let (kept, taken) = split::divide(rows.len(), own.as_deref(), share, split_key(seed, which));
        (pick(kept), pick(taken))
    };
    let (rest, test) = take((0..n as u32).collect(), test, 0);
    let (train, validation) = take(rest, validation, 1);
    [train, validation, test]
}

/// The key of a division: 0 for test, 1 for validation.
fn split_key(seed: u64, which: u64) -> Key {
    Key::new(seed).purpose(Purpose::Split).at(which)
}

/// Measures the training part and makes the dataset.
///
/// # Errors
/// When there is nothing to train on.
pub(super) fn finish(info: DataInfo, parts: Parts, splits: &Splits) -> Result<Dataset> {
    measure(info, parts, splits, |input, shape| splits.normalize.fit(input, shape))
}

/// The same for features of which each is scaled in its own way.
///
/// # Errors
/// As [`finish`]; and where numbers differ that are the same once they are scaled.
pub(super) fn finish_scaled(info: DataInfo, parts: Parts, splits: &Splits, scales: &[Normalize]) -> Result<Dataset> {
    let names = info.features().unwrap_or_default().to_vec();
    let mut dataset = measure(info, parts, splits, |input, _| Normalization::fit_each(input, scales))?;
    let notes = lost::digits(&*dataset.train.inputs[0], &dataset.normalization, &names)?;
    dataset.info.notes.extend(notes);
    Ok(dataset)
}

fn measure(
    mut info: DataInfo,
    parts: Parts,
    splits: &Splits,
    fit: impl FnOnce(&dyn Column, &[usize]) -> Normalization,
) -> Result<Dataset> {
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
    let input = &*train.inputs[0];
    let normalization = fit(input, &info.shape());
    let target = train.target();
    Ok(Dataset {
        digest: digest(&info, [Some(&train), validation.as_ref(), test.as_ref()]),
        normalization,
        target_normalization: target.and_then(|target| target.moments(target.width())),
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
    finish(info, three_way(all, splits, context.seed), splits)
}
