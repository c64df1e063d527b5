//! A plot of lines as SVG whose colours follow the page's theme.

use std::fmt::Write as _;

use maud::{Markup, html};

use super::axis::Axis;

/// Width of the drawing; about the size at which it is shown, so that its text is as large as the page's.
pub const WIDTH: f64 = 420.0;
/// Height of the drawing.
pub const HEIGHT: f64 = 240.0;
/// Left end of the part within the axes.
pub const LEFT: f64 = 52.0;
/// Its right end.
pub const RIGHT: f64 = 410.0;
/// Its upper end.
pub const TOP: f64 = 10.0;
/// Its lower end.
pub const BOTTOM: f64 = 206.0;
/// A line of more points than this is thinned.
pub const MOST_POINTS: usize = 600;

/// One line: its name and its points, `x` ascending.
pub struct Line<'a> {
    /// What the legend calls it.
    pub name: &'a str,
    /// `(x, y)`.
    pub points: Vec<(f64, f64)>,
}

/// What is drawn, and how.
pub struct Plot<'a> {
    /// Its title.
    pub title: &'a str,
    /// Its lines.
    pub lines: Vec<Line<'a>>,
    /// The horizontal axis.
    pub x: Axis,
    /// The vertical axis.
    pub y: Axis,
    /// What the horizontal axis measures.
    pub across: &'a str,
    /// How numbers of the vertical axis are written.
    pub label: fn(f64) -> String,
    /// A vertical mark at this `x`.
    pub mark: Option<f64>,
    /// What can be seen, in words.
    pub words: String,
}

/// The plot with its title and legend.
pub fn figure(plot: &Plot) -> Markup {
    html! {
        figure.plot {
            figcaption {
                strong { (plot.title) @if plot.y.is_logarithmic() { " (logarithmic)" } }
                @for (index, line) in plot.lines.iter().enumerate() {
                    span class={ "key series" (index % 4) } { (line.name) }
                }
            }
            svg viewBox={ "0 0 " (WIDTH) " " (HEIGHT) } role="img" aria-label=(plot.words) {
                (axes(&plot.x, &plot.y, plot.label, plot.across))
                @if let Some(x) = plot.mark.and_then(|x| plot.x.place(x)) {
                    line.mark x1=(across(x)) x2=(across(x)) y1=(TOP) y2=(BOTTOM) {}
                }
                @for (index, line) in plot.lines.iter().enumerate() {
                    path class={ "line series" (index % 4) } d=(path(&thin(&line.points, MOST_POINTS), &plot.x, &plot.y)) {}
                }
            }
        }
    }
}

/// The ticks of both axes; `across` is what the horizontal one counts.
pub fn axes(x: &Axis, y: &Axis, label: fn(f64) -> String, across: &str) -> Markup {
    html! {
        @for (place, label) in y.ticks(label) {
            line.grid x1=(LEFT) x2=(RIGHT) y1=(down(place)) y2=(down(place)) {}
            text.tick x=(LEFT - 6.0) y=(down(place)) dy="0.35em" text-anchor="end" { (label) }
        }
        @for (place, label) in x.ticks(super::axis::plain) {
            text.tick x=(self::across(place)) y=(BOTTOM + 15.0) text-anchor="middle" { (label) }
        }
        text.tick x=((LEFT + RIGHT) / 2.0) y=(HEIGHT - 4.0) text-anchor="middle" { (across) }
    }
}

/// SVG path data; a value that cannot be drawn breaks the line, and a lone point becomes a dot.
pub fn path(points: &[(f64, f64)], x_axis: &Axis, y_axis: &Axis) -> String {
    let mut data = String::new();
    let mut open = false;
    for &(x, y) in points {
        let (Some(x), Some(y)) = (x_axis.place(x), y_axis.place(y)) else {
            open = false;
            continue;
        };
        // Writing into a String cannot fail.
        let _ = if open {
            write!(data, "L{} {}", across(x), down(y))
        } else {
            write!(data, "M{} {}h0", across(x), down(y))
        };
        open = true;
    }
    data
}

/// Of each bucket of points the lowest and the highest, so that no peak is ever lost.
pub fn thin(points: &[(f64, f64)], most: usize) -> Vec<(f64, f64)> {
    if points.len() <= most {
        return points.to_vec();
    }
    let size = points.len().div_ceil(most / 2);
    let mut kept = Vec::with_capacity(most);
    for bucket in points.chunks(size) {
        let finite = || bucket.iter().copied().filter(|(_, y)| y.is_finite());
        let low = finite().min_by(|a, b| a.1.total_cmp(&b.1));
        let high = finite().max_by(|a, b| a.1.total_cmp(&b.1));
        match (low, high) {
            (Some(low), Some(high)) if low.0 == high.0 => kept.push(low),
            (Some(low), Some(high)) if low.0 < high.0 => kept.extend([low, high]),
            (Some(low), Some(high)) => kept.extend([high, low]),
            _ => kept.extend(bucket.first()),
        }
    }
    kept
}

/// The drawing's coordinate of a place on the horizontal axis.
pub fn across(place: f64) -> f64 {
    tenths(LEFT + place * (RIGHT - LEFT))
}

/// The drawing's coordinate of a place on the vertical axis.
pub fn down(place: f64) -> f64 {
    tenths(BOTTOM - place * (BOTTOM - TOP))
}

/// A tenth of a pixel is all that can be seen, and keeps the page small.
/// Rounded to a tenth of a pixel, which nobody sees and which keeps pages short.
pub fn tenths(x: f64) -> f64 {
    (x * 10.0).round() / 10.0
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn thinning_keeps_every_peak() {
        let mut points: Vec<(f64, f64)> = (0..10_000).map(|i| (f64::from(i), 1.0)).collect();
        points[4321].1 = 50.0;
        points[4322].1 = -50.0;
        let kept = thin(&points, MOST_POINTS);
        assert!(kept.len() <= MOST_POINTS);
        assert!(kept.contains(&(4321.0, 50.0)) && kept.contains(&(4322.0, -50.0)));
        assert!(kept.is_sorted_by(|a, b| a.0 <= b.0));
    }

    #[test]
    fn a_gap_breaks_the_line() {
        let points = vec![(1.0, 1.0), (2.0, f64::NAN), (3.0, 2.0), (4.0, 3.0)];
        let plot = Plot {
            title: "loss",
            lines: vec![],
            x: Axis::tight([1.0, 4.0].into_iter()),
            y: Axis::linear([1.0, 3.0].into_iter()),
            across: "epoch",
            label: super::super::axis::plain,
            mark: None,
            words: String::new(),
        };
        let data = path(&points, &plot.x, &plot.y);
        assert_eq!((data.matches('M').count(), data.matches('L').count()), (2, 1), "{data}");
    }
}
