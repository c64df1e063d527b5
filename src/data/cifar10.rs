//! CIFAR-10 in its binary form: files of 10,000 records, each a label and three planes of 32×32 bytes.

use std::path::Path;

use super::assemble;
use super::augment::AUGMENT;
use super::column::{Bytes, Ids};
use super::files::{Collection, RemoteFile, unreadable};
use super::mnist::missing_help;
use super::picture_file::{NEW_BACKGROUND, NEW_ORIENTATION};
use super::settings::{STAND_IN_SHAPES, Splits};
use super::split;
use super::stand_in::shapes;
use super::{DataContext, DataInfo, Dataset, DatasetDef, FieldKind, Origin, Part};
use runner_declare::{Chosen, Section};
use runner_ground::error::{Error, Kind, Result};
use runner_ground::text::format;

/// The dataset `cifar10`.
pub static DEF: DatasetDef = DatasetDef {
    section: Section {
        name: "cifar10",
        doc: "60,000 photographs in ten classes, colour images of 32×32, with the official test part of 10,000 (Krizhevsky 2009); downloaded once (170 MB). Where only some of the five training batches are in the folder, these are used, which every result says.",
        fields: &[STAND_IN_SHAPES, AUGMENT, NEW_ORIENTATION, NEW_BACKGROUND],
        shorthand: None,
    },
    origin: Origin::Download(&FILES),
    describe,
    load,
    new_inputs: super::inputs::pictures,
};

/// The test part is last: it gets its name when the training batches have theirs.
static FILES: Collection = Collection {
    folder: "cifar10",
    also: Some("cifar-10-batches-bin"),
    mirrors: &["https://www.cs.toronto.edu/~kriz/"],
    files: &[
        batch(
            TRAIN[0],
            "cee916563c9f80d84e3cc88e17fdc0941787f1244f00a67874d45b261883ada5",
        ),
        batch(
            TRAIN[1],
            "a591ca11fa1708a91ee40f54b3da4784ccd871ecf2137de63f51ada8b3fa57ed",
        ),
        batch(
            TRAIN[2],
            "bbe8596564c0f86427f876058170b84dac6670ddf06d79402899d93ceea26f67",
        ),
        batch(
            TRAIN[3],
            "014e562d6e23c72197cc727519169a60359f5eccd8945ad5a09d710285ff4e48",
        ),
        batch(
            TRAIN[4],
            "755304fc0b379caeae8c14f0dac912fbc7d6cd469eb67a1029a08a39453a9add",
        ),
        batch(TEST, "8e2eb146ae340b09e24670f29cabc6326dba54da8789dab6768acf480273f65b"),
    ],
    any_of: &TRAIN,
    archive: Some(RemoteFile {
        name: "cifar-10-binary.tar.gz",
        bytes: 170_052_171,
        sha256: "c4a38c50a1bc5f3a1c5537f2155ab9d68f9f25eb1ed8d9ddda3db29a59bca1dd",
        unpacked: None,
    }),
};

const TRAIN: [&str; 5] = [
    "data_batch_1.bin",
    "data_batch_2.bin",
    "data_batch_3.bin",
    "data_batch_4.bin",
    "data_batch_5.bin",
];
const TEST: &str = "test_batch.bin";

const fn batch(name: &'static str, sha256: &'static str) -> RemoteFile {
    RemoteFile {
        name,
        bytes: (IMAGES * RECORD) as u64,
        sha256,
        unpacked: None,
    }
}

const INPUT: [usize; 3] = [3, 32, 32];
/// Bytes of an image.
const WIDTH: usize = 3 * 32 * 32;
/// A label and an image.
const RECORD: usize = 1 + WIDTH;
/// Images of a file.
const IMAGES: usize = 10_000;
/// As batches.meta.txt has them.
const CLASSES: [&str; 10] = [
    "airplane",
    "automobile",
    "bird",
    "cat",
    "deer",
    "dog",
    "frog",
    "horse",
    "ship",
    "truck",
];

/// The training batches that are there; all of them where there is none: they will be downloaded.
fn batches(context: &DataContext) -> Vec<&'static str> {
    let place = FILES.place(&context.folder);
    let is_there = |name: &&str| FILES.file(name).is_some_and(|file| file.find(&place).is_some());
    let found: Vec<&str> = TRAIN.into_iter().filter(is_there).collect();
    if FILES.suffices(&context.folder) {
        found
    } else {
        TRAIN.to_vec()
    }
}

/// What the dataset looks like; looks for files and reads none.
fn describe(chosen: &Chosen, context: &DataContext) -> Result<DataInfo> {
    let splits = Splits::of(chosen)?;
    if context.use_stand_in {
        return Ok(shapes::describe(&chosen.name, &splits));
    }
    let names = CLASSES.map(str::to_owned).to_vec();
    let mut info = assemble::info("cifar10", FieldKind::image(INPUT), FieldKind::Class(names));
    let used = batches(context);
    let source = FILES.place(&context.folder);
    info.notes.push(format!("source: {}", source.display()));
    let train = used.len() * IMAGES;
    if used.len() < TRAIN.len() {
        info.notes.push(format!(
            "{} of {} training batches: {} of {} training images ({}); 'runner data fetch cifar10' brings the rest",
            used.len(),
            TRAIN.len(),
            format::count(train as u64),
            format::count((TRAIN.len() * IMAGES) as u64),
            used.join(", "),
        ));
    }
    let validation = split::size(train, splits.validation_split);
    info.rows = [train - validation, validation, IMAGES];
    Ok(info)
}

fn load(chosen: &Chosen, context: &DataContext) -> Result<Dataset> {
    let splits = Splits::of(chosen)?;
    if context.use_stand_in {
        return shapes::load(&chosen.name, &splits, context);
    }
    let train = part(&batches(context), 0, context)?;
    let test = part(&[TEST], TRAIN.len() * IMAGES, context)?;
    let parts = assemble::with_validation(train, Some(test), &splits, context.seed);
    assemble::finish(describe(chosen, context)?, parts, &splits)
}

/// The images of these files, one file after another. Rows count through all files, those that are not there too:
/// an image keeps its number, however many batches there are.
fn part(names: &[&str], first: usize, context: &DataContext) -> Result<Part> {
    let place = FILES.place(&context.folder);
    let (mut images, mut classes, mut rows) =
        (Vec::with_capacity(names.len() * IMAGES * WIDTH), Vec::new(), Vec::new());
    for name in names {
        let found = FILES.file(name).and_then(|file| Some((file, file.find(&place)?)));
        let Some((file, found)) = found else {
            let message = format!("{} is missing", place.join(name).display());
            return Err(Error::new(Kind::Data, message).help(missing_help(&FILES, context)));
        };
        file.verify(&found, FILES.folder)?;
        let bytes = std::fs::read(found.path()).map_err(|error| unreadable(found.path(), &error))?;
        let number = TRAIN.iter().position(|train| train == name).unwrap_or(0);
        decode(&bytes, found.path(), &mut images, &mut classes)?;
        rows.extend((first + number * IMAGES..).take(IMAGES).map(|row| row as u32));
    }
    Ok(Part::new(Bytes::new(WIDTH, images), Ids::classes(classes), rows))
}

/// Adds a file's images and labels.
fn decode(bytes: &[u8], path: &Path, images: &mut Vec<u8>, classes: &mut Vec<u32>) -> Result<()> {
    let wrong = |what: String| Err(Error::new(Kind::Data, format!("{}: {what}", path.display())));
    let (records, []) = bytes.as_chunks::<RECORD>() else {
        return wrong(format!(
            "{} bytes are no whole number of records of {RECORD}",
            bytes.len()
        ));
    };
    for (i, [label, image @ ..]) in records.iter().enumerate() {
        if usize::from(*label) >= CLASSES.len() {
            return wrong(format!("byte {}: label {label}, expected 0 to 9", i * RECORD));
        }
        classes.push(u32::from(*label));
        images.extend_from_slice(image);
    }
    Ok(())
}

#[cfg(test)]
mod tests;
