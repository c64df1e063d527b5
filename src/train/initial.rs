//! Weights that a training begins with, where they are another run's.

use std::path::Path;

use runner_declare::{KeyPath, Problem};
use runner_ground::error::{Error, Kind, Result};
use runner_ground::files::disk::{read_capped, sha256};
use runner_ground::files::tensors::Tensors;
use runner_results::{CHECKPOINT_CAP, Record};
use runner_task::Model;

/// As many tensors as are named that do not fit.
const SHOWN: usize = 8;

/// Gives a model that has learnt nothing yet the weights that its run begins with, if it has such.
///
/// # Errors
/// When they are not those that the run was made with, or some do not fit: all are named.
pub(super) fn begin(record: &Record, model: &mut dyn Model) -> Result<()> {
    let Some(initial) = &record.initial else {
        return Ok(());
    };
    let path = Path::new(&initial.path);
    let wrong = |what: String| {
        let error = Error::new(Kind::Run, format!("the weights that this run begins with: {what}"));
        error.help("bring the file back as it was, or start a new run")
    };
    let bytes = read_capped(path, CHECKPOINT_CAP).map_err(|error| wrong(error.to_string()))?;
    if sha256(&bytes) != initial.digest {
        return Err(wrong(format!("{} is not what it was", path.display())));
    }
    let weights = Tensors::from_bytes(&bytes, path)?;
    let mut misfits = misfits(&model.export(), &weights);
    if misfits.is_empty() {
        return model.import(&weights);
    }
    let more = misfits.len().saturating_sub(SHOWN);
    misfits.truncate(SHOWN);
    if more > 0 {
        misfits.push(format!("and {more} more"));
    }
    let message = format!("{} does not fit this network: {}", path.display(), misfits.join("; "));
    let problem = Problem::new(KeyPath::from("trainer.init_from"), message);
    Err(problem
        .help("it takes the weights of a network with the same layers")
        .into())
}

/// How tensors differ from those that are wanted, in their names and shapes.
fn misfits(wanted: &Tensors, given: &Tensors) -> Vec<String> {
    let shape = |tensors: &Tensors, name: &str| tensors.find(name).ok().map(|tensor| tensor.shape.clone());
    let wrong = wanted.iter().filter_map(|(name, tensor)| match shape(given, name) {
        None => Some(format!("{name} is missing")),
        Some(found) if found != tensor.shape => Some(format!("{name} is {found:?}, needed is {:?}", tensor.shape)),
        Some(_) => None,
    });
    let unknown = given.names().filter(|name| shape(wanted, name).is_none());
    wrong
        .chain(unknown.map(|name| format!("{name} is not known")))
        .collect()
}
