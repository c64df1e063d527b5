//! Handwritten digits of 8×8.

use std::path::Path;

use super::super::assemble;
use super::super::column::{Floats, Ids};
use super::super::inputs::{Inputs, read_pictures};
use super::super::picture_file::{NEW_BACKGROUND, NEW_ORIENTATION};
use super::super::settings::TEST_SPLIT;
use super::super::{DataContext, DataInfo, Dataset, DatasetDef, FieldKind, Origin};
use super::dataset;
use runner_declare::{Chosen, Section};
use runner_ground::error::Result;

/// Height and width of an image.
pub(crate) const SIDE: usize = 8;
/// The value of full ink.
pub(crate) const MAX: f32 = 16.0;

/// The dataset `digits`.
pub static DEF: DatasetDef = DatasetDef {
    section: Section {
        name: "digits",
        doc: "1,797 handwritten digits, grey images of 8×8 with values 0 to 16 (UCI optical digits, test part); embedded.",
        fields: &[TEST_SPLIT, NEW_ORIENTATION, NEW_BACKGROUND],
        shorthand: None,
    },
    origin: Origin::Embedded,
    describe,
    load,
    new_inputs,
};

fn describe(chosen: &Chosen, context: &DataContext) -> Result<DataInfo> {
    load(chosen, context).map(|dataset| dataset.info)
}

fn load(chosen: &Chosen, context: &DataContext) -> Result<Dataset> {
    let (images, classes) = samples();
    let mut info = assemble::info(
        "digits",
        FieldKind::image([1, SIDE, SIDE]),
        FieldKind::Class(class_names()),
    );
    info.notes
        .push("optical recognition of handwritten digits, test part, as published by UCI; embedded".into());
    dataset(info, images, Ids::classes(classes), chosen, context)
}

/// Pictures, brought to counts from 0 to 16.
fn new_inputs(path: &Path, info: &DataInfo, dataset: &Chosen) -> Result<Inputs> {
    read_pictures(path, info, dataset, |bytes| {
        let counts: Vec<f32> = bytes.iter().map(|&byte| f32::from(byte) / 255.0 * MAX).collect();
        Floats::of(info.width(), &counts)
    })
}

/// The images, `[1797, 8, 8]`, and their classes.
pub(crate) fn samples() -> (Vec<f32>, Vec<u32>) {
    let raw = smartcore::dataset::digits::load_dataset();
    (raw.data, raw.target.iter().map(|&y| y as u32).collect())
}

/// `0` to `9`.
pub(crate) fn class_names() -> Vec<String> {
    (0..10).map(|digit| digit.to_string()).collect()
}
