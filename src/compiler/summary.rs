//! The layer table, as numbers: what each layer gives, learns and costs.

use runner_nn::Lowered;
use runner_nn::def::show_shape;
use runner_results::record::{LayerRow, NetworkRecord};

/// Rows and sums of a network's layers. `memory` counts the parameters with their gradients and the
/// optimizer's `state` buffers, and each layer's outputs with their gradients for a batch.
pub fn summarize(layers: &[Lowered], batch: usize, state: usize) -> NetworkRecord {
    let rows: Vec<LayerRow> = layers.iter().map(row).collect();
    let parameters: u64 = rows.iter().map(|row| row.parameters).sum();
    let outputs: u64 = layers
        .iter()
        .map(|layer| layer.output.iter().product::<usize>() as u64)
        .sum();
    NetworkRecord {
        flops: rows.iter().map(|row| row.flops).sum(),
        memory: 4 * (parameters * (2 + state as u64) + 2 * outputs * batch as u64),
        parameters,
        layers: rows,
    }
}

fn row(layer: &Lowered) -> LayerRow {
    LayerRow {
        name: layer.names.join(" + "),
        output: show_shape(&layer.output),
        parameters: layer.parameters as u64,
        flops: layer.flops,
    }
}
