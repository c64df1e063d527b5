//! Curves on a terminal, drawn with the dots of Braille characters.

use runner_report::axis::Axis;

/// A character has two columns of four dots.
const COLUMNS: usize = 2;
const ROWS: usize = 4;
/// What each dot adds to U+2800, by row and column.
const DOTS: [[u32; COLUMNS]; ROWS] = [[0x01, 0x08], [0x02, 0x10], [0x04, 0x20], [0x40, 0x80]];

/// A curve and its axes, in characters: `width` by `height` without what the axes say. A value that is not finite
/// breaks the curve. The character over which a mark stands is drawn below the curve.
pub fn plot(points: &[(f64, f64)], x: &Axis, y: &Axis, mark: Option<f64>, [width, height]: [usize; 2]) -> String {
    let mut canvas = vec![vec![0_u32; width]; height];
    let (across, down) = (width * COLUMNS, height * ROWS);
    let place = |&(at, value): &(f64, f64)| {
        let (column, row) = (x.place(at)?, 1.0 - y.place(value)?);
        ((0.0..=1.0).contains(&column) && (0.0..=1.0).contains(&row))
            .then(|| (column * (across - 1) as f64, row * (down - 1) as f64))
    };
    let places: Vec<Option<(f64, f64)>> = points.iter().map(place).collect();
    let mut dot = |(column, row): (f64, f64)| {
        let (column, row) = (column.round() as usize, row.round() as usize);
        canvas[row / ROWS][column / COLUMNS] |= DOTS[row % ROWS][column % COLUMNS];
    };
    for (index, here) in places.iter().enumerate() {
        let Some(here) = here else { continue };
        dot(*here);
        if let Some(Some(next)) = places.get(index + 1) {
            let steps = (next.0 - here.0).abs().max((next.1 - here.1).abs()).ceil();
            for step in 1..steps as usize {
                let part = step as f64 / steps;
                dot((here.0 + (next.0 - here.0) * part, here.1 + (next.1 - here.1) * part));
            }
        }
    }
    let mut labels = vec![String::new(); height];
    for (at, label) in y.ticks(runner_report::axis::plain) {
        if (0.0..=1.0).contains(&at) {
            labels[((1.0 - at) * (height - 1) as f64).round() as usize] = label;
        }
    }
    let widest = labels.iter().map(|label| label.chars().count()).max().unwrap_or(0);
    let mut text = String::new();
    for (label, row) in labels.iter().zip(&canvas) {
        let curve: String = row.iter().filter_map(|&dots| char::from_u32(0x2800 + dots)).collect();
        let edge = if label.is_empty() { '│' } else { '┤' };
        text.push_str(&format!("  {label:>widest$} {edge}{curve}\n"));
    }
    let column = |at: f64| (at * (width - 1) as f64).round() as usize;
    let mut line = vec!['─'; width];
    let mut below = vec![' '; width];
    for (at, label) in x.ticks(runner_report::axis::plain) {
        let (at, length) = (column(at), label.chars().count());
        line[at] = '┬';
        let start = at.saturating_sub(length / 2).min(width.saturating_sub(length));
        let free = start.saturating_sub(1)..(start + length + 1).min(width);
        if below.get(free).is_some_and(|part| part.iter().all(|&c| c == ' ')) {
            below.splice(start..start + length, label.chars());
        }
    }
    if let Some(at) = mark
        .and_then(|mark| x.place(mark))
        .filter(|at| (0.0..=1.0).contains(at))
    {
        line[column(at)] = '▲';
    }
    let room = " ".repeat(widest);
    let [line, below] = [line, below].map(String::from_iter);
    text.push_str(&format!("  {room} └{line}\n  {room}  {}\n", below.trim_end()));
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_falling_line_goes_from_corner_to_corner() {
        let points = [(0.0, 1.0), (1.0, 0.0)];
        let [x, y] = [0, 1].map(|_| Axis::linear([0.0, 1.0].into_iter()));
        let text = plot(&points, &x, &y, Some(0.5), [41, 5]);
        let lines: Vec<&str> = text.lines().collect();
        assert_eq!(lines[0].chars().count(), "    1 ┤".len() - 2 + 41, "{text}");
        assert!(lines[0].starts_with("    1 ┤⠉"), "{text}");
        assert!(lines[4].starts_with("    0 ┤⠀") && !lines[4].ends_with('⠀'), "{text}");
        assert!(
            lines[5].contains('▲') && lines[6].contains("0") && lines[6].ends_with('1'),
            "{text}"
        );
    }

    #[test]
    fn what_cannot_be_drawn_is_left_out() {
        let points = [(0.0, f64::NAN), (f64::INFINITY, 1.0), (0.5, 7.0)];
        let [x, y] = [0, 1].map(|_| Axis::linear([0.0, 1.0].into_iter()));
        let text = plot(&points, &x, &y, None, [10, 3]);
        assert!(
            text.lines().take(3).all(|line| line.ends_with(&"\u{2800}".repeat(10))),
            "{text}"
        );
    }
}
