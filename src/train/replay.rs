//! Steps on given batches from given weights: how a recipe's numbers are held against those of another framework.

use std::path::Path;

use serde::{Deserialize, Serialize};

use runner_data::loader::Batch;
use runner_data::{DataInfo, FieldKind, Lane};
use runner_ground::error::{Error, Kind, Result};
use runner_ground::files::disk::read_capped;
use runner_ground::files::tensors::{Numbers, Stored, Tensors};
use runner_ground::random::{Key, Purpose};
use runner_optim::schedule::Position;
use runner_results::CHECKPOINT_CAP;
use runner_task::{At, First, Setup, Trained};

/// The loss of each step, before its update.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Replayed {
    /// Mean over the samples of the step's batch.
    pub losses: Vec<f64>,
}

/// Learns the batches of a safetensors file from the weights in it. `x` holds the inputs as the network takes them
/// (normalized already), `[steps, samples, …]`; `y` the targets, classes and characters as 64-bit integers; all other tensors are
/// weights under the names that checkpoints have.
///
/// # Errors
/// When the file does not fit the recipe's network and data, or a step fails.
pub(super) fn replay(setup: &Setup<'_>, task: &mut dyn Trained, file: &Path) -> Result<Replayed> {
    let bytes = read_capped(file, CHECKPOINT_CAP)?;
    let tensors = Tensors::from_bytes(&bytes, file)?;
    task.import(&tensors)?;
    let batches = batches(&setup.dataset.info, setup.recipe.trainer.batch_size, &tensors)?;
    if batches.iter().any(|batch| batch.len() == 1) && setup.plan.normalizes_single() {
        let message = "batch norm needs more than one value a channel in training, and x has batches of one sample";
        return Err(Error::new(Kind::Data, message).help("give it batches of two samples or more"));
    }
    let key = Key::new(setup.recipe.seed).purpose(Purpose::Dropout);
    let mut losses = Vec::with_capacity(batches.len());
    let mut sum = 0.0;
    for (step, batch) in batches.iter().enumerate() {
        let at = At {
            position: Position {
                epoch: 0,
                step: step as u64,
            },
            key: key.at(step as u64),
            first: First::Yes,
        };
        task.learn(batch, &at)?;
        task.update(&at)?;
        // A task gives the mean since its epoch began; all batches weigh the same.
        let so_far = task.running().loss * (step + 1) as f64;
        losses.push(so_far - sum);
        sum = so_far;
    }
    Ok(Replayed { losses })
}

fn batches(info: &DataInfo, most: usize, tensors: &Tensors) -> Result<Vec<Batch>> {
    let wrong = |what: String| Error::new(Kind::Data, what).help("`runner replay --help` says what it must hold");
    let (x, y) = (tensors.find("x")?, tensors.find("y")?);
    let (&[steps, samples, ..], Numbers::F32(inputs)) = (&x.shape[..], &x.numbers) else {
        return Err(wrong("x is not 32-bit floats of [steps, samples, …]".to_owned()));
    };
    if steps == 0 || samples == 0 || samples > most {
        let message = format!("x has {steps} steps of {samples} samples; a batch of the recipe has {most}");
        return Err(wrong(message));
    }
    if x.shape[2..].iter().product::<usize>() != info.width() {
        let (given, wanted) = (&x.shape[2..], info.shape());
        return Err(wrong(format!(
            "samples of x have the shape {given:?}, the data's have {wanted:?}"
        )));
    }
    if y.shape.get(..2) != Some(&[steps, samples]) {
        let message = format!(
            "y has the shape {:?}, x has {steps} steps of {samples} samples",
            y.shape
        );
        return Err(wrong(message));
    }
    let size = samples * info.width();
    (0..steps)
        .map(|step| {
            let input = Lane::floats(info.width(), inputs[step * size..(step + 1) * size].to_vec());
            let target = target(info, y, steps, step);
            let target = target.ok_or_else(|| wrong(format!("y does not hold targets of {}", info.name)))?;
            Ok(Batch::new(input, target))
        })
        .collect()
}

/// The targets of one step; none where they are not those of the data.
fn target(info: &DataInfo, y: &Stored, steps: usize, step: usize) -> Option<Lane> {
    let each = y.shape.iter().product::<usize>() / steps;
    let part = step * each..(step + 1) * each;
    let width = y.shape[2..].iter().product();
    let ids = |values: &[i64], count: usize| -> Option<Vec<u32>> {
        let id = |&value: &i64| u32::try_from(value).ok().filter(|&id| (id as usize) < count);
        values.iter().map(id).collect()
    };
    match (info.target()?, &y.numbers) {
        (FieldKind::Class(names), Numbers::I64(values)) if width == 1 => {
            Some(Lane::ids(1, ids(&values[part], names.len())?))
        }
        (FieldKind::Tokens { vocabulary, length, .. }, Numbers::I64(values)) if width == *length => {
            Some(Lane::ids(width, ids(&values[part], vocabulary.len())?))
        }
        (FieldKind::Numbers { width: own, .. }, Numbers::F32(values)) if width == *own => {
            Some(Lane::floats(width, values[part].to_vec()))
        }
        _ => None,
    }
}
