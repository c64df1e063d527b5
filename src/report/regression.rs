//! Predicted values: against the true ones, and how their errors are spread.

use std::fmt::Write as _;

use maud::{Markup, html};

use super::axis::{Axis, plain};
use super::page;
use runner_ground::text::format;
use runner_results::findings::Points;

/// The drawing's sides and the part within its axes, as for curves.
const WIDTH: f64 = 420.0;
const HEIGHT: f64 = 320.0;
/// As wide as a digit of a tick, and where their title stands.
const DIGIT: f64 = 6.6;
const TITLE: f64 = 12.0;
const RIGHT: f64 = 410.0;
const TOP: f64 = 10.0;
const BOTTOM: f64 = 280.0;
const BINS: usize = 30;

/// Both plots, where the task predicts values.
pub fn section(points: Option<&Points>) -> Markup {
    let pairs: Vec<(f64, f64)> = points
        .map(Points::pairs)
        .into_iter()
        .flatten()
        .map(|[target, prediction]| (target, prediction))
        .filter(|(target, prediction)| target.is_finite() && prediction.is_finite())
        .collect();
    match points {
        Some(points) if !pairs.is_empty() => {
            let body = html! {
                div.plots { (scatter(&points.name, &pairs)) (histogram(&pairs)) }
                p.muted { (format::plural(pairs.len(), "test sample is", "test samples are")) " shown." }
            };
            page::section("predictions", "Predictions", body)
        }
        _ => html! {},
    }
}

/// Where the plot begins, right of the labels of this axis and of what stands left of them.
fn left_of(axis: &Axis, title: f64) -> f64 {
    let widest = axis
        .ticks(plain)
        .iter()
        .map(|(_, label)| label.chars().count())
        .max()
        .unwrap_or(0);
    (title + 10.0 + DIGIT * widest as f64).max(56.0)
}

fn scatter(name: &str, pairs: &[(f64, f64)]) -> Markup {
    // One axis for both directions: on the diagonal a prediction is exact.
    let axis = Axis::linear(pairs.iter().flat_map(|&(target, prediction)| [target, prediction]));
    let left = left_of(&axis, TITLE + 6.0);
    let mut dots = String::new();
    for &(target, prediction) in pairs {
        if let (Some(x), Some(y)) = (axis.place(target), axis.place(prediction)) {
            let _ = write!(dots, "M{:.1} {:.1}h0", across(x, left), down(y));
        }
    }
    let words = format!("Predicted against true {name} for {} samples", pairs.len());
    html! {
        figure.plot {
            figcaption { strong { "Predicted against true " (name) } span.key.mark { "exact" } }
            svg viewBox={ "0 0 " (WIDTH) " " (HEIGHT) } role="img" aria-label=(words) {
                (across_ticks(&axis, left)) (down_ticks(&axis, left))
                line.mark x1=(left) y1=(BOTTOM) x2=(RIGHT) y2=(TOP) {}
                path.dots d=(dots) {}
                text.tick x=((left + RIGHT) / 2.0) y=(HEIGHT - 6.0) text-anchor="middle" { "true" }
                text.tick transform={ "translate(" (TITLE) " " ((TOP + BOTTOM) / 2.0) ") rotate(-90)" } text-anchor="middle" { "predicted" }
            }
        }
    }
}

fn histogram(pairs: &[(f64, f64)]) -> Markup {
    let errors = pairs.iter().map(|(target, prediction)| prediction - target);
    let reach = errors
        .clone()
        .fold(0.0, |reach: f64, error| reach.max(error.abs()))
        .max(1e-12);
    let mut counts = [0u32; BINS];
    for error in errors.clone() {
        // From -reach to reach; the last bin has both its ends.
        let bin = ((error / reach + 1.0) / 2.0 * BINS as f64) as usize;
        if let Some(count) = counts.get_mut(bin.min(BINS - 1)) {
            *count += 1;
        }
    }
    let mean = errors.sum::<f64>() / pairs.len() as f64;
    let x = Axis::tight([-reach, reach].into_iter());
    let y = Axis::linear(counts.iter().map(|&count| f64::from(count)).chain([0.0]));
    let left = left_of(&y, 0.0);
    let width = (RIGHT - left) / BINS as f64;
    html! {
        figure.plot {
            figcaption { strong { "Errors: predicted less true" } span.key.mark { "no error" } }
            svg viewBox={ "0 0 " (WIDTH) " " (HEIGHT) } role="img"
                aria-label={ "Histogram of errors; their mean is " (format::number(mean)) ", the largest is " (format::number(reach)) } {
                (across_ticks(&x, left)) (down_ticks(&y, left))
                @for (bin, &count) in counts.iter().enumerate().filter(|(_, count)| **count > 0) {
                    @if let Some(top) = y.place(f64::from(count)) {
                        rect.column x=(format!("{:.1}", left + bin as f64 * width + 0.5)) width=(format!("{:.1}", width - 1.0))
                            y=(format!("{:.1}", down(top))) height=(format!("{:.1}", BOTTOM - down(top))) {}
                    }
                }
                line.mark x1=((left + RIGHT) / 2.0) x2=((left + RIGHT) / 2.0) y1=(TOP) y2=(BOTTOM) {}
                text.tick x=((left + RIGHT) / 2.0) y=(HEIGHT - 6.0) text-anchor="middle" { "error" }
            }
        }
    }
}

fn down_ticks(axis: &Axis, left: f64) -> Markup {
    html! {
        @for (place, label) in axis.ticks(plain) {
            line.grid x1=(left) x2=(RIGHT) y1=(format!("{:.1}", down(place))) y2=(format!("{:.1}", down(place))) {}
            text.tick x=(left - 6.0) y=(format!("{:.1}", down(place))) dy="0.35em" text-anchor="end" { (label) }
        }
    }
}

fn across_ticks(axis: &Axis, left: f64) -> Markup {
    html! {
        @for (place, label) in axis.ticks(plain) {
            text.tick x=(format!("{:.1}", across(place, left))) y=(BOTTOM + 16.0) text-anchor="middle" { (label) }
        }
    }
}

fn across(place: f64, left: f64) -> f64 {
    left + place * (RIGHT - left)
}

fn down(place: f64) -> f64 {
    BOTTOM - place * (BOTTOM - TOP)
}
