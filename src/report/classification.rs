//! Classes: which was taken for which, and how well each was found.

use maud::{Markup, html};

use super::page;
use runner_ground::text::format;
use runner_results::findings::{ClassScore, Confusion, Findings};

/// A table of more classes than this shows nothing; the pairs that are confused most do.
const MOST_CLASSES: usize = 40;
const MOST_PAIRS: usize = 20;

/// Confusion and scores of the classes, where the task has classes.
pub fn section(findings: &Findings) -> Markup {
    html! {
        div.pair {
            @if let Some(confusion) = findings.confusion.as_ref().filter(|confusion| !confusion.counts.is_empty()) {
                (page::section("confusion", "Confusion", confused(confusion)))
            }
            @if findings.per_class.iter().any(|class| class.support > 0) {
                (page::section("classes", "Classes", scores(&findings.per_class)))
            }
        }
    }
}

fn confused(confusion: &Confusion) -> Markup {
    let total: u64 = confusion.counts.iter().map(|(.., count)| count).sum();
    let right = confusion
        .counts
        .iter()
        .filter(|(truth, predicted, _)| truth == predicted);
    let right: u64 = right.map(|(.., count)| count).sum();
    let wide = confusion.classes.len() > MOST_CLASSES;
    html! {
        p.muted {
            (format::count(right)) " of " (format::plural(total as usize, "test sample is", "test samples are")) " right. "
            @if !wide {
                "A row holds the samples of one class; the stronger a cell is coloured, the larger its share of the row."
            }
        }
        @if wide { (pairs(confusion)) } @else { (matrix(confusion)) }
    }
}

fn matrix(confusion: &Confusion) -> Markup {
    let rows = confusion.classes.iter().zip(rows(confusion));
    html! {
        div.scroll {
            table.matrix {
                caption { "True class (rows) by predicted class (columns)" }
                thead {
                    tr {
                        td {}
                        @for class in &confusion.classes { th scope="col" { span { (class) } } }
                    }
                }
                tbody {
                    @for (truth, (class, counts)) in rows.enumerate() {
                        tr {
                            th scope="row" { (class) }
                            @for (predicted, &count) in counts.iter().enumerate() {
                                (cell(count, counts.iter().sum(), truth == predicted))
                            }
                        }
                    }
                }
            }
        }
    }
}

/// The counts with their zeros, a row for each true class.
fn rows(confusion: &Confusion) -> Vec<Vec<u64>> {
    let n = confusion.classes.len();
    let mut rows = vec![vec![0; n]; n];
    for &(truth, predicted, count) in &confusion.counts {
        if let Some(cell) = rows
            .get_mut(truth as usize)
            .and_then(|row| row.get_mut(predicted as usize))
        {
            *cell = count;
        }
    }
    rows
}

fn cell(count: u64, row: u64, right: bool) -> Markup {
    let share = count as f64 / row.max(1) as f64;
    // The root lets a share of one in a hundred be seen.
    let shade = (share.sqrt() * 100.0).round();
    let kind = match (right, shade > 55.0) {
        (true, true) => "right strong",
        (true, false) => "right",
        (false, true) => "wrong strong",
        (false, false) => "wrong",
    };
    html! {
        @if count == 0 {
            td.none { "·" }
        } @else {
            td class=(kind) style={ "--shade:" (shade) "%" } { (format::count(count)) }
        }
    }
}

fn pairs(confusion: &Confusion) -> Markup {
    let name = |class: u32| confusion.classes.get(class as usize);
    let wrong = confusion
        .counts
        .iter()
        .filter(|(truth, predicted, _)| truth != predicted);
    let named = wrong.filter_map(|&(truth, predicted, count)| Some((count, name(truth)?, name(predicted)?)));
    let mut pairs: Vec<(u64, &String, &String)> = named.collect();
    // Stable: pairs of one count stay in the order of the classes.
    pairs.sort_by_key(|pair| std::cmp::Reverse(pair.0));
    html! {
        div.scroll {
            table {
                caption { "The pairs of " (confusion.classes.len()) " classes that were confused most" }
                thead { tr { th scope="col" { "true" } th scope="col" { "predicted" } th scope="col" { "samples" } } }
                tbody {
                    @for (count, truth, predicted) in pairs.iter().take(MOST_PAIRS) {
                        tr { td.text { (truth) } td.text { (predicted) } td { (format::count(*count)) } }
                    }
                }
            }
        }
    }
}

fn scores(classes: &[ClassScore]) -> Markup {
    html! {
        div.scroll {
            table.bars {
                caption { "Scores of each class on the test part" }
                thead {
                    tr {
                        th scope="col" { "class" } th scope="col" { "precision" } th scope="col" { "recall" }
                        th scope="col" { "F1" } th scope="col" { "samples" }
                    }
                }
                tbody {
                    @for class in classes {
                        tr {
                            th scope="row" { (class.name) }
                            @for score in [class.precision, class.recall, class.f1] { (bar(score)) }
                            td { (format::count(class.support)) }
                        }
                    }
                }
            }
        }
    }
}

/// A score as a number over a bar of its length.
fn bar(score: f64) -> Markup {
    html! {
        @if score.is_finite() {
            td.bar style={ "--length:" (format!("{:.1}", score.clamp(0.0, 1.0) * 100.0)) "%" } { (runner_metric::shown("precision", score)) }
        } @else {
            td title="not defined: no such sample or prediction" { "–" }
        }
    }
}
