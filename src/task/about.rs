//! What exported weights say of themselves, as JSON in their file.

use super::Setup;
use crate::spec::Value;

/// What someone who loads the weights must know: how inputs are scaled, and what outputs mean.
pub fn about(setup: &Setup<'_>) -> String {
    serde_json::json!({
        "task": setup.recipe.task.name,
        "input": setup.dataset.info.input,
        "features": setup.dataset.info.features,
        "columns": setup.dataset.info.columns,
        "target": setup.dataset.info.target,
        "normalization": setup.dataset.normalization,
        "target_normalization": setup.dataset.target_normalization,
        "stand_in": setup.dataset.info.stand_in,
        "layers": layers(setup),
    })
    .to_string()
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
