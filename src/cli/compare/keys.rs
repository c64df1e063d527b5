//! The keys that differ as rows, the entries as columns: for few entries whose keys are too many for a row.

use comfy_table::{ColumnConstraint, ContentArrangement, Table};

use crate::output::NO_LINES;
use runner_compare::Comparison;
use runner_ground::text::one_line;

/// The table in at most `width` columns; long values go over several lines. `None` where the entries are too many.
pub fn table(comparison: &Comparison, width: usize) -> Option<String> {
    let longest = comparison
        .keys
        .iter()
        .map(|key| key.path.chars().count())
        .max()?
        .max(12);
    let left = width.checked_sub(longest + 2)?;
    if left / comparison.entries.len() < 12 {
        return None;
    }
    let mut table = Table::new();
    table
        .load_style(NO_LINES)
        .set_content_arrangement(ContentArrangement::Dynamic);
    table.set_width(u16::try_from(width).unwrap_or(u16::MAX));
    let labels = comparison.entries.iter().map(|entry| entry.label.clone());
    table.set_header(std::iter::once("what differs".to_owned()).chain(labels));
    for key in &comparison.keys {
        let values = key.values.iter().map(|value| one_line(value.as_deref().unwrap_or("–")));
        table.add_row(std::iter::once(one_line(&key.path)).chain(values));
    }
    for (index, column) in table.column_iter_mut().enumerate() {
        column.set_padding((0, 2));
        if index == 0 {
            column.set_constraint(ColumnConstraint::ContentWidth);
        }
    }
    Some(table.lines().map(|line| format!("{}\n", line.trim_end())).collect())
}
