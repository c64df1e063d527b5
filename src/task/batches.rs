//! The batches of an epoch, and what is too small to be one.

use super::{Plan, PlannedNetwork};
use runner_data::DataInfo;
use runner_declare::{KeyPath, Problem};
use runner_ground::text::format::count;
use runner_recipe::{Recipe, Trainer};

/// How many there are over so many training samples.
pub(super) fn batches(trainer: &Trainer, samples: usize) -> usize {
    let size = trainer.batch_size.max(1);
    if trainer.drop_last {
        samples / size
    } else {
        samples.div_ceil(size)
    }
}

/// Refuses batches of which batch norm would see a single number a channel: its variance is 0, every normalized number
/// is 0 too, and nothing before it is learnt from. PyTorch refuses them as well.
pub(super) fn too_small(recipe: &Recipe, info: &DataInfo, plan: &Plan) -> Vec<Problem> {
    let (samples, trainer) = (info.rows[0], &recipe.trainer);
    let batches = Batches {
        samples,
        size: trainer.batch_size,
        drop_last: trainer.drop_last,
    };
    // What trained once goes on as it began; a batch that is larger than the data is refused by itself.
    if recipe.is_of_run() || trainer.batch_size > samples || batches.smallest() != 1 {
        return Vec::new();
    }
    let lonely = plan.networks.iter().filter_map(|network| lonely(network, &batches));
    lonely.collect()
}

/// The first place of a network where a batch of one sample is too small.
fn lonely(network: &PlannedNetwork, batches: &Batches) -> Option<Problem> {
    let mut all = network.layers.iter().flat_map(|layer| &layer.over_batch);
    let (place, _) = all.find(|(_, numbers)| *numbers == 1)?;
    let Batches { samples, size, .. } = *batches;
    let which = if size == 1 {
        "a batch of 1 has one".to_owned()
    } else {
        let samples = count(samples as u64);
        format!("the last batch of an epoch has one ({samples} training samples in batches of {size})")
    };
    let message = format!("batch norm needs more than one value a channel in training, and {which}");
    let path = place.after(&KeyPath::from(network.key));
    Some(Problem::new(path, message).help(batches.remedy()))
}

impl Plan {
    /// Whether one of its networks normalizes over a single value a channel where a batch has one sample.
    pub fn normalizes_single(&self) -> bool {
        let layers = self.networks.iter().flat_map(|network| &network.layers);
        let mut all = layers.flat_map(|layer| &layer.over_batch);
        all.any(|(_, numbers)| *numbers == 1)
    }
}

/// How an epoch is divided.
struct Batches {
    samples: usize,
    size: usize,
    drop_last: bool,
}

impl Batches {
    /// Samples of the smallest batch.
    fn smallest(&self) -> usize {
        match self.samples % self.size.max(1) {
            rest if rest > 0 && !self.drop_last => rest,
            _ => self.size,
        }
    }

    /// The nearest sizes of which none is of one sample.
    fn remedy(&self) -> String {
        let fits = |&size: &usize| Self { size, ..*self }.smallest() > 1;
        let below = (2..self.size).rev().find(fits);
        let above = (self.size + 1..=self.samples).find(fits);
        let sizes: Vec<String> = [below, above]
            .into_iter()
            .flatten()
            .map(|size| size.to_string())
            .collect();
        if sizes.is_empty() {
            return "it takes two training samples or more; layer_norm normalizes each by itself".to_owned();
        }
        let drop = if self.size > 1 { ", or 'drop_last: true'" } else { "" };
        format!(
            "in 'trainer', use 'batch_size: {}'{drop}; layer_norm normalizes each sample by itself",
            sizes.join("' or '")
        )
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_nearest_sizes_that_work() {
        let of = |samples, size| Batches {
            samples,
            size,
            drop_last: false,
        };
        assert_eq!(
            (of(361, 60).smallest(), of(360, 60).smallest(), of(360, 1).smallest()),
            (1, 60, 1)
        );
        assert!(
            of(361, 60).remedy().contains("'batch_size: 59' or '61'"),
            "{}",
            of(361, 60).remedy()
        );
        // 2 to 6 divide 61 with a rest of 1.
        assert!(of(61, 4).remedy().contains("'batch_size: 7'"), "{}", of(61, 4).remedy());
        assert!(of(400, 1).remedy().starts_with("in 'trainer', use 'batch_size: 2';"));
        assert!(of(1, 1).remedy().contains("two training samples"));
        assert_eq!(
            Batches {
                drop_last: true,
                ..of(361, 60)
            }
            .smallest(),
            60
        );
    }
}
