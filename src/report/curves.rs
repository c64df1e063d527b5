//! Which curves there are: one plot a quantity, training beside validation.

use maud::{Markup, html};

use super::axis::{self, Axis};
use super::curve::{self, Line, Plot};
use super::page;
use runner_ground::text::format;
use runner_metric::is_of_positive;
use runner_results::row::Row;

/// A table of more epochs than this is left to metrics.csv.
const MOST_ROWS: usize = 200;

/// All curves, and the numbers behind them; `positive` is the class that metrics such as `f1` are of.
pub fn section(rows: &[Row], best: Option<u64>, positive: Option<&str>) -> Markup {
    let Some(last) = rows.last() else {
        return page::section("curves", "Curves", html! { p.muted { "No epoch has ended yet." } });
    };
    let thinned = rows.len() > curve::MOST_POINTS;
    let body = html! {
        div.plots {
            @for quantity in quantities(last) {
                (curve::figure(&plot(rows, &quantity, best)))
            }
            @if last.lr.is_some() { (curve::figure(&rate(rows, best))) }
        }
        p.muted {
            @if best.is_some() { "The dashed line marks the best epoch. " }
            @if let Some(class) = positive { (of_positive(last, class)) }
            @if thinned { "Of " (format::count(rows.len() as u64)) " epochs the lowest and highest of each stretch are drawn. " }
            "All numbers are in metrics.csv."
        }
        @if rows.len() <= MOST_ROWS { details { summary { "Numbers of all epochs" } (table(rows)) } }
    };
    page::section("curves", "Curves", body)
}

/// Of which class metrics are whose names do not say it.
fn of_positive(row: &Row, class: &str) -> String {
    let names: Vec<&str> = quantities(row)
        .iter()
        .map(|quantity| quantity.name)
        .filter(|name| is_of_positive(name))
        .collect();
    match names.as_slice() {
        [] => String::new(),
        [one] => format!("{one} is that of class '{class}'. "),
        [all @ .., last] => format!("{} and {last} are those of class '{class}'. ", all.join(", ")),
    }
}

/// A quantity such as `loss`, and the metrics that measure it.
struct Quantity<'a> {
    name: &'a str,
    metrics: Vec<&'a str>,
}

/// `train_loss` and `val_loss` are both `loss`.
fn quantities(row: &Row) -> Vec<Quantity<'_>> {
    let mut all: Vec<Quantity> = Vec::new();
    for (metric, _) in &row.metrics {
        let name = ["train_", "val_", "test_"]
            .iter()
            .find_map(|part| metric.strip_prefix(part))
            .unwrap_or(metric);
        match all.iter_mut().find(|quantity| quantity.name == name) {
            Some(quantity) => quantity.metrics.push(metric),
            None => all.push(Quantity {
                name,
                metrics: vec![metric],
            }),
        }
    }
    all
}

fn plot<'a>(rows: &[Row], quantity: &Quantity<'a>, best: Option<u64>) -> Plot<'a> {
    let lines: Vec<Line> = quantity.metrics.iter().map(|name| line(rows, name)).collect();
    let values = lines.iter().flat_map(|line| line.points.iter().map(|point| point.1));
    let share = runner_metric::is_share(quantity.name);
    let y = if !share && axis::spans_decades(values.clone()) {
        Axis::logarithmic(values)
    } else {
        Axis::linear(values)
    };
    Plot {
        title: quantity.name,
        words: words(quantity.name, &lines),
        x: epochs(rows),
        across: "epoch",
        y,
        label: if share { axis::percent } else { axis::plain },
        mark: best.map(|epoch| epoch as f64),
        lines,
    }
}

fn line<'a>(rows: &[Row], name: &'a str) -> Line<'a> {
    let point = |row: &Row| (row.epoch as f64, row.metric(name).unwrap_or(f64::NAN));
    Line {
        name,
        points: rows.iter().map(point).collect(),
    }
}

fn rate(rows: &[Row], best: Option<u64>) -> Plot<'static> {
    let points = rows
        .iter()
        .map(|row| (row.epoch as f64, row.lr.unwrap_or(f64::NAN)))
        .collect();
    let lines = vec![Line { name: "lr", points }];
    Plot {
        title: "learning rate",
        words: words("learning rate", &lines),
        x: epochs(rows),
        across: "epoch",
        y: Axis::linear(rows.iter().filter_map(|row| row.lr).chain([0.0])),
        label: axis::plain,
        mark: best.map(|epoch| epoch as f64),
        lines,
    }
}

fn epochs(rows: &[Row]) -> Axis {
    Axis::whole(rows.iter().map(|row| row.epoch as f64))
}

/// What someone who cannot see the plot should hear.
fn words(title: &str, lines: &[Line]) -> String {
    let told: Vec<String> = lines
        .iter()
        .filter_map(|line| {
            let (first, last) = (line.points.first()?, line.points.last()?);
            let [from, to] = [first.1, last.1].map(|x| runner_metric::shown(line.name, x));
            Some(format!(
                "{} goes from {from} in epoch {} to {to} in epoch {}",
                line.name, first.0, last.0
            ))
        })
        .collect();
    format!("Curves of {title} by epoch: {}", told.join("; "))
}

fn table(rows: &[Row]) -> Markup {
    let names: Vec<&String> = rows
        .last()
        .map(|row| row.metrics.iter().map(|(name, _)| name).collect())
        .unwrap_or_default();
    html! {
        div.scroll {
            table {
                caption { "One row an epoch" }
                thead {
                    tr {
                        th scope="col" { "epoch" } th scope="col" { "lr" }
                        @for name in &names { th scope="col" { (name) } }
                        th scope="col" { "time" }
                    }
                }
                tbody {
                    @for row in rows {
                        tr {
                            th scope="row" { (row.epoch) } td { @if let Some(lr) = row.lr { (format::rate(lr)) } }
                            @for name in &names { td { @if let Some(x) = row.metric(name) { (runner_metric::shown(name, x)) } } }
                            td { (format::seconds(row.seconds)) }
                        }
                    }
                }
            }
        }
    }
}
