//! The list as a table that fits the terminal.

use comfy_table::{CellAlignment, ContentArrangement, Table};

use super::Entry;
use crate::output::NO_LINES;
use runner_ground::text::format;

/// A column: its heading, whether numbers stand in it, and what it shows of a run.
type Column = (&'static str, CellAlignment, fn(&Entry, jiff::Timestamp) -> String);

const COLUMNS: [Column; 9] = [
    ("run", CellAlignment::Left, |entry, _| entry.name.clone()),
    ("status", CellAlignment::Left, status),
    ("seed", CellAlignment::Left, |entry, _| entry.seed_cell()),
    ("data", CellAlignment::Left, |entry, _| entry.data_cell()),
    ("best", CellAlignment::Left, |entry, _| entry.best_cell()),
    ("test", CellAlignment::Left, |entry, _| entry.test_cell()),
    ("epochs", CellAlignment::Right, |entry, _| entry.epochs.to_string()),
    ("time", CellAlignment::Right, |entry, _| {
        entry.seconds.map(format::seconds).unwrap_or_default()
    }),
    ("age", CellAlignment::Right, age),
];

/// What a narrow terminal can do without, in this order.
const EXPENDABLE: [&str; 7] = ["time", "epochs", "best", "age", "seed", "data", "test"];

/// The table, with as many columns as fit into `width`; without a width, all of them.
pub fn table(entries: &[Entry], now: jiff::Timestamp, width: Option<usize>) -> String {
    let mut columns = COLUMNS.to_vec();
    if entries.iter().all(|entry| entry.group.is_none()) {
        columns.retain(|column| column.0 != "seed");
    }
    let other_data = entries.iter().any(|entry| entry.data_differs);
    if !other_data {
        columns.retain(|column| column.0 != "data");
    }
    let mut text = draw(entries, now, &columns);
    for name in EXPENDABLE {
        if width.is_none_or(|width| widest(&text) <= width) {
            break;
        }
        columns.retain(|column| column.0 != name);
        text = draw(entries, now, &columns);
    }
    if entries.iter().any(|entry| entry.stand_in.is_some()) {
        text.push_str("* trained on stand-in data: its figures are not those of the data asked for\n");
    }
    if other_data {
        text.push_str("the data differs between runs of the same recipe: column 'data' tells them apart\n");
    }
    if let Some(entry) = entries.iter().find(|entry| entry.resumable) {
        // The path, since the name alone is found in one folder of results only.
        let path = format::shell(&entry.path.to_string_lossy());
        text.push_str(&format!("to go on: runner resume {path}\n"));
    }
    text
}

fn draw(entries: &[Entry], now: jiff::Timestamp, columns: &[Column]) -> String {
    let mut table = Table::new();
    table
        .load_style(NO_LINES)
        .set_content_arrangement(ContentArrangement::Disabled);
    table.set_header(columns.iter().map(|column| column.0));
    for entry in entries {
        table.add_row(columns.iter().map(|(_, _, cell)| cell(entry, now)));
    }
    for (column, (_, alignment, _)) in table.column_iter_mut().zip(columns) {
        column.set_cell_alignment(*alignment);
        column.set_padding((0, 2));
    }
    table.lines().map(|line| format!("{}\n", line.trim_end())).collect()
}

fn widest(text: &str) -> usize {
    text.lines().map(console::measure_text_width).max().unwrap_or(0)
}

fn status(entry: &Entry, _: jiff::Timestamp) -> String {
    format!("{}{}", entry.status, if entry.stand_in.is_some() { "*" } else { "" })
}

fn age(entry: &Entry, now: jiff::Timestamp) -> String {
    entry
        .created
        .map(|created| format::age(now.duration_since(created).as_secs()))
        .unwrap_or_default()
}
