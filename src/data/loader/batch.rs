//! One batch, and filling it.

use super::super::augment::{Augmentation, Image};
use super::super::table::{Features, Targets};
use super::Loader;
use crate::target::{self, Target};
use runner_ground::random::Key;

/// Samples that train together.
#[derive(Clone, Debug)]
pub struct Batch {
    /// Normalized inputs, `[samples, width]`, row-major.
    pub features: Vec<f32>,
    /// Their targets.
    pub targets: Targets,
    /// Which samples of the part these are.
    pub indices: Vec<u32>,
    /// Where samples are mixed, with what.
    pub mixed: Option<Mixed>,
}

/// The other classes in mixed samples.
#[derive(Clone, Debug, Default)]
pub struct Mixed {
    /// The class of the other sample.
    pub others: Vec<u32>,
    /// The share of the sample's own class.
    pub shares: Vec<f32>,
}

/// Where images are changed, before they are scaled. One for each thread that fills batches.
#[derive(Debug)]
pub(super) struct Scratch {
    image: Image,
    other: Vec<f32>,
}

impl Scratch {
    pub(super) fn of(loader: &Loader) -> Option<Self> {
        let augmentation = loader.augmentation.as_ref()?;
        let mixes = augmentation.mixup().is_some();
        Some(Self {
            image: augmentation.image(),
            other: vec![0.0; if mixes { loader.width } else { 0 }],
        })
    }
}

impl Batch {
    /// Number of samples.
    pub fn len(&self) -> usize {
        self.indices.len()
    }

    /// Whether there is no sample.
    pub fn is_empty(&self) -> bool {
        self.indices.is_empty()
    }

    /// The targets, as losses take them.
    pub fn target(&self) -> Target<'_> {
        match (&self.targets, &self.mixed) {
            (Targets::Classes(classes), Some(Mixed { others, shares })) => Target::Mixed(target::Mixed {
                classes,
                others,
                shares,
            }),
            _ => self.own_target(),
        }
    }

    /// The targets of the samples themselves, whatever is mixed in: what metrics count.
    pub fn own_target(&self) -> Target<'_> {
        match &self.targets {
            Targets::Classes(classes) => Target::Classes(classes),
            Targets::Values { values, .. } => Target::Values(values),
            Targets::Tokens { tokens, .. } => Target::Classes(tokens),
            // Those of a part; a batch has the tokens themselves.
            Targets::Following { .. } => Target::Classes(&[]),
        }
    }

    /// Room for a full batch of this loader.
    pub(super) fn for_loader(loader: &Loader) -> Self {
        let rows = loader.batch_size.min(loader.part.len());
        Self {
            features: Vec::with_capacity(rows * loader.width),
            targets: match &loader.part.targets {
                Targets::Classes(_) => Targets::Classes(Vec::with_capacity(rows)),
                Targets::Values { width, .. } => Targets::Values {
                    width: *width,
                    values: Vec::with_capacity(rows * width),
                },
                Targets::Tokens { width, .. } => tokens(*width, rows),
                Targets::Following { .. } => tokens(loader.width, rows),
            },
            indices: Vec::with_capacity(rows),
            mixed: loader.augmentation.as_ref().and_then(|augmentation| {
                augmentation.mixup().map(|_| Mixed {
                    others: Vec::with_capacity(rows),
                    shares: Vec::with_capacity(rows),
                })
            }),
        }
    }

    /// Replaces the content by these samples; within the capacity, nothing is allocated.
    pub(super) fn fill(&mut self, loader: &Loader, epoch: u64, indices: &[u32], scratch: Option<&mut Scratch>) {
        self.indices.clear();
        self.indices.extend_from_slice(indices);
        self.features.resize(indices.len() * loader.width, 0.0);
        let rows = self.features.chunks_exact_mut(loader.width.max(1)).zip(indices);
        match &loader.part.features {
            Features::Bytes(values) if let (Some(augmentation), Some(scratch)) = (&loader.augmentation, scratch) => {
                let images = Images {
                    loader,
                    values,
                    augmentation,
                    epoch,
                };
                rows.for_each(|(out, &i)| images.scaled(i, augmentation.key(epoch, i), &mut scratch.image, out));
                images.mix(&mut self.features, indices, self.mixed.as_mut(), scratch);
            }
            Features::Bytes(values) => {
                rows.for_each(|(out, &i)| loader.affine.bytes(row(values, i, loader.width), out))
            }
            Features::Floats(values) => {
                rows.for_each(|(out, &i)| loader.affine.floats(row(values, i, loader.width), out))
            }
            Features::Windows(text) => rows.for_each(|(out, &i)| {
                let window = text.window(loader.offset, i as usize);
                out.iter_mut().zip(window).for_each(|(x, &token)| *x = f32::from(token));
            }),
        }
        match (&mut self.targets, &loader.part.targets) {
            (Targets::Classes(out), Targets::Classes(all)) => {
                out.clear();
                out.extend(indices.iter().map(|&i| all[i as usize]));
            }
            (Targets::Values { values: out, .. }, Targets::Values { width, values: all }) => {
                out.clear();
                indices.iter().for_each(|&i| out.extend_from_slice(row(all, i, *width)));
                if let Some(affine) = &loader.target_affine {
                    out.chunks_exact_mut(*width).for_each(|y| affine.in_place(y));
                }
            }
            (Targets::Tokens { tokens: out, .. }, Targets::Tokens { width, tokens: all }) => {
                out.clear();
                indices.iter().for_each(|&i| out.extend_from_slice(row(all, i, *width)));
            }
            (Targets::Tokens { tokens: out, .. }, Targets::Following { .. }) => {
                out.clear();
                if let Features::Windows(text) = &loader.part.features {
                    let windows = indices.iter().map(|&i| &text.window(loader.offset, i as usize)[1..]);
                    out.extend(windows.flatten().map(|&token| u32::from(token)));
                }
            }
            // `for_loader` made it from the same part.
            (out, all) => *out = all.clone(),
        }
    }
}

/// Images of a training part in an epoch.
struct Images<'a> {
    loader: &'a Loader,
    values: &'a [u8],
    augmentation: &'a Augmentation,
    epoch: u64,
}

impl Images<'_> {
    /// One image, changed and scaled.
    fn scaled(&self, i: u32, key: Key, image: &mut Image, out: &mut [f32]) {
        self.augmentation
            .apply(row(self.values, i, self.loader.width), key, image);
        self.loader.affine.bytes(&image.pixels, out);
    }

    /// Mixes others into images that are scaled: scaling is affine, so that it does not matter which comes first.
    fn mix(&self, features: &mut [f32], indices: &[u32], mixed: Option<&mut Mixed>, scratch: &mut Scratch) {
        let (Some(mixup), Some(mixed)) = (self.augmentation.mixup(), mixed) else {
            return;
        };
        let classes = self.loader.part.targets.classes().unwrap_or_default();
        mixed.others.clear();
        mixed.shares.clear();
        for (out, &i) in features.chunks_exact_mut(self.loader.width.max(1)).zip(indices) {
            let key = self.augmentation.key(self.epoch, i);
            let (partner, share) = mixup.draw(key, self.loader.part.len());
            // The partner is changed by the key of the pair, not as where it is itself.
            self.scaled(
                partner,
                key.at(u64::from(partner)).at(1),
                &mut scratch.image,
                &mut scratch.other,
            );
            for (out, other) in out.iter_mut().zip(&scratch.other) {
                *out = share * *out + (1.0 - share) * other;
            }
            mixed.others.push(classes.get(partner as usize).copied().unwrap_or(0));
            mixed.shares.push(share);
        }
    }
}

fn tokens(width: usize, rows: usize) -> Targets {
    Targets::Tokens {
        width,
        tokens: Vec::with_capacity(rows * width),
    }
}

#[inline]
fn row<T>(values: &[T], i: u32, width: usize) -> &[T] {
    &values[i as usize * width..][..width]
}
