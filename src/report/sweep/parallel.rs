//! Parallel coordinates: an axis for each parameter and one for what was reached; each trial is a line through them.

use std::fmt::Write as _;

use maud::{Markup, html};

use crate::axis::{self, Axis};
use crate::curve::tenths;
use runner_declare::Value;
use runner_sweep::distribution::{Distribution, same};
use runner_sweep::{Manifest, Parameter, State, Values, outcome};

/// More lines than this only blacken the plot: the best are drawn.
const MOST_LINES: usize = 500;
const STEP: f64 = 128.0;
const LEFT: f64 = 70.0;
const TOP: f64 = 52.0;
const BOTTOM: f64 = 320.0;
/// Where lines pass an axis whose parameter is not there in their trial.
const ABSENT: f64 = 346.0;
const HEIGHT: f64 = 358.0;

/// One axis: its title, its ticks, and where a trial passes it, from 0 to 1.
struct Coordinate<'a> {
    title: &'a str,
    logarithmic: bool,
    ticks: Vec<(f64, String)>,
    place: Box<Place<'a>>,
}

/// Where a trial of these values and this result passes an axis.
type Place<'a> = dyn Fn(&Values, f64) -> Option<f64> + 'a;

/// The plot.
pub fn plot(manifest: &Manifest, state: &State) -> Markup {
    let ranking: Vec<(usize, f64)> = state
        .ranking(manifest.metric.goal)
        .into_iter()
        .filter_map(|(index, ended)| Some((index, ended.value?)))
        .collect();
    if ranking.is_empty() {
        return html! { p.muted { "No trial has ended yet." } };
    }
    let shown = &ranking[..ranking.len().min(MOST_LINES)];
    let axes = coordinates(manifest, state, shown);
    let width = LEFT + STEP * (axes.len() as f64 - 1.0) + 80.0;
    let absent = axes.iter().any(|axis| {
        shown
            .iter()
            .any(|(index, value)| (axis.place)(&state.trials[*index].values, *value).is_none())
    });
    html! {
        div.scroll {
            svg.parallel viewBox={ "0 0 " (width) " " (HEIGHT) } style={ "min-width:" (width) "px;max-width:" (width * 1.25) "px" } role="img"
                aria-label={ "Lines of " (shown.len()) " trials through their parameters to " (manifest.metric.name) } {
                // The best come last, above the others.
                @for (rank, (index, value)) in shown.iter().enumerate().rev() {
                    path class={ "way " (class(rank, shown.len())) } d=(way(&axes, &state.trials[*index].values, *value)) {
                        title {
                            "trial " (index) ": " (manifest.metric.name) " " (runner_metric::shown(&manifest.metric.name, *value)) ", "
                            (outcome::show_values(&state.trials[*index].values))
                        }
                    }
                }
                @for (index, axis) in axes.iter().enumerate() {
                    @let x = LEFT + STEP * index as f64;
                    line.axis x1=(x) x2=(x) y1=(TOP) y2=(BOTTOM) {}
                    // Long names would meet their neighbours on one line.
                    text.tick.name x=(x) y=(if index % 2 == 0 { 16.0 } else { 34.0 }) text-anchor="middle" {
                        (axis.title) @if axis.logarithmic { " (log)" }
                    }
                    @for (place, label) in &axis.ticks {
                        text.tick.halo x=(x - 6.0) y=(tenths(down(*place))) dy="0.35em" text-anchor="end" { (label) }
                    }
                }
                @if absent { text.tick x="4" y=(ABSENT) dy="0.35em" { "not there" } }
            }
        }
        p.muted {
            "Orange: the best tenth of the trials; blue: the better half. Point at a line to read its trial."
            @if ranking.len() > shown.len() { " The best " (shown.len()) " of " (ranking.len()) " are drawn." }
        }
    }
}

fn class(rank: usize, count: usize) -> &'static str {
    if rank == 0 || rank * 10 < count {
        "top"
    } else if rank * 2 < count {
        "upper"
    } else {
        "lower"
    }
}

fn coordinates<'a>(manifest: &'a Manifest, state: &State, shown: &[(usize, f64)]) -> Vec<Coordinate<'a>> {
    let parameters = manifest.sweep.space.parameters.iter();
    let varied = parameters.filter(
        |parameter| !matches!(&parameter.distribution, Distribution::Categorical { values, .. } if values.len() < 2),
    );
    let mut axes: Vec<Coordinate> = varied.map(|parameter| coordinate(parameter, state, shown)).collect();
    let name = manifest.metric.name.as_str();
    let axis = Axis::linear(shown.iter().map(|(_, value)| *value));
    axes.push(Coordinate {
        title: name,
        logarithmic: false,
        ticks: axis.ticks(if runner_metric::is_share(name) {
            axis::percent
        } else {
            axis::plain
        }),
        place: Box::new(move |_, value| axis.place(value)),
    });
    axes
}

fn coordinate<'a>(parameter: &'a Parameter, state: &State, shown: &[(usize, f64)]) -> Coordinate<'a> {
    let key = parameter.key.as_str();
    if let Distribution::Categorical { values, .. } = &parameter.distribution {
        let last = values.len() as f64 - 1.0;
        let place = move |at: usize| at as f64 / last;
        let label = |value: &Value| clipped(&outcome::show(value));
        return Coordinate {
            title: key,
            logarithmic: false,
            ticks: values
                .iter()
                .enumerate()
                .map(|(at, value)| (place(at), label(value)))
                .collect(),
            place: Box::new(move |given, _| {
                let given = given.get(key)?;
                values.iter().position(|value| same(value, given)).map(place)
            }),
        };
    }
    let seen = shown
        .iter()
        .filter_map(|(index, _)| state.trials[*index].values.get(key)?.as_f64());
    let seen: Vec<f64> = seen.collect();
    let logarithmic = parameter.distribution.is_logarithmic();
    let axis = if logarithmic {
        Axis::logarithmic(seen.into_iter())
    } else {
        Axis::linear(seen.into_iter())
    };
    Coordinate {
        title: key,
        logarithmic,
        ticks: axis.ticks(axis::plain),
        place: Box::new(move |given, _| axis.place(given.get(key)?.as_f64()?)),
    }
}

fn way(axes: &[Coordinate], values: &Values, value: f64) -> String {
    let mut path = String::new();
    for (index, axis) in axes.iter().enumerate() {
        let y = (axis.place)(values, value).map_or(ABSENT, down);
        // Writing into a String cannot fail.
        let _ = write!(
            path,
            "{}{} {}",
            if index == 0 { 'M' } else { 'L' },
            LEFT + STEP * index as f64,
            tenths(y)
        );
    }
    path
}

fn clipped(text: &str) -> String {
    match text.char_indices().nth(12) {
        Some((end, _)) => format!("{}…", &text[..end]),
        None => text.to_owned(),
    }
}

fn down(place: f64) -> f64 {
    BOTTOM - place * (BOTTOM - TOP)
}
