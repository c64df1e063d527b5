//! What exported weights say of themselves, as JSON in their file.

use super::Setup;
use super::model_plan::MODEL;
use super::pixels::Pixels;
use runner_data::Normalization;
use runner_declare::Value;
use runner_ground::error::Result;
use runner_ground::files::tensors::Tensors;

/// What someone who loads the weights must know: how inputs are scaled, and what outputs mean.
pub fn about(setup: &Setup<'_>) -> String {
    let mut about = serde_json::json!({
        "task": setup.recipe.task.name,
        "input": setup.dataset.info.input,
        "features": setup.dataset.info.features,
        "columns": setup.dataset.info.columns,
        "target": setup.dataset.info.target,
        "normalization": setup.dataset.normalization,
        "pixels": Pixels::of(setup.dataset).map(|pixels| pixels.ends()),
        "target_normalization": setup.dataset.target_normalization,
        "stand_in": setup.dataset.info.stand_in,
        "layers": layers(setup),
    });
    if let Some(model) = setup.recipe.chosen(MODEL) {
        about["model"] = serde_json::json!(model);
    }
    about.to_string()
}

/// The layers of the task's network; where it has several, those of each by its key.
fn layers(setup: &Setup<'_>) -> Value {
    let layers = |key| serde_json::json!(setup.recipe.layers(key));
    match &setup.plan.networks[..] {
        [network] => layers(network.key),
        networks => networks
            .iter()
            .map(|network| (network.key, layers(network.key)))
            .collect(),
    }
}

/// How the data of these weights were scaled: the inputs, and targets that are numbers.
///
/// # Errors
/// When the file does not say it.
pub fn scales(weights: &Tensors) -> Result<(Normalization, Option<Normalization>)> {
    #[derive(serde::Deserialize)]
    struct About {
        normalization: Normalization,
        target_normalization: Option<Normalization>,
    }
    let about: About = serde_json::from_str(&weights.about).map_err(|error| weights.error(&error.to_string()))?;
    Ok((about.normalization, about.target_normalization))
}
