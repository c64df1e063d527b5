//! The resolved recipe, and where its values came from.

use maud::{Markup, html};

use super::page;

/// The text of recipe.yaml, then the source of each value: those that were set before the defaults.
pub fn section(recipe: &str, provenance: &[(String, String)]) -> Markup {
    let (defaults, set): (Vec<_>, Vec<_>) = provenance.iter().partition(|(_, source)| source == "default");
    let body = html! {
        @if !recipe.is_empty() {
            details open { summary { "recipe.yaml, resolved" } pre tabindex="0" { code { (recipe) } } }
        }
        @if !set.is_empty() {
            details { summary { "Where its values came from" } (sources(&set)) }
        }
        @if !defaults.is_empty() {
            details {
                summary { "Values left at their defaults (" (defaults.len()) ")" }
                p.keys { @for (index, (key, _)) in defaults.iter().enumerate() { @if index > 0 { ", " } code { (key) } } }
            }
        }
    };
    page::section("recipe", "Recipe", body)
}

fn sources(values: &[&(String, String)]) -> Markup {
    html! {
        div.scroll {
            table {
                caption { "Values that were set" }
                thead { tr { th scope="col" { "key" } th scope="col" { "set by" } } }
                tbody { @for (key, source) in values { tr { th scope="row" { code { (key) } } td.text { (source) } } } }
            }
        }
    }
}
