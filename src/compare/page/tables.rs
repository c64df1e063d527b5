//! The tables: settings with what they reached, what differs between recipes, and every run.

use std::path::Path;

use maud::{Markup, html};

use super::super::{Comparison, Entry, Run, statistics::Estimate};
use super::links;
use runner_ground::text::format;
use runner_report::{chart, page};
use runner_results::folder::file;

/// More settings than this stand in rows alone: their recipes side by side would be too wide.
const MOST_SIDE_BY_SIDE: usize = 12;

/// The settings, best first: the keys that differ, what was reached, what it took.
pub fn entries(comparison: &Comparison) -> Markup {
    let metric = comparison.metric.as_str();
    let tests = test_metrics(comparison);
    let body = html! {
        div.scroll.tall {
            table.sortable {
                caption { "One row a setting; click a heading to sort" }
                thead {
                    tr {
                        th scope="col" { "run" }
                        th scope="col" { @if metric.starts_with("test_") { (metric) } @else { "best " (metric) } }
                        @if !metric.starts_with("test_") { th scope="col" { "last " (metric) } }
                        th scope="col" { "seeds" }
                        @for key in &comparison.keys { th.text scope="col" { (key.path) } }
                        @for name in &tests { th scope="col" { (name.replacen('_', " ", 1)) } }
                        th scope="col" { "epochs" } th scope="col" { "time" } th scope="col" { "parameters" } th scope="col" { "status" }
                    }
                }
                tbody { @for place in 0..comparison.entries.len() { (entry(comparison, place, &tests)) } }
            }
        }
    };
    page::section("settings", "Settings", body)
}

fn entry(comparison: &Comparison, place: usize, tests: &[&str]) -> Markup {
    let (entry, reached) = (&comparison.entries[place], &comparison.reached[place]);
    let (runs, metric) = (&comparison.runs, comparison.metric.as_str());
    let example = entry.example(runs);
    html! {
        tr data-line=(place) {
            th scope="row" data-value=(format!("{} {place:06}", entry.name)) { (swatch(place)) (entry.label) " " (name(comparison, entry)) }
            (figure(metric, reached.estimate()))
            @if !metric.starts_with("test_") { (figure(metric, reached.last_estimate())) }
            td { (entry.counted.len().max(1)) }
            @for key in &comparison.keys {
                @let value = key.values[place].as_deref().unwrap_or("");
                td.text.value title=(value) { (value) }
            }
            @for name in tests { (figure(name, entry.reached(runs, name, comparison.goal_of(name)).estimate())) }
            td { (example.epochs) }
            td data-value=(entry.seconds(runs)) { (format::seconds(entry.seconds(runs))) }
            @match example.parameters {
                Some(count) => { td data-value=(count) { (format::count(count)) } }
                None => { td { "–" } }
            }
            td.text { (entry.status(runs)) }
        }
    }
}

/// What differs, the settings side by side.
pub fn differences(comparison: &Comparison) -> Markup {
    if comparison.entries.len() < 2 {
        return html! {};
    }
    let body = if comparison.keys.is_empty() {
        html! { p { "Nothing differs between the recipes but their names." } }
    } else if comparison.entries.len() > MOST_SIDE_BY_SIDE {
        html! { p { "There are many settings, so the keys that differ are columns of the first table: " @for (i, key) in comparison.keys.iter().enumerate() { @if i > 0 { ", " } code { (key.path) } } "." } }
    } else {
        html! {
            div.scroll {
                table {
                    caption { "The keys that differ; all others are the same, or follow from these" }
                    thead { tr { th scope="col" { "key" } @for (place, entry) in comparison.entries.iter().enumerate() { th.text scope="col" data-line=(place) { (swatch(place)) (entry.label) } } } }
                    tbody { @for key in &comparison.keys { tr { th scope="row" { code { (key.path) } } @for value in &key.values { td.text.long { (value.as_deref().unwrap_or("–")) } } } } }
                }
            }
        }
    };
    page::section("differences", "What differs between the recipes", body)
}

/// Every run, with a link to its report.
pub fn runs(comparison: &Comparison, page: &Path) -> Markup {
    let metric = comparison.metric.as_str();
    let tests = test_metrics(comparison);
    let row = |place: usize, run: &Run| {
        let reading = run.reading(metric, comparison.goal);
        let name = html! { (run.name) @if run.stands_in { "*" } };
        html! {
            tr data-line=(place) {
                th scope="row" {
                    @if run.has_report { a href=(links::address(page, &run.path.join(file::REPORT))) { (name) } } @else { (name) }
                    @if let Some(problem) = &run.problem { br; span.muted { (problem) } }
                }
                td.text { (swatch(place)) (comparison.entries[place].label) }
                td { @if let Some(seed) = run.seed() { (seed) } }
                td.text { (run.status) }
                (single(metric, reading.map(|reading| reading.best)))
                @if !metric.starts_with("test_") {
                    td { @if let Some(epoch) = reading.and_then(|reading| reading.epoch) { (epoch) } }
                    (single(metric, reading.map(|reading| reading.last)))
                }
                @for name in &tests { (single(name, run.reading(name, comparison.goal).map(|reading| reading.best))) }
                td { (run.epochs) }
                td data-value=(run.seconds) { (format::seconds(run.seconds)) }
            }
        }
    };
    let body = html! {
        div.scroll.tall {
            table.sortable {
                caption { "One row a run; its name opens its report" }
                thead {
                    tr {
                        th scope="col" { "run" } th.text scope="col" { "setting" } th scope="col" { "seed" } th.text scope="col" { "status" }
                        th scope="col" { @if metric.starts_with("test_") { (metric) } @else { "best " (metric) } }
                        @if !metric.starts_with("test_") { th scope="col" { "in epoch" } th scope="col" { "last" } }
                        @for name in &tests { th scope="col" { (name.replacen('_', " ", 1)) } }
                        th scope="col" { "epochs" } th scope="col" { "time" }
                    }
                }
                tbody { @for (place, entry) in comparison.entries.iter().enumerate() { @for &run in &entry.runs { (row(place, &comparison.runs[run])) } } }
            }
        }
    };
    page::section("runs", "Runs", body)
}

/// What a setting is called where there is room: its run, or its recipe over seeds.
pub fn name(comparison: &Comparison, entry: &Entry) -> String {
    let name = match (comparison.recipe(), entry.runs.len()) {
        (Some(_), 1) => entry.name.rsplit('/').next().unwrap_or(&entry.name),
        _ => &entry.name,
    };
    let star = if entry.example(&comparison.runs).stands_in {
        "*"
    } else {
        ""
    };
    format!("{name}{star}")
}

fn swatch(place: usize) -> Markup {
    let class = if place < chart::COLOURS {
        format!("swatch series{place}")
    } else {
        "swatch series-rest".to_owned()
    };
    html! { span class=(class) {} }
}

/// Metrics of the test part, but for the compared one; at most four, which are those that people ask for first.
fn test_metrics(comparison: &Comparison) -> Vec<&str> {
    let tests = comparison
        .metrics
        .iter()
        .map(String::as_str)
        .filter(|name| name.starts_with("test_"));
    tests.filter(|name| *name != comparison.metric).take(4).collect()
}

fn figure(metric: &str, found: Option<Estimate>) -> Markup {
    html! { td data-value=[found.map(|found| found.mean)] { @if let Some(found) = found { (super::super::estimate_text(metric, found)) } } }
}

fn single(metric: &str, value: Option<f64>) -> Markup {
    html! { td data-value=[value] { @if let Some(value) = value { (runner_metric::shown(metric, value)) } } }
}
