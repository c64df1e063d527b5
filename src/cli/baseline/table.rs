//! What a check found, as a person reads it.

use comfy_table::{CellAlignment, ContentArrangement, Table};

use crate::output::{NO_LINES, wrap};
use runner_baseline::{Judgement, Measure, Moved, Tolerance};
use runner_ground::text::format;

/// More figures than these are counted only.
const MOST: usize = 20;

/// The verdict in its first line, why it was compared so in the second, and a table of what moved.
pub fn table(name: &str, judgement: &Judgement, tolerance: &Tolerance, width: Option<usize>) -> String {
    let verdict = if judgement.holds() { "holds" } else { "does not hold" };
    let measure = match (judgement.measure, judgement.differs.is_empty()) {
        (Measure::Exact, true) => "to the bit: the same program on the same machine".to_owned(),
        (Measure::Exact, false) => format!("to the bit, as was asked; {}", judgement.differs.join(", ")),
        (Measure::Within, _) => format!("within {}: {}", tolerance.words(), judgement.differs.join(", ")),
    };
    let mut lines = vec![format!("{name}: {verdict}"), format!("  {measure}")];
    let figures = format::count(judgement.compared as u64);
    if let Some(why) = &judgement.incomparable {
        lines.push(format!("  {why}"));
    } else if !judgement.moved.is_empty() {
        let moved = format::count(judgement.moved.len() as u64);
        lines.push(format!("  {moved} of {figures} figures moved too far"));
    } else {
        lines.push(match &judgement.furthest {
            None => format!("  {figures} figures, none moved"),
            Some(furthest) => {
                let (place, column) = (place(furthest), &furthest.cell.column);
                format!(
                    "  {figures} figures; furthest moved {column} ({place}), by {}",
                    share(furthest)
                )
            }
        });
    }
    let mut text: String = lines.iter().map(|line| wrap(line, 2, width) + "\n").collect();
    if judgement.incomparable.is_none() && !judgement.moved.is_empty() {
        text.push_str(&draw(&judgement.moved[..judgement.moved.len().min(MOST)]));
        if judgement.moved.len() > MOST {
            text.push_str(&format!("  and {} more\n", judgement.moved.len() - MOST));
        }
    }
    text
}

fn draw(moved: &[Moved]) -> String {
    let mut table = Table::new();
    table
        .load_style(NO_LINES)
        .set_content_arrangement(ContentArrangement::Disabled);
    table.set_header(["", "epoch", "figure", "baseline", "now", "change", "moved", "allowed"]);
    for one in moved {
        let cell = &one.cell;
        let change = cell.was.zip(cell.now).map(|(was, now)| signed(now - was));
        table.add_row([
            String::new(),
            place(one),
            cell.column.clone(),
            figure(cell.was),
            figure(cell.now),
            change.unwrap_or_default(),
            share(one),
            percent(one.allowed),
        ]);
    }
    for (index, column) in table.column_iter_mut().enumerate() {
        column.set_cell_alignment(if index == 2 {
            CellAlignment::Left
        } else {
            CellAlignment::Right
        });
        column.set_padding((0, 2));
    }
    let text = table.to_string();
    text.lines().map(|line| format!("{}\n", line.trim_end())).collect()
}

fn place(moved: &Moved) -> String {
    match moved.cell.epoch {
        0 => "test".to_owned(),
        epoch => format!("{epoch}"),
    }
}

/// With the digits that tell a small move from none.
fn figure(value: Option<f64>) -> String {
    match value {
        None => "none".to_owned(),
        Some(value) if value.fract() == 0.0 && value.abs() < 1e15 => format!("{value}"),
        Some(value) if (1e-3..1e6).contains(&value.abs()) => format!("{value:.6}"),
        Some(value) => format!("{value:.6e}"),
    }
}

fn signed(change: f64) -> String {
    let sign = if change > 0.0 { "+" } else { "" };
    format!("{sign}{}", format::number(change))
}

fn share(moved: &Moved) -> String {
    moved.share.map_or_else(|| "-".to_owned(), percent)
}

fn percent(share: f64) -> String {
    match share * 100.0 {
        0.0 => "0 %".to_owned(),
        percent if percent >= 0.01 => format!("{percent:.2} %"),
        percent => format!("{percent:.0e} %"),
    }
}
