//! The layer table.

use maud::{Markup, html};

use super::page;
use runner_ground::text::format;
use runner_results::NetworkRecord;

/// Each layer's output, parameters and cost, and their sums.
pub fn section(network: &NetworkRecord) -> Markup {
    let body = html! {
        div.scroll {
            table {
                caption { "Layers in order; FLOPs are those of one sample going forward" }
                thead {
                    tr {
                        th scope="col" { "layer" } th scope="col" { "output" }
                        th scope="col" { "parameters" } th scope="col" { "FLOPs" }
                    }
                }
                tbody {
                    @for layer in &network.layers {
                        tr {
                            th scope="row" { (layer.name) }
                            td { (layer.output) }
                            td { (format::count(layer.parameters)) }
                            td { (format::count(layer.flops)) }
                        }
                    }
                }
                tfoot {
                    tr {
                        th scope="row" { "in all" } td {}
                        td { (format::count(network.parameters)) } td { (format::count(network.flops)) }
                    }
                }
            }
        }
        p.muted { "Training needs about " (format::bytes(network.memory)) " for parameters, gradients, optimizer state and workspace." }
    };
    page::section("network", "Network", body)
}
