//! Curves in the terminal. Their lines are told apart by letters, which need no colour, survive pipes and can be read
//! out; crates that draw in a terminal tell lines apart by colour alone.

use super::{Comparison, entry::Entry};
use runner_report::axis::{self, Axis};

/// Lines that can still be told apart.
pub const MOST_LINES: usize = 8;
/// Rows of the plot.
const ROWS: usize = 13;
/// Columns before the plot: a label and the axis.
const LEFT: usize = 10;

/// A line: the letters that name it, and its points.
pub struct Line<'a> {
    /// Its label.
    pub label: &'a str,
    /// Points, `x` ascending.
    pub points: Vec<(f64, f64)>,
}

/// The curves of the best entries in a metric, in `width` columns; empty where there is nothing to draw.
pub fn plot(comparison: &Comparison, metric: &str, width: usize) -> String {
    let line = |entry: &Entry| comparison.curve(entry, metric).points;
    let best = comparison.entries.iter().take(MOST_LINES);
    let lines: Vec<Line> = best
        .map(|entry| Line {
            label: &entry.label,
            points: line(entry),
        })
        .collect();
    draw(&lines, metric, width)
}

/// Lines over epochs as text.
pub fn draw(lines: &[Line], metric: &str, width: usize) -> String {
    let points = || lines.iter().flat_map(|line| &line.points);
    let values = points().map(|point| point.1).filter(|y| y.is_finite());
    let epochs = points().map(|point| point.0);
    if values.clone().next().is_none() || epochs.clone().all(|x| Some(x) == epochs.clone().next()) {
        return String::new();
    }
    let share = runner_metric::is_share(metric);
    let logarithmic = !share && axis::spans_decades(values.clone());
    let y = if logarithmic {
        Axis::logarithmic(values)
    } else {
        Axis::linear(values)
    };
    let x = Axis::whole(epochs);
    let labels = lines.iter().map(|line| line.label.len() + 1).sum::<usize>();
    let columns = width.saturating_sub(LEFT + labels.min(12) + 1).clamp(20, 100);
    let mut grid = Grid {
        cells: vec![vec![' '; columns]; ROWS],
    };
    // The best comes first and is drawn last, over the others.
    for (index, line) in lines.iter().enumerate().rev() {
        grid.line(index, line, &x, &y);
    }
    let mut text = format!("{metric} by epoch{}\n", if logarithmic { " (logarithmic)" } else { "" });
    let ticks = y.ticks(if share { axis::percent } else { axis::plain });
    for (row, cells) in grid.cells.iter().enumerate() {
        let tick = ticks.iter().find(|(place, _)| row_of(*place) == Some(row));
        let (label, edge) = tick.map_or(("", '│'), |(_, label)| (label.as_str(), '┤'));
        let ends: Vec<&str> = lines
            .iter()
            .filter(|line| end_row(line, &y) == Some(row))
            .map(|line| line.label)
            .collect();
        let cells: String = cells.iter().collect();
        let line = format!("{label:>width$} {edge}{cells} {}", ends.join(" "), width = LEFT - 2);
        text.push_str(line.trim_end());
        text.push('\n');
    }
    text.push_str(&format!("{:>width$}└{}\n", "", "─".repeat(columns), width = LEFT - 1));
    text.push_str(&below(&x, columns));
    text
}

/// The labels of the horizontal axis.
fn below(x: &Axis, columns: usize) -> String {
    let mut line = String::new();
    for (place, label) in x.ticks(axis::plain) {
        let at = LEFT + (place * (columns - 1) as f64).round() as usize;
        let at = (at + 1).saturating_sub(label.len().div_ceil(2));
        if line.is_empty() || at > line.len() {
            line = format!("{line:<at$}{label}");
        }
    }
    format!("{line}\n")
}

struct Grid {
    cells: Vec<Vec<char>>,
}

impl Grid {
    fn line(&mut self, index: usize, line: &Line, x: &Axis, y: &Axis) {
        let columns = self.cells[0].len();
        let letter = line.label.chars().next().unwrap_or('?');
        let mut before: Option<usize> = None;
        for column in 0..columns {
            let place = column as f64 / (columns - 1) as f64;
            let Some(row) = height(&line.points, place, x, y).and_then(row_of) else {
                before = None;
                continue;
            };
            // Steep parts are filled, so that the line holds together.
            let from = before.unwrap_or(row);
            for between in from.min(row) + 1..from.max(row) {
                self.cells[between][column] = '·';
            }
            before = Some(row);
            self.cells[row][column] = if (column + 5 * index) % 11 == 4 { letter } else { '·' };
        }
    }
}

/// Where a line is at this place of the horizontal axis, between its points straight.
fn height(points: &[(f64, f64)], at: f64, x: &Axis, y: &Axis) -> Option<f64> {
    let place = |index: usize| Some((x.place(points.get(index)?.0)?, y.place(points[index].1)?));
    let after = points.partition_point(|point| x.place(point.0).is_some_and(|place| place < at - 1e-9));
    let (to_x, to_y) = place(after)?;
    match after.checked_sub(1).and_then(place) {
        Some((from_x, from_y)) if to_x > from_x => {
            Some(from_y + (to_y - from_y) * ((at - from_x) / (to_x - from_x)).clamp(0.0, 1.0))
        }
        _ => (to_x <= at + 1e-9).then_some(to_y),
    }
}

fn end_row(line: &Line, y: &Axis) -> Option<usize> {
    let last = line.points.iter().rev().find(|point| point.1.is_finite())?;
    row_of(y.place(last.1)?)
}

/// The row of a height from 0 to 1, from the top.
fn row_of(height: f64) -> Option<usize> {
    let row = ((1.0 - height) * (ROWS - 1) as f64).round();
    (0.0..ROWS as f64).contains(&row).then_some(row as usize)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn drawn(lines: &[(&str, &[f64])], metric: &str) -> String {
        let points = |values: &[f64]| (1..).map(f64::from).zip(values.iter().copied()).collect();
        let lines: Vec<Line> = lines
            .iter()
            .map(|&(label, values)| Line {
                label,
                points: points(values),
            })
            .collect();
        draw(&lines, metric, 60)
    }

    #[test]
    fn a_line_goes_from_its_first_to_its_last_value() {
        let text = drawn(&[("A", &[1.0, 0.5, 0.25]), ("B", &[1.0, 1.0, 1.0])], "val_loss");
        let lines: Vec<&str> = text.lines().collect();
        assert_eq!(lines[0], "val_loss by epoch");
        assert!(
            lines[1].starts_with("       1 ┤·") && lines[1].ends_with(" B"),
            "{text}"
        );
        assert!(lines.iter().any(|line| line.starts_with("     0.2 ┤")), "{text}");
        let end = lines.iter().position(|line| line.ends_with(" A")).unwrap();
        assert!(end > 10, "{text}");
        assert!(
            lines.iter().all(|line| console::measure_text_width(line) <= 60),
            "{text}"
        );
    }

    #[test]
    fn hard_values_are_drawn_or_left_out() {
        let (nan, inf) = (f64::NAN, f64::INFINITY);
        for values in [&[][..], &[1.0], &[nan, nan], &[inf, nan]] {
            assert_eq!(drawn(&[("A", values)], "val_loss"), "", "{values:?}");
        }
        for values in [
            &[1.0, nan, 2.0][..],
            &[0.0, 0.0],
            &[1e300, -1e300],
            &[1e-300, 1e300],
            &[inf, 1.0],
        ] {
            for metric in ["val_loss", "val_accuracy"] {
                let text = drawn(&[("A", values), ("AB", &[0.5])], metric);
                assert_eq!(text.lines().count(), ROWS + 3, "{values:?}:\n{text}");
            }
        }
        // Many decades are shown by their logarithms.
        assert!(drawn(&[("A", &[100.0, 1.0, 0.01])], "val_loss").contains("(logarithmic)"));
    }
}
