//! From cells to features: gaps filled and categories encoded by what the training rows hold.

use super::super::table_column::ColumnInfo;
use super::cells::{Cells, Dictionaries, MISSING, Values};
use super::learnt::{self, Learnt};
use super::plan::Plan;
use super::profile::shown;
use super::{MAX_CELLS, MAX_NAMES_BYTES};
use runner_ground::error::{Error, Kind, Result};

/// What the training rows have taught about every column.
pub(super) struct Encoder {
    columns: Vec<Learnt>,
}

impl Encoder {
    /// Learns from these rows, the training part.
    pub fn fit(plan: &Plan, dictionaries: &Dictionaries, cells: &Cells, rows: &[u32]) -> Result<Self> {
        let columns = plan.columns.iter().zip(&cells.columns).enumerate();
        let columns = columns.map(|(i, (column, values))| match values {
            Values::Numbers(numbers) => learnt::number(column, pick(numbers, rows)),
            Values::Codes(codes) => learnt::category(column, dictionaries.words(i), pick(codes, rows)),
        });
        Ok(Self {
            columns: columns.collect::<Result<_>>()?,
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
        let names = self.columns.iter().flat_map(|column| match column {
            Learnt::Category {
                name,
                words,
                one_hot: true,
                ..
            } => words.iter().map(|word| format!("{name}={word}")).collect(),
            Learnt::Number { name, .. } | Learnt::Category { name, .. } => vec![name.clone()],
        });
        Ok(names.collect())
    }

    /// The features of these rows, row-major.
    pub fn encode(&self, cells: &Cells, rows: &[u32]) -> Result<Vec<f32>> {
        let size = rows.len().checked_mul(self.width()).filter(|&size| size <= MAX_CELLS);
        let size = size.ok_or_else(|| {
            let message = format!(
                "{} rows of {} features are more than the {MAX_CELLS} numbers that are held",
                rows.len(),
                self.width()
            );
            Error::new(Kind::Data, message).help("drop columns with many categories, or encode them as 'ordinal'")
        })?;
        let mut features = Vec::with_capacity(size);
        for &row in rows {
            for (column, values) in self.columns.iter().zip(&cells.columns) {
                column.push(values, row as usize, &mut features);
            }
        }
        Ok(features)
    }

    /// What was learnt of every column, for users of the network.
    pub fn columns(&self) -> Vec<ColumnInfo> {
        self.columns.iter().map(Learnt::info).collect()
    }

    /// What was learnt, and what was done with it to these files, for the user.
    pub fn notes(&self, files: [Option<&Cells>; 3]) -> Vec<String> {
        let gaps = |i: usize| -> usize {
            let columns = files.iter().flatten().filter_map(|cells| cells.columns.get(i));
            columns.map(Values::gaps).sum()
        };
        let columns = self.columns.iter().enumerate();
        let filled: Vec<String> = columns.filter_map(|(i, column)| column.fill_note(gaps(i))).collect();
        let encoded: Vec<String> = self.columns.iter().filter_map(Learnt::category_note).collect();
        let line =
            |label: &str, parts: Vec<String>| (!parts.is_empty()).then(|| format!("{label}: {}", parts.join(", ")));
        [line("filled from the training part", filled), line("encoded", encoded)]
            .into_iter()
            .flatten()
            .collect()
    }

    /// Says where the files have categories that the training rows have not.
    pub fn unseen_notes(&self, plan: &Plan, files: [Option<&Cells>; 3]) -> Vec<String> {
        let note = |(i, learnt): (usize, &Learnt)| {
            let Learnt::Category { places, one_hot, .. } = learnt else {
                return None;
            };
            let unseen = |code: &u32| *code != MISSING && places.get(*code as usize).copied().flatten().is_none();
            let count = |cells: &Cells| match cells.columns.get(i) {
                Some(Values::Codes(codes)) => codes.iter().filter(|code| unseen(code)).count(),
                _ => 0,
            };
            let cells: usize = files.into_iter().flatten().map(count).sum();
            let name = shown(&plan.columns.get(i)?.name);
            let code = if *one_hot { "all zeros" } else { "-1" };
            (cells > 0).then(|| {
                format!(
                    "'{name}': {cells} held-out rows have a category that the training part has not, encoded as {code}"
                )
            })
        };
        self.columns.iter().enumerate().filter_map(note).collect()
    }
}

fn pick<T: Copy>(values: &[T], rows: &[u32]) -> Vec<T> {
    rows.iter()
        .filter_map(|&row| values.get(row as usize).copied())
        .collect()
}
