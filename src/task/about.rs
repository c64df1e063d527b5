//! What exported weights say of themselves, as JSON in their file.

use super::{PlannedNetwork, Setup};

/// What someone who loads the weights must know: how inputs are scaled, and what outputs mean.
pub(super) fn about(setup: &Setup<'_>, network: &PlannedNetwork) -> String {
    serde_json::json!({
        "task": setup.recipe.task.name,
        "input": setup.dataset.info.input,
        "features": setup.dataset.info.features,
        "columns": setup.dataset.info.columns,
        "target": setup.dataset.info.target,
        "normalization": setup.dataset.normalization,
        "target_normalization": setup.dataset.target_normalization,
        "stand_in": setup.dataset.info.stand_in,
        "layers": setup.recipe.layers(network.key),
    })
    .to_string()
}
