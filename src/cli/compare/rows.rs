//! The table of entries, a row each, with as many columns as fit.

use comfy_table::{CellAlignment, ContentArrangement, Table};

use crate::output::NO_LINES;
use runner_compare::statistics::Estimate;
use runner_compare::{Comparison, Entry, Run, estimate_text};
use runner_ground::text::format;
use runner_ground::text::one_line;

/// A terminal shows no more entries than this: the best.
pub const MOST_ROWS: usize = 40;
/// A value of a recipe is cut to this many columns.
const WIDEST_VALUE: usize = 28;
/// A key is broken at dots into lines of about this many columns.
const WIDEST_TITLE: usize = 16;
/// Above any number of keys: the columns that go before those of keys, in this order from the last.
const LAST: usize = 1_000_000;
const TEST: usize = LAST + 1;
const TIME: usize = LAST + 2;
const PARAMETERS: usize = LAST + 3;
const EPOCHS: usize = LAST + 4;

/// A column and how easily it can be done without: the largest goes first, those of 0 stay.
#[derive(Clone)]
pub struct Column {
    pub title: String,
    right: bool,
    expendable: usize,
    cells: Vec<String>,
}

impl Column {
    fn new(title: impl Into<String>, right: bool, expendable: usize, cells: Vec<String>) -> Self {
        let title = title.into();
        Self {
            title,
            right,
            expendable,
            cells,
        }
    }

    fn is_empty(&self) -> bool {
        self.cells.iter().all(String::is_empty)
    }
}

/// The columns of a comparison; `keys` says whether those of the recipes are among them.
pub fn of_entries(comparison: &Comparison, keys: bool) -> Vec<Column> {
    let entries: Vec<&Entry> = comparison.entries.iter().take(MOST_ROWS).collect();
    let runs = &comparison.runs;
    let each = |cell: &dyn Fn(&Entry) -> String| entries.iter().map(|entry| cell(entry)).collect::<Vec<_>>();
    let mut columns = vec![
        Column::new("", false, 0, each(&|entry| entry.label.clone())),
        Column::new("run", false, 0, each(&|entry| name(comparison, entry))),
    ];
    if comparison.entries.iter().any(|entry| entry.status(runs) != "finished") {
        columns.push(Column::new("status", false, 0, each(&|entry| entry.status(runs))));
    }
    let shown = comparison.keys.iter().enumerate().filter(|_| keys);
    columns.extend(shown.map(|(index, key)| {
        let cells = key
            .values
            .iter()
            .take(MOST_ROWS)
            .map(|value| cut(value.as_deref().unwrap_or("–")));
        Column::new(key.path.clone(), false, index + 1, cells.collect())
    }));
    let metric = comparison.metric.as_str();
    let is_test = metric.starts_with("test_");
    let reached = &comparison.reached[..entries.len()];
    let best = reached.iter().map(|reached| figure(metric, reached.estimate()));
    let title = if is_test {
        metric.to_owned()
    } else {
        format!("best {metric}")
    };
    columns.push(Column::new(title, false, 0, best.collect()));
    if !is_test {
        let last = reached.iter().map(|reached| figure(metric, reached.last_estimate()));
        columns.push(Column::new("last", false, LAST, last.collect()));
    }
    if let Some(name) = main_test(comparison).filter(|name| *name != metric) {
        let goal = runner_metric::goal(name).unwrap_or(comparison.goal);
        let cell = |entry: &Entry| figure(name, entry.reached(runs, name, goal).estimate());
        columns.push(Column::new(name.replacen('_', " ", 1), false, TEST, each(&cell)));
    }
    columns.push(Column::new(
        "time",
        true,
        TIME,
        each(&|entry| format::seconds(entry.seconds(runs))),
    ));
    let parameters = |entry: &Entry| {
        entry
            .example(runs)
            .parameters
            .map_or_else(|| "–".to_owned(), format::count)
    };
    columns.push(Column::new("parameters", true, PARAMETERS, each(&parameters)));
    columns.push(Column::new("epochs", true, EPOCHS, each(&|entry| epochs(entry, runs))));
    columns.retain(|column| column.expendable == 0 || !column.is_empty());
    columns
}

/// The columns without those that every table can do without.
pub fn essential(mut columns: Vec<Column>) -> Vec<Column> {
    columns.retain(|column| column.expendable < TIME);
    columns
}

/// The columns of the runs of one entry, by seed.
pub fn of_runs(comparison: &Comparison, entry: &Entry) -> Vec<Column> {
    let runs: Vec<&Run> = entry
        .runs
        .iter()
        .take(MOST_ROWS)
        .map(|&run| &comparison.runs[run])
        .collect();
    let each = |cell: &dyn Fn(&Run) -> String| runs.iter().map(|run| cell(run)).collect::<Vec<_>>();
    let (metric, goal) = (comparison.metric.as_str(), comparison.goal);
    let value = |run: &Run, name: &str, last: bool| {
        let reading = run.reading(name, goal);
        reading
            .map(|reading| runner_metric::shown(name, if last { reading.last } else { reading.best }))
            .unwrap_or_default()
    };
    let mut columns = vec![
        Column::new(
            "seed",
            true,
            0,
            each(&|run| run.seed().map(|seed| seed.to_string()).unwrap_or_default()),
        ),
        Column::new("run", false, 0, each(&|run| run.name.clone())),
        Column::new("status", false, 0, each(&|run| run.status.to_owned())),
        Column::new(metric, false, 0, each(&|run| value(run, metric, false))),
    ];
    if !metric.starts_with("test_") {
        columns.push(Column::new("last", false, LAST, each(&|run| value(run, metric, true))));
    }
    if let Some(name) = main_test(comparison).filter(|name| *name != metric) {
        columns.push(Column::new(
            name.replacen('_', " ", 1),
            false,
            TEST,
            each(&|run| value(run, name, false)),
        ));
    }
    columns.push(Column::new(
        "time",
        true,
        TIME,
        each(&|run| format::seconds(run.seconds)),
    ));
    columns.push(Column::new("epochs", true, EPOCHS, each(&|run| run.epochs.to_string())));
    columns
}

/// The table with as many columns as fit into `width`, and the titles of those that do not.
pub fn fit(mut columns: Vec<Column>, width: Option<usize>) -> (String, Vec<String>) {
    let mut left_out = Vec::new();
    loop {
        let text = draw(&columns);
        let most = columns.iter().map(|column| column.expendable).max().unwrap_or(0);
        if most == 0 || width.is_none_or(|width| widest(&text) <= width) {
            return (text, left_out);
        }
        columns.retain(|column| {
            let stays = column.expendable != most;
            if !stays && most < LAST {
                left_out.insert(0, column.title.clone());
            }
            stays
        });
    }
}

/// The table of these columns.
pub fn draw(columns: &[Column]) -> String {
    let mut table = Table::new();
    table
        .load_style(NO_LINES)
        .set_content_arrangement(ContentArrangement::Disabled);
    table.set_header(columns.iter().map(|column| broken(&column.title)));
    for row in 0..columns.iter().map(|column| column.cells.len()).max().unwrap_or(0) {
        table.add_row(columns.iter().map(|column| one_line(&column.cells[row])));
    }
    for (drawn, column) in table.column_iter_mut().zip(columns) {
        drawn.set_cell_alignment(if column.right {
            CellAlignment::Right
        } else {
            CellAlignment::Left
        });
        drawn.set_padding((0, 2));
    }
    table.lines().map(|line| format!("{}\n", line.trim_end())).collect()
}

/// A long key over several lines, so that its values do not stand in a column as wide as its name.
fn broken(title: &str) -> String {
    let mut lines = vec![String::new()];
    for (index, part) in title.split('.').enumerate() {
        let part = if index == 0 {
            one_line(part)
        } else {
            format!(".{}", one_line(part))
        };
        match lines.last_mut() {
            Some(line) if line.is_empty() || line.len() + part.len() <= WIDEST_TITLE => line.push_str(&part),
            _ => lines.push(part),
        }
    }
    lines.join("\n")
}

/// Columns of the widest line.
pub fn widest(text: &str) -> usize {
    text.lines().map(console::measure_text_width).max().unwrap_or(0)
}

/// A mean with what it may be off, or a single value.
pub fn figure(metric: &str, found: Option<Estimate>) -> String {
    found.map(|found| estimate_text(metric, found)).unwrap_or_default()
}

/// The first metric of the test part, which is the one that people ask for first.
pub fn main_test(comparison: &Comparison) -> Option<&str> {
    comparison
        .runs
        .iter()
        .find_map(|run| run.test.first())
        .map(|(name, _)| name.as_str())
}

/// What an entry is called where all are of one recipe: by its run alone.
fn name(comparison: &Comparison, entry: &Entry) -> String {
    let runs = &comparison.runs;
    let star = if entry.example(runs).stands_in { "*" } else { "" };
    if entry.runs.len() > 1 {
        let seeds = seeds(entry, runs);
        return match comparison.recipe() {
            Some(_) => format!("{seeds}{star}"),
            None => format!("{}{star}, {seeds}", entry.name),
        };
    }
    let name = match comparison.recipe() {
        Some(_) => entry.name.rsplit('/').next().unwrap_or(&entry.name),
        None => &entry.name,
    };
    format!("{name}{star}")
}

/// `seeds 0-4`, or `seeds 1, 5, 9`, or how many.
fn seeds(entry: &Entry, runs: &[Run]) -> String {
    let mut seeds: Vec<u64> = entry.runs.iter().filter_map(|&run| runs[run].seed()).collect();
    seeds.sort_unstable();
    seeds.dedup();
    match seeds.as_slice() {
        [only] => format!("{} runs of seed {only}", entry.runs.len()),
        [first, .., last] if last - first == seeds.len() as u64 - 1 => format!("seeds {first}-{last}"),
        _ if seeds.len() <= 4 => {
            let seeds: Vec<String> = seeds.iter().map(u64::to_string).collect();
            format!("seeds {}", seeds.join(", "))
        }
        _ => format!("{} seeds", seeds.len()),
    }
}

/// Epochs done: one number, or from the fewest to the most.
fn epochs(entry: &Entry, runs: &[Run]) -> String {
    let all = entry.runs.iter().map(|&run| runs[run].epochs);
    match (all.clone().min(), all.max()) {
        (Some(low), Some(high)) if low != high => format!("{low}-{high}"),
        (Some(one), _) => one.to_string(),
        _ => String::new(),
    }
}

fn cut(value: &str) -> String {
    console::truncate_str(&one_line(value), WIDEST_VALUE, "…").into_owned()
}
