//! A chart for each metric, the compared one first.

use maud::{Markup, html};

use super::super::{Comparison, Entry};
use runner_ground::text::format::plural;
use runner_report::chart::{self, Chart, Line};
use runner_report::page;

/// More charts than this are left to metrics.csv.
const MOST_CHARTS: usize = 12;

/// All curves.
pub fn section(comparison: &Comparison) -> Markup {
    let charts: Vec<Chart> = comparison
        .metrics
        .iter()
        .filter_map(|metric| chart(comparison, metric))
        .collect();
    if charts.is_empty() {
        return page::section("curves", "Curves", html! { p.muted { "No epoch has ended yet." } });
    }
    let body = html! {
        div.plots { @for chart in charts.iter().take(MOST_CHARTS) { (chart::figure(chart)) } }
        p.muted {
            "Point at a line, a letter or a row of the first table. "
            @if comparison.has_seeds() { "Over seeds a line is the mean of the finished runs, and its band the 95 % interval of that. " }
            @if comparison.entries.len() > chart::COLOURS { "The best " (chart::COLOURS) " are in colour. " }
        }
    };
    page::section("curves", "Curves", body)
}

fn chart(comparison: &Comparison, metric: &str) -> Option<Chart> {
    let line = |(key, entry): (usize, &Entry)| {
        let curve = comparison.curve(entry, metric);
        curve.points.iter().any(|point| point.1.is_finite()).then(|| Line {
            key,
            tag: entry.label.clone(),
            name: format!("{} {}", entry.label, super::tables::name(comparison, entry)),
            points: curve.points,
            band: curve.band,
        })
    };
    let lines: Vec<Line> = comparison.entries.iter().enumerate().filter_map(line).collect();
    let best = lines.first()?;
    let last = best.points.iter().rev().find(|point| point.1.is_finite())?;
    let value = runner_metric::shown(metric, last.1);
    Some(Chart {
        title: metric.to_owned(),
        across: "epoch",
        share: runner_metric::is_share(metric),
        words: format!(
            "{} of {metric} by epoch; {} ends at {value} in epoch {}",
            plural(lines.len(), "curve", "curves"),
            best.tag,
            last.0
        ),
        lines,
    })
}
