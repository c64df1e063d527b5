//! A model that was fitted: its metrics on each part, how large it is, and which features it looked at.

use maud::{Markup, html};

use super::page;
use runner_ground::text::format;
use runner_results::findings::ModelFindings;
use runner_results::row::Row;

/// Features beyond these brought less and are counted only.
const MOST_FEATURES: usize = 20;

/// The only row of metrics: what training and validation part have beside each other.
pub fn metrics(row: &Row) -> Markup {
    let parts = ["train_", "val_"];
    let there = |part: &&str| row.metrics.iter().any(|(name, _)| name.starts_with(*part));
    let parts: Vec<&str> = parts.into_iter().filter(there).collect();
    let mut names: Vec<&str> = Vec::new();
    for (name, _) in &row.metrics {
        let name = parts.iter().find_map(|part| name.strip_prefix(part)).unwrap_or(name);
        if !names.contains(&name) {
            names.push(name);
        }
    }
    let body = html! {
        div.scroll {
            table {
                caption { "A part that is predicted much better than the other was learnt by heart" }
                thead {
                    tr {
                        th scope="col" { "metric" }
                        @for part in &parts { th scope="col" { (if *part == "train_" { "training" } else { "validation" }) } }
                    }
                }
                tbody {
                    @for name in names {
                        tr {
                            th scope="row" { (name) }
                            @for part in &parts {
                                @let value = row.metric(&format!("{part}{name}"));
                                td { @if let Some(value) = value { (runner_metric::shown(name, value)) } }
                            }
                        }
                    }
                }
            }
        }
    };
    page::section("metrics", "Metrics", body)
}

/// How large the model is, and how much each feature brought.
pub fn section(found: &ModelFindings, tree: &Markup) -> Markup {
    let mut features: Vec<(&str, f64)> = found.importances.iter().map(|(name, x)| (name.as_str(), *x)).collect();
    // Stable: features that brought the same stay in the order of the data.
    features.sort_by(|a, b| b.1.total_cmp(&a.1));
    let all = features.len();
    let body = html! {
        @if !found.size.is_empty() {
            dl.figures {
                @for (name, count) in &found.size {
                    div class="figure small" { dt { (name) } dd { (format::count(*count)) } }
                }
            }
        }
        (tree)
        @if all > 0 {
            div.scroll {
                table.bars {
                    caption { "Features by what they brought: each one's share of the decrease of impurity on the training part" }
                    thead { tr { th scope="col" { "feature" } th scope="col" { "share" } } }
                    tbody {
                        @for (name, share) in features.iter().take(MOST_FEATURES) {
                            tr {
                                th scope="row" { (name) }
                                td.bar style={ "--length:" (format!("{:.1}", share.clamp(0.0, 1.0) * 100.0)) "%" } { (format!("{share:.4}")) }
                            }
                        }
                    }
                }
            }
            @if all > MOST_FEATURES { p.muted { "and " (format::plural(all - MOST_FEATURES, "more feature", "more features")) ", which brought less" } }
        }
    };
    page::section("model", &found.name, body)
}
