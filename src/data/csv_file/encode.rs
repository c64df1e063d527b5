//! From cells to features: gaps filled and categories encoded by what the training rows hold.

use super::super::settings::Normalize;
use super::super::table_column::ColumnInfo;
use super::learnt::{self, Encoded, Learnt};
use super::options::ColumnType;
use super::plan::Plan;
use super::table::{Table, Values};
use super::{MAX_CELLS, MAX_NAMES_BYTES};
use runner_ground::error::{Error, Kind, Result};
use runner_ground::text::clip as shown;
use runner_ground::text::format;

/// Rows that are encoded together.
const BLOCK: usize = 16;

/// What the training rows have taught about every column.
pub(super) struct Encoder {
    columns: Vec<Learnt>,
    /// Their places in the file.
    places: Vec<usize>,
}

impl Encoder {
    /// Learns from these rows, the training part; `normalize` is how columns are scaled of which nothing else is said.
    pub fn fit(plan: &Plan, table: &Table, rows: &[u32], normalize: Normalize) -> Result<Self> {
        let each = |column: &super::plan::Column| {
            let read = table.columns.get(column.place);
            let by_value = plan.reader.by_value();
            // Places in an order are amounts; 0 and 1 of categories mean something as they are.
            let indicators =
                column.kind == ColumnType::Category && column.categories == super::options::Categories::OneHot;
            let own = if indicators && by_value {
                Normalize::None
            } else {
                normalize
            };
            let scale = column.scale.unwrap_or(own);
            match read.map(|read| (&read.values, &read.dictionary.words)) {
                Some((Values::Numbers(numbers), _)) => learnt::number(column, scale, pick(numbers, rows), by_value),
                Some((Values::Codes(codes), words)) => {
                    learnt::category(column, scale, words, pick(codes, rows), by_value)
                }
                _ => Err(Error::new(
                    Kind::Failure,
                    format!("column '{}' was not read", shown(&column.name)),
                )),
            }
        };
        Ok(Self {
            columns: plan.columns.iter().map(each).collect::<Result<_>>()?,
            places: plan.columns.iter().map(|column| column.place).collect(),
        })
    }

    /// Features of a row.
    pub fn width(&self) -> usize {
        self.columns.iter().map(Learnt::width).sum()
    }

    /// Names of the features: the column's, or `column=category`.
    pub fn names(&self) -> Result<Vec<String>> {
        let bytes: usize = self.columns.iter().map(Learnt::name_bytes).sum();
        if bytes > MAX_NAMES_BYTES {
            let message = format!(
                "the names of features and categories take more than the {MAX_NAMES_BYTES} bytes that are kept"
            );
            let help = "drop columns with many categories, or shorten their names";
            return Err(Error::new(Kind::Data, message).help(help));
        }
        let names = self.columns.iter().flat_map(|column| match &column.kind {
            Encoded::Category {
                words, one_hot: true, ..
            } => words.iter().map(|word| format!("{}={word}", column.name)).collect(),
            Encoded::Number { .. } | Encoded::Category { .. } => vec![column.name.clone()],
        });
        Ok(names.collect())
    }

    /// How each feature is scaled.
    pub fn scales(&self) -> Vec<Normalize> {
        let columns = self.columns.iter();
        columns
            .flat_map(|column| std::iter::repeat_n(column.scale, column.width()))
            .collect()
    }

    /// The features of these rows, row-major.
    pub fn encode(&self, table: &Table, rows: &[u32]) -> Result<Vec<f64>> {
        let size = rows.len().checked_mul(self.width()).filter(|&size| size <= MAX_CELLS);
        let size = size.ok_or_else(|| {
            let message = format!(
                "{} rows of {} features are more than the {MAX_CELLS} numbers that are held",
                rows.len(),
                self.width()
            );
            Error::new(Kind::Data, message).help("drop columns with many categories, or encode them as 'ordinal'")
        })?;
        let width = self.width();
        let mut features = vec![0.0; size];
        // As the table is read: column after column, a few rows at a time.
        for (rows, features) in rows.chunks(BLOCK).zip(features.chunks_mut((BLOCK * width).max(1))) {
            let mut place = 0;
            for (column, values) in self.with(table) {
                for (&row, features) in rows.iter().zip(features.chunks_exact_mut(width)) {
                    column.write(values, row as usize, &mut features[place..][..column.width()]);
                }
                place += column.width();
            }
        }
        Ok(features)
    }

    /// What was learnt of every column, for users of the network.
    pub fn columns(&self) -> Vec<ColumnInfo> {
        self.columns.iter().map(Learnt::info).collect()
    }

    /// What was learnt, and what was done with it to the rows of these files, for the user.
    pub fn notes(&self, files: &[(&Table, &[u32])], by_value: bool) -> Vec<String> {
        let gaps = |i: usize| -> usize {
            let gap = |table: &Table, rows: &[u32]| {
                rows.iter()
                    .filter(|&&row| table.missing(self.places[i], row as usize))
                    .count()
            };
            files.iter().map(|(table, rows)| gap(table, rows)).sum()
        };
        let columns = self.columns.iter().enumerate();
        let filled: Vec<String> = columns.filter_map(|(i, column)| column.fill_note(gaps(i))).collect();
        let encoded: Vec<String> = self.columns.iter().filter_map(Learnt::category_note).collect();
        let line =
            |label: &str, parts: Vec<String>| (!parts.is_empty()).then(|| format!("{label}: {}", parts.join(", ")));
        let mut notes: Vec<String> = [line("filled from the training part", filled), line("encoded", encoded)]
            .into_iter()
            .flatten()
            .collect();
        if by_value {
            notes.extend(self.scale_note());
        }
        notes.extend(self.unseen_notes(files));
        notes
    }

    /// How many inputs there are, and how each is scaled.
    fn scale_note(&self) -> Option<String> {
        let count = |scale: Normalize| {
            let columns = self.columns.iter().filter(|column| column.scale == scale);
            columns.map(Learnt::width).sum::<usize>()
        };
        let one_hot = self
            .columns
            .iter()
            .filter(|column| column.width() != 1 || column.category_note().is_some());
        one_hot.clone().next()?;
        let parts = [
            (count(Normalize::Standardize), "standardized"),
            (count(Normalize::Symmetric), "scaled to -1 … 1"),
            (count(Normalize::None), "as they are"),
        ];
        let parts: Vec<String> = parts
            .iter()
            .filter(|(count, _)| *count > 0)
            .map(|(n, how)| format!("{} {how}", format::count(*n as u64)))
            .collect();
        Some(format!(
            "{} inputs of {} columns: {}",
            format::count(self.width() as u64),
            format::count(self.columns.len() as u64),
            parts.join(", ")
        ))
    }

    /// Says where the files have categories that the training rows have not.
    fn unseen_notes(&self, files: &[(&Table, &[u32])]) -> Vec<String> {
        let note = |(learnt, &place): (&Learnt, &usize)| {
            let unseen = |(table, rows): &(&Table, &[u32])| match table.columns.get(place).map(|read| &read.values) {
                Some(Values::Codes(codes)) => rows
                    .iter()
                    .filter(|&&row| learnt.is_unseen(codes[row as usize]))
                    .count(),
                _ => 0,
            };
            let cells: usize = files.iter().map(unseen).sum();
            let name = shown(&learnt.name);
            let code = if matches!(learnt.kind, Encoded::Category { one_hot: true, .. }) {
                "all zeros"
            } else {
                "-1"
            };
            (cells > 0).then(|| {
                format!(
                    "'{name}': {cells} held-out rows have a category that the training part has not, encoded as {code}"
                )
            })
        };
        self.columns.iter().zip(&self.places).filter_map(note).collect()
    }

    fn with<'a>(&'a self, table: &'a Table) -> impl Iterator<Item = (&'a Learnt, &'a Values)> {
        let columns = self.columns.iter().zip(&self.places);
        columns.filter_map(|(learnt, &place)| Some((learnt, &table.columns.get(place)?.values)))
    }
}

fn pick<T: Copy>(values: &[T], rows: &[u32]) -> Vec<T> {
    rows.iter()
        .filter_map(|&row| values.get(row as usize).copied())
        .collect()
}
