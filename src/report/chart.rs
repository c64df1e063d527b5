//! A plot of many lines that can be pointed at: SVG as in `curve`, with the numbers behind it for `chart.js`, which
//! shows the line and the value under the pointer. Without the script the page shows the same lines.
//!
//! Elements with `data-line` and the same number belong together: a legend, a line, a table's row; pointing at one
//! lights all. Any page that draws charts adds [`STYLE`] and [`SCRIPT`].

use maud::{Markup, PreEscaped, html};
use serde_json::json;

use super::axis::{self, Axis};
use super::curve;

/// What charts look like; after the pages' common style.
pub const STYLE: &str = include_str!("chart.css");
/// What answers to the pointer.
pub const SCRIPT: &str = include_str!("chart.js");
/// This many lines have a colour and a place in the legend; the others are grey.
pub const COLOURS: usize = 8;
/// No chart has more points than about this many, so that a page of many lines stays usable.
const MOST_POINTS: usize = 60_000;

/// A line.
pub struct Line {
    /// What it shares with its legend and its table's row.
    pub key: usize,
    /// A letter or two at its end.
    pub tag: String,
    /// What it is, as shown under the pointer.
    pub name: String,
    /// Points, `x` ascending; what is not finite breaks the line.
    pub points: Vec<(f64, f64)>,
    /// `x`, low and high end of what the line may be off; may be empty.
    pub band: Vec<(f64, f64, f64)>,
}

/// A chart: the first [`COLOURS`] lines are drawn in colour.
pub struct Chart {
    /// What is drawn.
    pub title: String,
    /// What the horizontal axis counts, such as `epoch`.
    pub across: &'static str,
    /// The lines, the most important first.
    pub lines: Vec<Line>,
    /// Whether values are shares, to be written as percentages.
    pub share: bool,
    /// What can be seen, in words.
    pub words: String,
}

/// The chart with its title and legend.
pub fn figure(chart: &Chart) -> Markup {
    let (x, y) = axes(chart);
    let most = (MOST_POINTS / chart.lines.len().max(1)).clamp(16, curve::MOST_POINTS);
    let thin: Vec<Vec<(f64, f64)>> = chart.lines.iter().map(|line| curve::thin(&line.points, most)).collect();
    let label = if chart.share { axis::percent } else { axis::plain };
    html! {
        figure.plot.chart {
            figcaption {
                strong { (chart.title) @if y.is_logarithmic() { " (logarithmic)" } }
                @for (index, line) in chart.lines.iter().enumerate().take(COLOURS) {
                    span class={ "key series" (index) } data-line=(line.key) { (line.tag) }
                }
                @if chart.lines.len() > COLOURS { span.key.series-rest { "the others" } }
            }
            svg viewBox={ "0 0 " (curve::WIDTH) " " (curve::HEIGHT) } role="img" aria-label=(chart.words) {
                (curve::axes(&x, &y, label, chart.across))
                @for (index, line) in chart.lines.iter().enumerate().take(COLOURS) {
                    @if !line.band.is_empty() { path class={ "band series" (index) } d=(band(&line.band, &x, &y)) {} }
                }
                // The first lines lie over the others.
                @for (index, line) in chart.lines.iter().enumerate().rev() {
                    path class={ "line " (class(index)) } data-line=(line.key) d=(curve::path(&thin[index], &x, &y)) {}
                }
                @for (index, at) in ends(chart, &x, &y) {
                    text x=(at.0) y=(at.1) dy="0.35em" class={ "end series" (index) } { (chart.lines[index].tag) }
                }
            }
            div.tip hidden {}
            script type="application/json" { (PreEscaped(data(chart, &thin, &x, &y))) }
        }
    }
}

fn class(index: usize) -> String {
    if index < COLOURS {
        format!("series{index}")
    } else {
        "series-rest".to_owned()
    }
}

fn axes(chart: &Chart) -> (Axis, Axis) {
    let points = || chart.lines.iter().flat_map(|line| &line.points);
    let values = points().map(|point| point.1);
    let y = if !chart.share && axis::spans_decades(values.clone()) {
        Axis::logarithmic(values)
    } else {
        Axis::linear(values)
    };
    (Axis::whole(points().map(|point| point.0)), y)
}

/// The band as a closed path, cut off at the ends of the plot.
fn band(points: &[(f64, f64, f64)], x: &Axis, y: &Axis) -> String {
    // A lower end at or below zero has no place on a logarithmic axis: it lies below all that has.
    let down = |value: f64| curve::down(y.place(value).unwrap_or(0.0).clamp(0.0, 1.0));
    let there = points
        .iter()
        .filter_map(|&(at, low, high)| Some((curve::across(x.place(at)?), down(low), down(high))));
    let there: Vec<_> = there.collect();
    let upper = there.iter().map(|(at, _, high)| format!("{at} {high}"));
    let lower = there.iter().rev().map(|(at, low, _)| format!("{at} {low}"));
    format!("M{}Z", upper.chain(lower).collect::<Vec<_>>().join("L"))
}

/// Where the tags of lines stand, but for those that would cover another.
fn ends(chart: &Chart, x: &Axis, y: &Axis) -> Vec<(usize, (f64, f64))> {
    let mut ends: Vec<(usize, (f64, f64))> = Vec::new();
    for (index, line) in chart.lines.iter().enumerate().take(COLOURS) {
        let last = line.points.iter().rev().find(|point| point.1.is_finite());
        let at = last.and_then(|last| Some((curve::across(x.place(last.0)?) + 3.0, curve::down(y.place(last.1)?))));
        let free = |at: &(f64, f64)| {
            ends.iter()
                .all(|(_, other)| (other.0 - at.0).abs() > 9.0 || (other.1 - at.1).abs() > 9.0)
        };
        ends.extend(at.filter(free).map(|at| (index, at)));
    }
    ends
}

/// The numbers behind the lines. Within a script's element nothing is escaped, so no `<` may stand in it.
fn data(chart: &Chart, thin: &[Vec<(f64, f64)>], x: &Axis, y: &Axis) -> String {
    let lines = chart.lines.iter().zip(thin).map(|(line, points)| {
        let finite = || points.iter().filter(|point| point.1.is_finite());
        json!({
            "key": line.key,
            "name": line.name,
            "x": finite().map(|point| point.0).collect::<Vec<_>>(),
            "y": finite().map(|point| point.1).collect::<Vec<_>>(),
        })
    });
    let data = json!({
        "across": chart.across,
        "share": chart.share,
        "box": [curve::LEFT, curve::RIGHT, curve::TOP, curve::BOTTOM],
        "xAxis": x.scale(),
        "yAxis": y.scale(),
        "lines": lines.collect::<Vec<_>>(),
    });
    data.to_string().replace('<', "\\u003c")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn chart(lines: usize, points: u32) -> Chart {
        let line = |key: usize| Line {
            key,
            tag: format!("L{key}"),
            name: "</script><b>evil</b>".to_owned(),
            points: (1..=points)
                .map(|i| (f64::from(i), 1.0 / f64::from(i) + key as f64))
                .collect(),
            band: vec![(1.0, -1.0, 2.0), (2.0, 0.5, 1.0)],
        };
        Chart {
            title: "loss".to_owned(),
            across: "epoch",
            lines: (0..lines).map(line).collect(),
            share: false,
            words: "a chart".to_owned(),
        }
    }

    #[test]
    fn names_end_no_script() {
        let html = figure(&chart(2, 3)).into_string();
        assert_eq!(html.matches("</script>").count(), 1, "{html}");
        assert!(!html.contains("<b>evil"));
    }

    #[test]
    fn many_long_lines_stay_within_bounds() {
        let html = figure(&chart(1000, 2000)).into_string();
        assert!(html.len() < 6_000_000, "{} bytes", html.len());
        assert_eq!(html.matches("data-line=\"999\"").count(), 1);
    }

    #[test]
    fn what_cannot_be_drawn_is_left_out() {
        let mut hard = chart(2, 3);
        hard.lines[0].points = vec![(1.0, f64::NAN), (2.0, f64::INFINITY)];
        hard.lines[1].points.clear();
        assert!(!figure(&hard).into_string().contains("NaN"));
    }
}
