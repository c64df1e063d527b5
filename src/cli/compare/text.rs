//! The comparison as the terminal shows it.

use super::{keys, rows};
use crate::output;
use runner_compare::evidence;
use runner_compare::{Comparison, plot};
use runner_ground::text::format::plural;
use runner_metric::Goal;

/// More pairs than this are left to the page.
const MOST_PAIRS: usize = 10;
/// Columns of a plot where there is no terminal.
const USUAL_WIDTH: usize = 80;
/// More keys than this are not named in a line.
const MOST_NAMED: usize = 8;

/// Tables, curves and evidence, in lines of at most `width` columns where there is a width.
pub fn text(comparison: &Comparison, width: Option<usize>) -> String {
    let mut text = format!("{}\n\n", headline(comparison));
    text.push_str(&tables(comparison, width));
    for note in &comparison.notes {
        text.push_str(&line(note, width));
    }
    let metric = curve_metric(comparison);
    let plot = metric.map(|metric| plot::plot(comparison, metric, width.unwrap_or(USUAL_WIDTH).min(100)));
    if let Some(plot) = plot.filter(|plot| !plot.is_empty()) {
        text.push_str(&format!("\n{plot}"));
        if comparison.entries.len() > plot::MOST_LINES {
            text.push_str(&line(&format!("the best {} are drawn", plot::MOST_LINES), width));
        }
    }
    text.push('\n');
    text.push_str(&evidence(comparison, width));
    text
}

fn headline(comparison: &Comparison) -> String {
    let runs = plural(comparison.runs.len(), "run", "runs");
    let of = comparison
        .recipe()
        .map(|recipe| format!(" of {recipe}"))
        .unwrap_or_default();
    let entries = match comparison.entries.len() {
        n if n == comparison.runs.len() => String::new(),
        1 => " that differ in their seeds alone".to_owned(),
        n => format!(", {n} settings over seeds"),
    };
    let better = match comparison.goal {
        Goal::Min => "lower",
        Goal::Max => "higher",
    };
    format!("{runs}{of}{entries}; {}, {better} is better", comparison.metric)
}

fn tables(comparison: &Comparison, width: Option<usize>) -> String {
    if let [entry] = comparison.entries.as_slice() {
        let (mut text, _) = rows::fit(rows::of_entries(comparison, false), width);
        text.push('\n');
        text.push_str(&rows::fit(rows::of_runs(comparison, entry), width).0);
        return text;
    }
    let all = rows::draw(&rows::essential(rows::of_entries(comparison, true)));
    let beside = width.filter(|width| rows::widest(&all) > *width);
    let mut text = match beside.and_then(|width| keys::table(comparison, width)) {
        Some(keys) => {
            let (table, _) = rows::fit(rows::of_entries(comparison, false), width);
            format!("{table}\n{keys}")
        }
        None => {
            let (mut table, left_out) = rows::fit(rows::of_entries(comparison, true), width);
            if !left_out.is_empty() {
                table.push_str(&line(&also(&left_out), width));
            }
            table
        }
    };
    if comparison.keys.is_empty() {
        text.push_str("nothing differs between the recipes but their names\n");
    }
    if comparison.entries.len() > rows::MOST_ROWS {
        let rest = comparison.entries.len() - rows::MOST_ROWS;
        text.push_str(&line(&format!("{rest} more: --csv, --json and --html show all"), width));
    }
    text
}

/// Keys for which there is no room.
fn also(keys: &[String]) -> String {
    let named = keys.iter().take(MOST_NAMED).cloned().collect::<Vec<_>>().join(", ");
    let rest = keys.len().saturating_sub(MOST_NAMED);
    let rest = if rest > 0 {
        format!(" and {rest} more")
    } else {
        String::new()
    };
    format!("also different: {named}{rest}; a wider terminal, --csv or --html shows them")
}

/// A metric that has a curve: the compared one, else what best epochs are judged by.
fn curve_metric(comparison: &Comparison) -> Option<&str> {
    let has = |metric: &str| comparison.runs.iter().any(|run| run.columns.metric(metric).is_some());
    let bare = comparison
        .metric
        .strip_prefix("test_")
        .map(|bare| format!("val_{bare}"));
    let known = |wanted: &str| {
        comparison
            .metrics
            .iter()
            .map(String::as_str)
            .find(|name| *name == wanted)
    };
    let candidates = [
        known(&comparison.metric),
        bare.as_deref().and_then(known),
        known(&comparison.runs[0].monitor),
    ];
    candidates.into_iter().flatten().find(|metric| has(metric))
}

fn evidence(comparison: &Comparison, width: Option<usize>) -> String {
    let found = &comparison.evidence;
    let mut text = String::new();
    if found.pairs.is_empty() {
        return if comparison.has_seeds() {
            line(&evidence::method(found, comparison.entries.len()), width)
        } else {
            line(evidence::ONE_SEED, width)
        };
    }
    for (sentence, _) in found.sentences(&comparison.entries, MOST_PAIRS) {
        text.push_str(&line(&sentence, width));
    }
    if found.tests() > MOST_PAIRS {
        let rest = plural(found.tests() - MOST_PAIRS, "more test", "more tests");
        text.push_str(&line(&format!("{rest}: --html and --json show all"), width));
    }
    text.push_str(&line(&evidence::method(found, comparison.entries.len()), width));
    text
}

fn line(text: &str, width: Option<usize>) -> String {
    format!("{}\n", output::wrap(text, 2, width))
}
