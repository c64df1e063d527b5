//! One batch, and filling it.

use super::super::augment::{Augmentation, Image};
use super::super::column::{At, Column};
use super::super::lane::{Lane, Values};
use super::Loader;
use crate::target::{self, Target};
use runner_ground::random::Key;

/// Samples that train together.
#[derive(Clone, Debug)]
pub struct Batch {
    /// What networks are given, normalized: a lane a field.
    pub inputs: Vec<Lane>,
    /// What is to be predicted.
    pub targets: Vec<Lane>,
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
        let width = loader.part.input().map_or(0, Column::width);
        Some(Self {
            image: augmentation.image(),
            other: vec![0.0; if mixes { width } else { 0 }],
        })
    }
}

impl Batch {
    /// Samples of one input and one target each.
    ///
    /// ```
    /// use runner_data::{Lane, loader::Batch};
    /// let batch = Batch::new(Lane::floats(2, vec![1.0, 2.0]), Lane::ids(1, vec![3]));
    /// assert_eq!((batch.len(), batch.input(), batch.classes()), (1, &[1.0, 2.0][..], &[3][..]));
    /// ```
    pub fn new(input: Lane, target: Lane) -> Self {
        let samples = input.as_floats().len() / input.width.max(1);
        Self {
            inputs: vec![input],
            targets: vec![target],
            indices: (0..samples as u32).collect(),
            mixed: None,
        }
    }

    /// Number of samples.
    pub fn len(&self) -> usize {
        self.indices.len()
    }

    /// Whether there is no sample.
    pub fn is_empty(&self) -> bool {
        self.indices.is_empty()
    }

    /// The (first) input, `[samples, width]`, row-major.
    pub fn input(&self) -> &[f32] {
        self.inputs.first().map(Lane::as_floats).unwrap_or_default()
    }

    /// How many places of the (first) input are each sample's own, where samples may have fewer than its width.
    pub fn lengths(&self) -> Option<&[u32]> {
        let input = self.inputs.first()?;
        (!input.lengths.is_empty()).then_some(&input.lengths)
    }

    /// The classes or tokens of the (first) target; none where it is of numbers.
    pub fn classes(&self) -> &[u32] {
        self.targets.first().map(Lane::as_ids).unwrap_or_default()
    }

    /// The targets, as losses take them.
    pub fn target(&self) -> Target<'_> {
        match (&self.mixed, self.own_target()) {
            (Some(Mixed { others, shares }), Target::Classes(classes)) => Target::Mixed(target::Mixed {
                classes,
                others,
                shares,
            }),
            (_, own) => own,
        }
    }

    /// The targets of the samples themselves, whatever is mixed in: what metrics count.
    pub fn own_target(&self) -> Target<'_> {
        match self.targets.first().map(|lane| &lane.values) {
            Some(Values::U32(classes)) => Target::Classes(classes),
            Some(Values::F32(values)) => Target::Values(values),
            None => Target::Values(&[]),
        }
    }

    /// Room for a full batch of this loader.
    pub(super) fn for_loader(loader: &Loader) -> Self {
        let rows = loader.batch_size.min(loader.part.len());
        let mixes = loader
            .augmentation
            .as_ref()
            .and_then(|augmentation| augmentation.mixup());
        let lanes = |columns: &[Box<dyn Column>]| columns.iter().map(|column| column.lane(rows)).collect();
        Self {
            inputs: lanes(&loader.part.inputs),
            targets: lanes(&loader.part.targets),
            indices: Vec::with_capacity(rows),
            mixed: mixes.map(|_| Mixed {
                others: Vec::with_capacity(rows),
                shares: Vec::with_capacity(rows),
            }),
        }
    }

    /// Replaces the content by these samples; within the capacity, nothing is allocated.
    pub(super) fn fill(&mut self, loader: &Loader, epoch: u64, indices: &[u32], scratch: Option<&mut Scratch>) {
        self.indices.clear();
        self.indices.extend_from_slice(indices);
        let at = |scale| At {
            offset: loader.offset,
            scale,
        };
        let columns = loader.part.inputs.iter().zip(&mut self.inputs);
        for (place, (column, lane)) in columns.enumerate() {
            let changed = place == 0 && scratch.is_some() && column.bytes().is_some();
            if !changed {
                column.fill(&at((place == 0).then_some(&*loader.scale)), indices, lane);
            }
        }
        for (column, lane) in loader.part.targets.iter().zip(&mut self.targets) {
            column.fill(&at(loader.target_scale.as_deref()), indices, lane);
        }
        if let (Some(augmentation), Some(scratch)) = (&loader.augmentation, scratch) {
            self.augment(loader, augmentation, epoch, scratch);
        }
    }

    /// Replaces images by changed ones.
    fn augment(&mut self, loader: &Loader, augmentation: &Augmentation, epoch: u64, scratch: &mut Scratch) {
        let (Some(bytes), Some(lane)) = (loader.part.input().and_then(Column::bytes), self.inputs.first_mut()) else {
            return;
        };
        let images = Images {
            loader,
            values: bytes,
            width: lane.width,
            augmentation,
            epoch,
        };
        let out = lane.floats_mut(self.indices.len());
        for (out, &i) in out.chunks_exact_mut(images.width.max(1)).zip(&self.indices) {
            images.scaled(i, augmentation.key(epoch, i), &mut scratch.image, out);
        }
        images.mix(out, &self.indices, self.mixed.as_mut(), scratch);
    }
}

/// Images of a training part in an epoch.
struct Images<'a> {
    loader: &'a Loader,
    values: &'a [u8],
    width: usize,
    augmentation: &'a Augmentation,
    epoch: u64,
}

impl Images<'_> {
    /// One image, changed and scaled.
    fn scaled(&self, i: u32, key: Key, image: &mut Image, out: &mut [f32]) {
        let raw = &self.values[i as usize * self.width..][..self.width];
        self.augmentation.apply(raw, key, image);
        self.loader.scale.bytes(&image.pixels, out);
    }

    /// Mixes others into images that are scaled: scaling is affine, so that it does not matter which comes first.
    fn mix(&self, features: &mut [f32], indices: &[u32], mixed: Option<&mut Mixed>, scratch: &mut Scratch) {
        let (Some(mixup), Some(mixed)) = (self.augmentation.mixup(), mixed) else {
            return;
        };
        let classes = self.loader.part.classes().unwrap_or_default();
        mixed.others.clear();
        mixed.shares.clear();
        for (out, &i) in features.chunks_exact_mut(self.width.max(1)).zip(indices) {
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
