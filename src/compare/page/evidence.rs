//! The tests: what stands out of seed noise and what does not, in words and figures, for each metric.

use maud::{Markup, html};

use super::super::Comparison;
use super::super::evidence::{self, Evidence, LEVEL, Pair};
use super::super::statistics::{Method, Test};
use runner_ground::text::format;
use runner_report::page;

/// More pairs than this are not spelt out; the table has them.
const MOST_SENTENCES: usize = 12;

/// The section.
pub fn section(comparison: &Comparison) -> Markup {
    let found = &comparison.evidence;
    let body = if !comparison.has_seeds() {
        html! { p { @for (index, part) in evidence::ONE_SEED.split('`').enumerate() { @if index % 2 == 1 { code { (part) } } @else { (part) } } } }
    } else {
        html! {
            @if found.pairs.is_empty() { p { "There is one setting only, so nothing to hold it against." } }
            ul { @for (sentence, stands_out) in found.sentences(&comparison.entries, MOST_SENTENCES) { li.muted[stands_out != Some(true)] { (sentence) } } }
            p.muted { (evidence::method(found, comparison.entries.len())) }
            @if found.tests() > 0 { (tests(comparison)) }
        }
    };
    page::section("evidence", "Does it stand out of seed noise?", body)
}

/// A row for each pair and metric.
fn tests(comparison: &Comparison) -> Markup {
    let gather = |metric: &String| {
        Evidence::gather(
            &comparison.runs,
            &comparison.entries,
            metric,
            comparison.goal_of(metric),
        )
    };
    let all: Vec<Evidence> = comparison.metrics.iter().map(gather).collect();
    let rows = all.iter().flat_map(|found| {
        let tested = found.pairs.iter().filter_map(|pair| Some((pair, pair.test?, pair.p?)));
        tested.map(move |(pair, test, p)| row(comparison, &found.metric, pair, &test, p))
    });
    html! {
        details {
            summary { "Figures of all tests, in each metric" }
            p.muted { "p is corrected for the pairs of a metric, not for the number of metrics: the more of them are looked at, the more stand out by chance." }
            div.scroll.tall {
                table.sortable {
                    caption { "One row a pair and metric" }
                    thead { tr { @for title in ["metric", "pair", "difference", "95 % interval", "t", "df", "p", "p corrected", "test", "seeds", "stands out"] { th scope="col" { (title) } } } }
                    tbody { @for row in rows { (row) } }
                }
            }
        }
    }
}

fn row(comparison: &Comparison, metric: &str, pair: &Pair, test: &Test, p: f64) -> Markup {
    let [a, b] = pair.entries.map(|entry| comparison.entries[entry].label.as_str());
    let [low, high] = [test.difference - test.half, test.difference + test.half].map(format::number);
    let chance = |p| evidence::chance(p).trim_start_matches("= ").to_owned();
    html! {
        tr {
            th scope="row" { (metric) }
            td.text { (a) " − " (b) }
            td data-value=(test.difference) { (format::number(test.difference)) }
            td data-value=(test.half) { (low) " to " (high) }
            td data-value=(test.t) { (format!("{:.2}", test.t)) }
            td data-value=(test.df) { (format!("{:.1}", test.df)) }
            td data-value=(test.p) { (chance(test.p)) }
            td data-value=(p) { (chance(p)) }
            td.text { @match test.method { Method::Paired => "paired", Method::Welch => "Welch" } }
            td { (pair.n[0]) " and " (pair.n[1]) ", " (pair.shared) " shared" }
            td.text { @if p < LEVEL { "yes" } @else { "no" } }
        }
    }
}
