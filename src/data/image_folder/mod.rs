//! Pictures in folders, one folder a class, all brought to one size.

mod broken;
mod listing;
mod notes;
mod parts;

use std::path::{Path, PathBuf};

use serde::Deserialize;

use super::assemble::{self, Parts};
use super::augment::AUGMENT;
use super::column::{Bytes, Ids};
use super::picture_file::{BACKGROUND, Noticed, ORIENTATION, Rules, read, survey};
use super::settings::{Splits, TEST_SPLIT};
use super::{DataContext, DataInfo, Dataset, DatasetDef, FieldKind, Origin, Part};
use broken::{BROKEN, Broken};
use listing::{Listing, folders, held_out, training};
pub(super) use listing::{Others, walk};
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
                "The folder with a folder for each class, from the recipe's folder: of data that are divided already, that of the training part.",
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
            ORIENTATION,
            BACKGROUND,
            BROKEN,
            TEST_SPLIT,
            AUGMENT,
        ],
        shorthand: Some("path"),
    },
    origin: Origin::File,
    describe: |chosen, context| {
        let (folder, noticed) = Folder::open(chosen, context)?.surveyed()?;
        Ok(folder.info(context, &noticed))
    },
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
    broken: Broken,
}

/// The pictures of a dataset, found and not yet read.
struct Folder {
    settings: Settings,
    rules: Rules,
    splits: Splits,
    classes: Vec<String>,
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
        let root = context.resolve(&settings.path);
        let (found, others) = folders(&root)?;
        parts::refuse(&found, &settings.path, &|key| {
            chosen.settings.get(key).is_some_and(|value| !value.is_null())
        })?;
        let train = training(&root, &found, others)?;
        let classes: Vec<String> = found.into_iter().map(|(name, _)| name).collect();
        let own = |path: &Option<String>| {
            path.as_ref()
                .map(|path| held_out(&context.resolve(path), &classes))
                .transpose()
        };
        let folder = Self {
            rules: Rules::of(chosen),
            splits: Splits::of(chosen)?,
            validation: own(&settings.validation_path)?,
            test: own(&settings.test_path)?,
            settings,
            classes,
            train,
        };
        folder.fits()?;
        Ok(folder)
    }

    /// Refuses what would not fit into memory, before anything is read.
    fn fits(&self) -> Result<()> {
        let pictures: usize = self.listings().map(|listing| listing.pictures.len()).sum();
        let [channels, height, width] = self.input();
        let bytes = (pictures as u64).saturating_mul((channels * height * width) as u64);
        if bytes <= MAX_BYTES {
            return Ok(());
        }
        let message = format!(
            "{} pictures of {height}×{width} take {}, more than the {} that are read",
            format::count(pictures as u64),
            format::bytes(bytes),
            format::bytes(MAX_BYTES)
        );
        Err(Error::new(ErrorKind::Data, message).help("make 'dataset.size' smaller"))
    }

    fn listings(&self) -> impl Iterator<Item = &Listing> {
        [Some(&self.train), self.validation.as_ref(), self.test.as_ref()]
            .into_iter()
            .flatten()
    }

    /// The same after every picture was looked at: without those that cannot be read, where the recipe leaves them out.
    fn surveyed(mut self) -> Result<(Self, Noticed)> {
        let paths: Vec<&Path> = self
            .listings()
            .flat_map(|listing| listing.pictures.iter().map(|(path, _)| path.as_path()))
            .collect();
        let noticed = survey(&paths)?;
        if self.settings.broken == Broken::Error {
            broken::refuse(&noticed, paths.len())?;
            return Ok((self, noticed));
        }
        let mut before = 0;
        for listing in [Some(&mut self.train), self.validation.as_mut(), self.test.as_mut()]
            .into_iter()
            .flatten()
        {
            before = broken::leave_out(listing, &noticed, before);
        }
        broken::left(&self.train, &self.classes)?;
        Ok((self, noticed))
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

    fn info(&self, context: &DataContext, noticed: &Noticed) -> DataInfo {
        let mut info = assemble::info(
            "image_folder",
            FieldKind::image(self.input()),
            FieldKind::Class(self.classes.clone()),
        );
        let [train, validation, test] = self.rows(context).map(|rows| rows.len());
        let count = |own: &Option<Listing>, else_: usize| own.as_ref().map_or(else_, |own| own.pictures.len());
        info.rows = [train, count(&self.validation, validation), count(&self.test, test)];
        info.notes = self.notes(context, noticed);
        info
    }

    fn load(self, context: &DataContext) -> Result<Dataset> {
        let (folder, before) = match self.settings.broken {
            // Reading them shows all of it.
            Broken::Error => (self, None),
            Broken::LeaveOut => self.surveyed().map(|(folder, noticed)| (folder, Some(noticed)))?,
        };
        let [train, validation, test] = folder.rows(context);
        // What runs from before there were rules say of their test part has no files in it, and must come out again.
        let files = match folder.rules {
            Rules::BEFORE => Vec::new(),
            _ => folder.test_files(&test, context),
        };
        let (mut seen, mut pictures) = (Noticed::default(), 0);
        let mut part = |listing: &Listing, rows: Vec<u32>| -> Result<Part> {
            let place = |&row: &u32| &listing.pictures[row as usize];
            let paths: Vec<&Path> = rows.iter().map(|row| place(row).0.as_path()).collect();
            let (bytes, noticed) = read(&paths, folder.input(), &folder.rules)?;
            seen.add(noticed, pictures);
            pictures += rows.len();
            let classes = rows.iter().map(|row| place(row).1).collect();
            let bytes = Bytes::new(folder.input().iter().product(), bytes);
            Ok(Part::new(bytes, Ids::classes(classes), rows))
        };
        let mut held_out = |own: &Option<Listing>, rows: Vec<u32>| -> Result<Option<Part>> {
            match own {
                Some(own) => part(own, (0..own.pictures.len() as u32).collect()).map(Some),
                None if rows.is_empty() => Ok(None),
                None => part(&folder.train, rows).map(Some),
            }
        };
        let (validation, test) = (held_out(&folder.validation, validation)?, held_out(&folder.test, test)?);
        let parts = Parts {
            train: part(&folder.train, train)?,
            validation,
            test: test.map(|test| test.named(files)),
        };
        broken::refuse(&seen, pictures)?;
        assemble::finish(folder.info(context, &before.unwrap_or(seen)), parts, &folder.splits)
    }

    /// The files of the test part, from the recipe's folder; `rows` are those of the training folder, where it has none of
    /// its own.
    fn test_files(&self, rows: &[u32], context: &DataContext) -> Vec<String> {
        let (listing, said) = match (&self.test, &self.settings.test_path) {
            (Some(own), Some(said)) => (own, said),
            _ => (&self.train, &self.settings.path),
        };
        let root = context.resolve(said);
        let name = |(path, _): &(PathBuf, u32)| {
            let within = path.strip_prefix(&root).unwrap_or(path);
            Path::new(said).join(within).display().to_string()
        };
        match self.test {
            Some(_) => listing.pictures.iter().map(name).collect(),
            None => rows.iter().map(|&row| name(&listing.pictures[row as usize])).collect(),
        }
    }
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
    walk(path, 0, &mut |picture| found.push(picture), &mut Others::default())?;
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
