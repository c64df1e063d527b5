//! Augmentation: training images changed at random, so that a network cannot learn them by heart.
//!
//! It is done on bytes, by the thread that prepares batches, and only to training samples. What happens to a sample
//! follows from (seed, epoch, its index): not from its batch, the number of threads, or where a run was resumed.
//! Names and arguments are torchvision's (`torchvision.transforms`).

mod affine;
mod color_jitter;
mod cutout;
mod draw;
mod horizontal_flip;
mod image;
mod mixup;
mod random_crop;
mod rotation;
mod warp;

pub use image::Image;
pub use mixup::Mixup;

use super::schema::DataInfo;
use runner_declare::{Chosen, Field, KeyPath, Kind, Presence, Problem, Section};
use runner_ground::error::Result;
use runner_ground::random::{Key, Purpose};

/// An augmentation that a recipe may name. Adding one: a file with its definition, a line in [`AUGMENTATIONS`].
pub struct AugmentDef {
    /// Name, doc and fields.
    pub section: Section,
    /// Makes it for images of one kind, or says what is wrong; paths are relative to the entry.
    pub build: fn(&Chosen, &Frame) -> std::result::Result<Step, Problem>,
}

/// Every augmentation.
pub static AUGMENTATIONS: &[&AugmentDef] = &[
    &random_crop::DEF,
    &horizontal_flip::DEF,
    &rotation::DEF,
    &affine::DEF,
    &color_jitter::DEF,
    &cutout::DEF,
    &mixup::DEF,
];

/// The field of datasets of images.
pub(super) const AUGMENT: Field = Field {
    key: "augment",
    doc: "How training images are changed at random, in this order; anew in every epoch. Validation and test see images as they are.",
    kind: Kind::List {
        of: &Kind::Variant {
            of: sections,
            common: &[],
        },
        min: 0,
        max: 16,
    },
    presence: Presence::Default("[]"),
};

fn sections() -> Vec<&'static Section> {
    AUGMENTATIONS.iter().map(|def| &def.section).collect()
}

/// What all images of a dataset have in common.
#[derive(Clone, Debug)]
pub struct Frame {
    /// 1 for grey, 3 for red, green and blue.
    pub channels: usize,
    /// Rows.
    pub height: usize,
    /// Columns.
    pub width: usize,
    /// What becomes 0 when inputs are scaled, in each channel: the mean of the training images.
    pub mean: Vec<u8>,
}

/// One augmentation of a list.
#[derive(Debug)]
pub enum Step {
    /// Changes an image by itself.
    Alone(Box<dyn Augment>),
    /// Mixes two.
    Mix(Mixup),
}

/// A random change of an image.
pub trait Augment: std::fmt::Debug + Send + Sync {
    /// Changes it; whatever is random follows from the key.
    fn apply(&self, image: &mut Image, key: Key);
}

/// The augmentations of a training part.
#[derive(Debug)]
pub struct Augmentation {
    frame: Frame,
    alone: Vec<Box<dyn Augment>>,
    mixup: Option<Mixup>,
    key: Key,
}

impl Augmentation {
    /// Those that the settings of a dataset list; none where they list nothing. `mean` is that of each channel, in
    /// the units of the images.
    ///
    /// # Errors
    /// Every entry that does not fit the images, by its path in the recipe.
    pub fn of(dataset: &Chosen, input: &[usize], mean: &[f64], seed: u64) -> Result<Option<Self>> {
        let Some(list) = dataset.settings.get("augment") else {
            return Ok(None);
        };
        let listed: Vec<Chosen> = serde_json::from_value(list.clone()).unwrap_or_default();
        if listed.is_empty() {
            return Ok(None);
        }
        let path = KeyPath::from("dataset.augment");
        let &[channels, height, width] = input else {
            let message = format!("{} has no images to augment", dataset.name);
            return Err(Problem::new(path, message).help("remove 'augment'").into());
        };
        // One entry for all channels, or one each.
        let mean = |c: usize| mean.get(c).or(mean.first()).map_or(0, |m| m.round() as u8);
        let frame = Frame {
            channels,
            height,
            width,
            mean: (0..channels).map(mean).collect(),
        };
        let mut problems = Vec::new();
        let (mut alone, mut mixup) = (Vec::new(), None);
        for (i, chosen) in listed.iter().enumerate() {
            let def = AUGMENTATIONS.iter().find(|def| def.section.name == chosen.name);
            let Some(def) = def else { continue };
            match (def.build)(chosen, &frame) {
                Ok(Step::Alone(step)) => alone.push(step),
                Ok(Step::Mix(_)) if i + 1 < listed.len() => {
                    let message = "mixup mixes images that are done: nothing can follow it";
                    problems.push(Problem::new(path.join(i), message).help("move it to the end of the list"));
                }
                Ok(Step::Mix(step)) => mixup = Some(step),
                Err(problem) => problems.push(problem.under(&path.join(i))),
            }
        }
        if !problems.is_empty() {
            return Err(problems.into());
        }
        let key = Key::new(seed).purpose(Purpose::Augment);
        Ok(Some(Self {
            frame,
            alone,
            mixup,
            key,
        }))
    }

    /// Room for an image.
    pub fn image(&self) -> Image {
        Image::new(self.frame.channels, self.frame.height, self.frame.width)
    }

    /// The key of a sample in an epoch.
    pub fn key(&self, epoch: u64, index: u32) -> Key {
        self.key.at(epoch).at(u64::from(index))
    }

    /// Makes a training image from what is stored, but for mixing.
    pub fn apply(&self, stored: &[u8], key: Key, image: &mut Image) {
        image.pixels.clear();
        image.pixels.extend_from_slice(stored);
        for (i, step) in self.alone.iter().enumerate() {
            step.apply(image, key.at(i as u64));
        }
    }

    /// What images are mixed by.
    pub fn mixup(&self) -> Option<&Mixup> {
        self.mixup.as_ref()
    }
}

/// The settings of an entry; fields that do not fit are reported where fields are checked.
fn typed<T: serde::de::DeserializeOwned>(chosen: &Chosen) -> std::result::Result<T, Problem> {
    chosen
        .typed()
        .map_err(|error| Problem::new(KeyPath::root(), error.to_string()))
}

/// Finds what is wrong with the augmentations of a dataset that is not loaded yet.
///
/// # Errors
/// As [`Augmentation::of`].
pub(super) fn check(dataset: &Chosen, info: &DataInfo) -> Result<()> {
    Augmentation::of(dataset, &info.shape(), &[0.0], 0).map(|_| ())
}

#[cfg(test)]
mod tests;
