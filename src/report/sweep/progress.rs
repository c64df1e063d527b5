//! The value of each trial, and the best so far, in the order of the trials.

use std::fmt::Write as _;

use maud::{Markup, html};

use crate::axis::{self, Axis};
use crate::curve::tenths;
use runner_metric::Goal;
use runner_sweep::{Ended, Manifest, State, Status};

const WIDTH: f64 = 460.0;
const HEIGHT: f64 = 260.0;
const LEFT: f64 = 58.0;
const RIGHT: f64 = 450.0;
const TOP: f64 = 10.0;
const BOTTOM: f64 = 222.0;

/// The plot.
pub fn plot(manifest: &Manifest, state: &State) -> Markup {
    let name = manifest.metric.name.as_str();
    let judged: Vec<(usize, f64, &Ended)> = state
        .ended()
        .filter(|(_, ended)| ended.status.counts())
        .filter_map(|(index, ended)| Some((index, ended.value?, ended)))
        .collect();
    let Some((first, last)) = judged.first().zip(judged.last()) else {
        return html! { p.muted { "No trial has ended yet." } };
    };
    let better = |a: f64, b: f64| {
        if manifest.metric.goal == Goal::Max {
            a > b
        } else {
            a < b
        }
    };
    let mut steps: Vec<(usize, f64)> = Vec::new();
    for (index, value, ended) in &judged {
        let whole = ended.status == Status::Finished;
        if whole && steps.last().is_none_or(|(_, best)| better(*value, *best)) {
            steps.push((*index, *value));
        }
    }
    let x = Axis::whole((0..state.trials.len().max(2)).map(|index| index as f64));
    let values = judged.iter().map(|(_, value, _)| *value);
    let share = runner_metric::is_share(name);
    let y = if !share && axis::spans_decades(values.clone()) {
        Axis::logarithmic(values)
    } else {
        Axis::linear(values)
    };
    let label = if share { axis::percent } else { axis::plain };
    let across = |x_value: f64| LEFT + x.place(x_value).unwrap_or(0.0) * (RIGHT - LEFT);
    let down = |value: f64| BOTTOM - y.place(value).unwrap_or(0.0) * (BOTTOM - TOP);
    let words = format!(
        "{name} of {} trials, {} in the first and {} in the last; the best reached {}",
        judged.len(),
        runner_metric::shown(name, first.1),
        runner_metric::shown(name, last.1),
        steps
            .last()
            .map_or_else(|| "nothing".to_owned(), |(_, best)| runner_metric::shown(name, *best)),
    );
    html! {
        figure.plot.wide {
            figcaption {
                strong { (name) @if y.is_logarithmic() { " (logarithmic)" } }
                span.key.series0 { "best so far" }
                span.key.dot.finished { "finished" }
                @if state.count(Status::Pruned) > 0 { span.key.dot.pruned { "ended early" } }
            }
            svg viewBox={ "0 0 " (WIDTH) " " (HEIGHT) } role="img" aria-label=(words) {
                @for (place, text) in y.ticks(label) {
                    @let at = BOTTOM - place * (BOTTOM - TOP);
                    line.grid x1=(LEFT) x2=(RIGHT) y1=(tenths(at)) y2=(tenths(at)) {}
                    text.tick x=(LEFT - 6.0) y=(tenths(at)) dy="0.35em" text-anchor="end" { (text) }
                }
                @for (place, text) in x.ticks(axis::plain) {
                    text.tick x=(tenths(LEFT + place * (RIGHT - LEFT))) y=(BOTTOM + 15.0) text-anchor="middle" { (text) }
                }
                text.tick x=((LEFT + RIGHT) / 2.0) y=(HEIGHT - 4.0) text-anchor="middle" { "trial" }
                path.line.series0 d=(staircase(&steps, state.trials.len(), &across, &down)) {}
                @for (index, value, ended) in &judged {
                    circle class={ "trial " (ended.status.word()) } cx=(tenths(across(*index as f64))) cy=(tenths(down(*value))) r="3.5" {
                        title { "trial " (index) ": " (runner_metric::shown(name, *value)) ", " (runner_ground::text::format::plural(ended.epochs as usize, "epoch", "epochs")) }
                    }
                }
            }
        }
    }
}

fn staircase(steps: &[(usize, f64)], trials: usize, across: &dyn Fn(f64) -> f64, down: &dyn Fn(f64) -> f64) -> String {
    let mut path = String::new();
    for (index, value) in steps {
        let (x, y) = (tenths(across(*index as f64)), tenths(down(*value)));
        // Writing into a String cannot fail.
        let _ = if path.is_empty() {
            write!(path, "M{x} {y}")
        } else {
            write!(path, "H{x}V{y}")
        };
    }
    if !path.is_empty() {
        let _ = write!(path, "H{}", tenths(across(trials.saturating_sub(1) as f64)));
    }
    path
}
