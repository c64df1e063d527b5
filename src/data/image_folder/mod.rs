//! Pictures in folders, one folder a class, all brought to one size.

pub mod decode;
mod listing;
pub mod resize;

use std::path::{Path, PathBuf};

use serde::Deserialize;

use super::assemble::{self, Parts};
use super::augment::AUGMENT;
use super::column::{Bytes, Ids};
use super::settings::{Splits, TEST_SPLIT};
use super::{DataContext, DataInfo, Dataset, DatasetDef, FieldKind, Origin, Part};
pub use listing::walk;
use listing::{Listing, list};
use runner_declare::{Chosen, Field, Kind, Presence, Section};
use runner_ground::error::{Error, Kind as ErrorKind, Result};
use runner_ground::text::format;

/// The most bytes of all pictures in their size.
pub const MAX_BYTES: u64 = 8 << 30;

const fn path(key: &'static str, doc: &'static str, presence: Presence) -> Field {
    Field {
        key,
        doc,
        kind: Kind::Path,
        presence,
    }
}

/// The dataset `image_folder`.
pub static DEF: DatasetDef = DatasetDef {
    section: Section {
        name: "image_folder",
        doc: "Pictures (PNG, JPEG) in one folder a class, brought to one size; the folders' names are the classes.",
        fields: &[
            path(
                "path",
                "The folder with a folder for each class, from the recipe's folder.",
                Presence::Required,
            ),
            path(
                "validation_path",
                "A folder of its own for the validation part, with the same classes; validation_split is then not used.",
                Presence::Optional,
            ),
            path(
                "test_path",
                "A folder of its own for the test part, with the same classes; test_split is then not used.",
                Presence::Optional,
            ),
            Field {
                key: "size",
                doc: "[height, width] that every picture is brought to, bilinear with antialiasing (as PIL and torchvision's Resize); its proportions are not kept.",
                kind: Kind::List {
                    of: &Kind::Integer { min: 1, max: 4096 },
                    min: 2,
                    max: 2,
                },
                presence: Presence::Required,
            },
            Field {
                key: "channels",
                doc: "3 for colours, 1 for grey.",
                kind: Kind::Integer { min: 1, max: 3 },
                presence: Presence::Default("3"),
            },
            TEST_SPLIT,
            AUGMENT,
        ],
        shorthand: Some("path"),
    },
    origin: Origin::File,
    describe: |chosen, context| Folder::open(chosen, context).map(|folder| folder.info(context)),
    load: |chosen, context| Folder::open(chosen, context)?.load(context),
    new_inputs: super::inputs::pictures,
};

#[derive(Deserialize)]
struct Settings {
    path: String,
    validation_path: Option<String>,
    test_path: Option<String>,
    size: [usize; 2],
    channels: usize,
}

/// The pictures of a dataset, found and not yet read.
struct Folder {
    settings: Settings,
    splits: Splits,
    train: Listing,
    validation: Option<Listing>,
    test: Option<Listing>,
}

impl Folder {
    fn open(chosen: &Chosen, context: &DataContext) -> Result<Self> {
        let settings: Settings = chosen.typed()?;
        if settings.channels == 2 {
            let key = runner_declare::KeyPath::from("dataset.channels");
            let problem = runner_declare::Problem::new(key, "pictures have 1 channel or 3");
            return Err(problem.help("1 for grey, 3 for colours").into());
        }
        let found = |path: &str| context.resolve(path);
        let train = list(&found(&settings.path), None)?;
        let own = |path: &Option<String>| {
            path.as_ref()
                .map(|path| list(&found(path), Some(&train.classes)))
                .transpose()
        };
        let (validation, test) = (own(&settings.validation_path)?, own(&settings.test_path)?);
        let all = [Some(&train), validation.as_ref(), test.as_ref()];
        let pictures: usize = all.into_iter().flatten().map(|listing| listing.pictures.len()).sum();
        let bytes = (pictures as u64).saturating_mul((settings.size[0] * settings.size[1] * settings.channels) as u64);
        if bytes > MAX_BYTES {
            let message = format!(
                "{} pictures of {}×{} take {}, more than the {} that are read",
                format::count(pictures as u64),
                settings.size[0],
                settings.size[1],
                format::bytes(bytes),
                format::bytes(MAX_BYTES)
            );
            return Err(Error::new(ErrorKind::Data, message).help("make 'dataset.size' smaller"));
        }
        Ok(Self {
            splits: Splits::of(chosen)?,
            settings,
            train,
            validation,
            test,
        })
    }

    fn input(&self) -> [usize; 3] {
        [self.settings.channels, self.settings.size[0], self.settings.size[1]]
    }

    /// The rows of the folder of training pictures that each part takes.
    fn rows(&self, context: &DataContext) -> [Vec<u32>; 3] {
        let classes: Vec<u32> = self.train.pictures.iter().map(|(_, class)| *class).collect();
        let share = |own: &Option<Listing>, share: f64| if own.is_some() { 0.0 } else { share };
        let shares = [
            share(&self.validation, self.splits.validation_split),
            share(&self.test, self.splits.test_split),
        ];
        assemble::divide(classes.len(), Some(&classes), shares, context.seed)
    }

    fn info(&self, context: &DataContext) -> DataInfo {
        let mut info = assemble::info(
            "image_folder",
            FieldKind::image(self.input()),
            FieldKind::Class(self.train.classes.clone()),
        );
        let [train, validation, test] = self.rows(context).map(|rows| rows.len());
        let count = |own: &Option<Listing>, else_: usize| own.as_ref().map_or(else_, |own| own.pictures.len());
        info.rows = [train, count(&self.validation, validation), count(&self.test, test)];
        let pictures = self.train.pictures.len();
        info.notes.push(format!(
            "{}: {} pictures in {} classes, brought to {}×{}",
            context.resolve(&self.settings.path).display(),
            format::count(pictures as u64),
            self.train.classes.len(),
            self.settings.size[0],
            self.settings.size[1]
        ));
        if self.train.others > 0 {
            info.notes.push(format!(
                "files that are no PNG or JPEG and were left out: {}",
                self.train.others
            ));
        }
        info
    }

    fn load(self, context: &DataContext) -> Result<Dataset> {
        let info = self.info(context);
        let [train, validation, test] = self.rows(context);
        let part = |listing: &Listing, rows: Vec<u32>| -> Result<Part> {
            let paths: Vec<&Path> = rows
                .iter()
                .map(|&row| listing.pictures[row as usize].0.as_path())
                .collect();
            let bytes = Bytes::new(self.input().iter().product(), read(&paths, self.input())?);
            let classes = rows.iter().map(|&row| listing.pictures[row as usize].1).collect();
            Ok(Part::new(bytes, Ids::classes(classes), rows))
        };
        let held_out = |own: &Option<Listing>, rows: Vec<u32>| -> Result<Option<Part>> {
            match own {
                Some(own) => part(own, (0..own.pictures.len() as u32).collect()).map(Some),
                None if rows.is_empty() => Ok(None),
                None => part(&self.train, rows).map(Some),
            }
        };
        let parts = Parts {
            train: part(&self.train, train)?,
            validation: held_out(&self.validation, validation)?,
            test: held_out(&self.test, test)?,
        };
        assemble::finish(info, parts, &self.splits)
    }
}

/// Pictures in this shape, one after another, by as many threads as there are cores.
///
/// # Errors
/// That of the first picture that cannot be read.
pub fn read<P: AsRef<Path> + Sync>(paths: &[P], [channels, height, width]: [usize; 3]) -> Result<Vec<u8>> {
    let size = channels * height * width;
    let mut bytes = vec![0; paths.len() * size];
    let threads = std::thread::available_parallelism().map_or(1, usize::from);
    let each = paths.len().div_ceil(threads).max(1);
    let fill = |paths: &[P], bytes: &mut [u8]| -> Result<()> {
        for (path, out) in paths.iter().zip(bytes.chunks_exact_mut(size.max(1))) {
            let picture = decode::decode(path.as_ref(), channels)?;
            out.copy_from_slice(&resize::planes(&picture, height, width));
        }
        Ok(())
    };
    let results: Vec<Result<()>> = std::thread::scope(|scope| {
        let work = paths.chunks(each).zip(bytes.chunks_mut((each * size).max(1)));
        let threads: Vec<_> = work
            .map(|(paths, bytes)| scope.spawn(move || fill(paths, bytes)))
            .collect();
        let gone = || Error::new(ErrorKind::Failure, "a thread that reads pictures has gone");
        threads
            .into_iter()
            .map(|thread| thread.join().unwrap_or_else(|_| Err(gone())))
            .collect()
    });
    results.into_iter().collect::<Result<()>>()?;
    Ok(bytes)
}

/// The pictures that a path means: itself, or all in a folder.
///
/// # Errors
/// When there is none.
pub fn pictures(path: &Path) -> Result<Vec<PathBuf>> {
    if !path.is_dir() {
        return Ok(vec![path.to_owned()]);
    }
    let mut found = Vec::new();
    walk(path, 0, &mut |picture| found.push(picture), &mut 0)?;
    match found.len() {
        0 => Err(Error::new(
            ErrorKind::Data,
            format!("{}: there is no PNG or JPEG file in it", path.display()),
        )),
        _ => Ok(found),
    }
}

#[cfg(test)]
mod tests;
