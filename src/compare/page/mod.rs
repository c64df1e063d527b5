//! The comparison as one page that needs no network: curves to point at, tables to sort, the tests in words.

mod curves;
mod evidence;
mod links;
mod tables;

use std::path::Path;

use maud::{Markup, html};

use super::Comparison;
use runner_ground::text::format::plural;
use runner_metric::Goal;
use runner_report::{chart, page};

/// What sorts tables.
const SORT: &str = include_str!("../../report/sort.js");

/// The page as HTML; `file` is where it will be, from where it links to the runs' reports.
pub fn page(comparison: &Comparison, file: &Path) -> String {
    let title = comparison
        .recipe()
        .map_or_else(|| "Comparison".to_owned(), |recipe| format!("Comparison of {recipe}"));
    let body = html! {
        (header(comparison, &title))
        main {
            (tables::entries(comparison))
            (evidence::section(comparison))
            (curves::section(comparison))
            (tables::differences(comparison))
            (tables::runs(comparison, file))
        }
        footer { "Made by runner " (runner_ground::VERSION) ". This page needs no network." }
    };
    page::document(&title, &[chart::STYLE], &[chart::SCRIPT, SORT], &body)
}

fn header(comparison: &Comparison, title: &str) -> Markup {
    let better = match comparison.goal {
        Goal::Min => "lower is better",
        Goal::Max => "higher is better",
    };
    html! {
        header {
            p.kicker { (plural(comparison.runs.len(), "run", "runs")) " · " (plural(comparison.entries.len(), "setting", "settings")) }
            h1 { (title) }
            p.muted { "Compared in " strong { (comparison.metric) } ", " (better) ". A letter stands for a recipe with its seeds, the best first." }
            @for note in &comparison.notes { p.banner.warning role="note" { (note) } }
        }
    }
}
