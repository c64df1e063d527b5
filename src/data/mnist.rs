//! MNIST, and what it shares with Fashion-MNIST: two pairs of IDX files of 28×28 images.

use std::path::PathBuf;

use super::assemble;
use super::augment::AUGMENT;
use super::column::{Bytes, Ids};
use super::embedded::digits;
use super::files::{Collection, RemoteFile, Unpacked};
use super::idx;
use super::picture_file::{NEW_BACKGROUND, NEW_ORIENTATION};
use super::settings::{STAND_IN, Splits};
use super::split;
use super::stand_in::digits as digits_stand_in;
use super::{DataContext, DataInfo, Dataset, DatasetDef, FieldKind, Origin, Part};
use runner_declare::{Chosen, Section};
use runner_ground::error::{Error, Kind, Result};

/// The dataset `mnist`.
pub static DEF: DatasetDef = DatasetDef {
    section: Section {
        name: "mnist",
        doc: "70,000 handwritten digits, grey images of 28×28, with the official test part of 10,000 (LeCun et al. 1998); downloaded once (12 MB).",
        fields: &[STAND_IN, AUGMENT, NEW_ORIENTATION, NEW_BACKGROUND],
        shorthand: None,
    },
    origin: Origin::Download(&FILES),
    describe: |chosen, context| describe("mnist", digits::class_names(), chosen, context),
    load: |chosen, context| load("mnist", digits::class_names(), &FILES, chosen, context),
    new_inputs: super::inputs::pictures,
};

/// Hashes as published with the torchvision and Keras copies; those of the unpacked files computed from them.
static FILES: Collection = Collection {
    folder: "mnist",
    mirrors: &[
        "https://ossci-datasets.s3.amazonaws.com/mnist/",
        "https://storage.googleapis.com/cvdf-datasets/mnist/",
        "https://raw.githubusercontent.com/fgnt/mnist/master/",
    ],
    files: &[
        RemoteFile {
            name: TEST_LABELS,
            bytes: 4542,
            sha256: "f7ae60f92e00ec6debd23a6088c31dbd2371eca3ffa0defaefb259924204aec6",
            unpacked: Some(Unpacked {
                bytes: 10_008,
                sha256: "ff7bcfd416de33731a308c3f266cc351222c34898ecbeaf847f06e48f7ec33f2",
            }),
        },
        RemoteFile {
            name: TRAIN_LABELS,
            bytes: 28_881,
            sha256: "3552534a0a558bbed6aed32b30c495cca23d567ec52cac8be1a0730e8010255c",
            unpacked: Some(Unpacked {
                bytes: 60_008,
                sha256: "65a50cbbf4e906d70832878ad85ccda5333a97f0f4c3dd2ef09a8a9eef7101c5",
            }),
        },
        RemoteFile {
            name: TEST_IMAGES,
            bytes: 1_648_877,
            sha256: "8d422c7b0a1c1c79245a5bcf07fe86e33eeafee792b84584aec276f5a2dbc4e6",
            unpacked: Some(Unpacked {
                bytes: 7_840_016,
                sha256: "0fa7898d509279e482958e8ce81c8e77db3f2f8254e26661ceb7762c4d494ce7",
            }),
        },
        RemoteFile {
            name: TRAIN_IMAGES,
            bytes: 9_912_422,
            sha256: "440fcabf73cc546fa21475e81ea370265605f56be210a4024d2ca8f203523609",
            unpacked: Some(Unpacked {
                bytes: 47_040_016,
                sha256: "ba891046e6505d7aadcbbe25680a0738ad16aec93bde7f9b65e87a2fc25776db",
            }),
        },
    ],
    ..Collection::EMPTY
};

pub(super) const TRAIN_IMAGES: &str = "train-images-idx3-ubyte.gz";
pub(super) const TRAIN_LABELS: &str = "train-labels-idx1-ubyte.gz";
pub(super) const TEST_IMAGES: &str = "t10k-images-idx3-ubyte.gz";
pub(super) const TEST_LABELS: &str = "t10k-labels-idx1-ubyte.gz";

/// Height and width of an image.
const SIDE: usize = 28;
const CLASSES: u32 = 10;
/// Images in the training and in the test files.
const IMAGES: [usize; 2] = [60_000, 10_000];

/// What the dataset looks like; reads no file.
pub(super) fn describe(name: &str, classes: Vec<String>, chosen: &Chosen, context: &DataContext) -> Result<DataInfo> {
    let splits = Splits::of(chosen)?;
    if context.use_stand_in {
        return Ok(digits_stand_in::describe(name, &splits));
    }
    let mut info = assemble::info(name, FieldKind::image([1, SIDE, SIDE]), FieldKind::Class(classes));
    info.notes
        .push(format!("source: {}", context.folder.join(name).display()));
    let validation = split::size(IMAGES[0], splits.validation_split);
    info.rows = [IMAGES[0] - validation, validation, IMAGES[1]];
    Ok(info)
}

/// The official parts, with validation images taken from the training part.
pub(super) fn load(
    name: &str,
    classes: Vec<String>,
    files: &Collection,
    chosen: &Chosen,
    context: &DataContext,
) -> Result<Dataset> {
    let splits = Splits::of(chosen)?;
    if context.use_stand_in {
        return digits_stand_in::load(name, &splits, context);
    }
    let train = pair(files, [TRAIN_IMAGES, TRAIN_LABELS], context, 0)?;
    let test = pair(files, [TEST_IMAGES, TEST_LABELS], context, train.len() as u32)?;
    let parts = assemble::with_validation(train, Some(test), &splits, context.seed);
    assemble::finish(describe(name, classes, chosen, context)?, parts, &splits)
}

/// Images and labels that belong together, verified; rows count from `first`.
fn pair(files: &Collection, names: [&str; 2], context: &DataContext, first: u32) -> Result<Part> {
    let [(images, images_path), (labels, labels_path)] =
        [read(files, names[0], context)?, read(files, names[1], context)?];
    idx::check_pair((&images, &images_path), (&labels, &labels_path), SIDE, CLASSES)?;
    let rows = (first..).take(labels.values.len()).collect();
    let classes = labels.values.into_iter().map(u32::from).collect();
    Ok(Part::new(
        Bytes::new(SIDE * SIDE, images.values),
        Ids::classes(classes),
        rows,
    ))
}

fn read(files: &Collection, name: &str, context: &DataContext) -> Result<(idx::Idx, PathBuf)> {
    let path = verified(files, name, context)?;
    Ok((idx::read(&path)?, path))
}

/// Where a file is, after it was compared with what was published.
pub(super) fn verified(files: &Collection, name: &str, context: &DataContext) -> Result<PathBuf> {
    let place = files.place(&context.folder);
    let file = files.files.iter().find(|file| file.name == name);
    let found = file.and_then(|file| file.find(&place).map(|found| (file, found)));
    let Some((file, found)) = found else {
        let message = format!("{} is missing", place.join(name).display());
        return Err(Error::new(Kind::Data, message).help(missing_help(files, context)));
    };
    file.verify(&found, files.dataset())?;
    Ok(found.path().to_owned())
}

/// What to do where files are missing.
pub(super) fn missing_help(files: &Collection, context: &DataContext) -> String {
    let names: Vec<&str> = files.files.iter().map(|file| file.name).collect();
    let name = files.dataset();
    let help = format!(
        "run 'runner data fetch {name}' where there is a network, or put {} into {}",
        names.join(", "),
        files.place(&context.folder).display(),
    );
    match files.stand_in() {
        Some(stand_in) => {
            format!("{help}; or let the recipe use a stand-in: 'dataset: {{name: {name}, stand_in: {stand_in}}}'")
        }
        None => help,
    }
}

#[cfg(test)]
mod tests;
