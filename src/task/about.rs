//! What exported weights say of themselves, as JSON in their file.

use super::Setup;
use super::model_plan::MODEL;
use super::pixels::Pixels;
use runner_data::{FieldKind, Normalization};
use runner_declare::Value;
use runner_ground::error::Result;
use runner_ground::files::tensors::Tensors;

/// What someone who loads the weights must know: how inputs are scaled, and what outputs mean.
pub fn about(setup: &Setup<'_>) -> String {
    let info = &setup.dataset.info;
    let mut about = serde_json::json!({
        "task": setup.recipe.task.name,
        "input": info.shape(),
        "features": info.features(),
        "columns": info.columns,
        "target": info.target().map(target),
        "normalization": setup.dataset.normalization,
        "pixels": Pixels::of(setup.dataset).map(|pixels| pixels.ends()),
        "target_normalization": setup.dataset.target_normalization,
        "stand_in": info.stand_in,
        "layers": layers(setup),
    });
    // The tokens of a language model are its targets.
    if let Some(vocabulary) = info.vocabulary().filter(|own| info.next_tokens() != Some(own)) {
        about["vocabulary"] = vocabulary.into();
    }
    if let Some(model) = setup.recipe.chosen(MODEL) {
        about["model"] = serde_json::json!(model);
    }
    about.to_string()
}

/// What the outputs are about, by its names.
fn target(kind: &FieldKind) -> Value {
    let key = match kind {
        FieldKind::Class(_) => "classes",
        FieldKind::Numbers { .. } => "values",
        FieldKind::Tokens { .. } => "characters",
        FieldKind::Image { .. } => "image",
    };
    serde_json::json!({key: kind.names()})
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
