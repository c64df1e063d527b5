//! metrics.csv: one row an epoch. Numbers are printed with as many digits as reading them back
//! exactly needs, so that equal trainings give equal bytes.

use std::ops::Range;

use crate::row::Row;
use runner_ground::error::{Error, Kind, Result};

/// Columns before the metrics.
const FIRST: [&str; 3] = ["epoch", "step", "lr"];
/// The column after them, in runs on a stand-in only: figures that cannot be taken for those of the real data.
pub const STAND_IN: &str = "stand_in";
/// The column after that, in runs with metrics such as `f1` of two classes: the class that they are of.
pub const POSITIVE_CLASS: &str = "positive_class";
/// Columns that say the same in each row, in their order.
const MARKS: [&str; 2] = [STAND_IN, POSITIVE_CLASS];

/// What a column that marks each row says.
pub type Mark<'a> = (&'static str, &'a str);
/// Columns after the metrics: the only ones that differ between two runs of one recipe.
const TIME: [&str; 2] = ["seconds", "samples_per_second"];

/// The file's bytes: a header, then one line an epoch. A metric that a row lacks is an empty cell, and so is
/// the learning rate of a model. What marks the run, such as the name of the data that stands in, is repeated in each row.
///
/// ```
/// use runner_results::metrics::{STAND_IN, from_csv, to_csv};
/// use runner_results::row::Row;
/// let row = Row {
///     epoch: 1, step: 20, lr: Some(1e-3), metrics: vec![("val_loss".into(), 0.25)],
///     seconds: 1.5, samples_per_second: 800.0,
/// };
/// let bytes = to_csv(&[row.clone()], &[]);
/// assert_eq!(bytes, b"epoch,step,lr,val_loss,seconds,samples_per_second\n1,20,0.001,0.25,1.5,800.0\n");
/// assert_eq!(from_csv(&bytes)?, [row.clone()]);
/// let bytes = to_csv(&[row.clone()], &[(STAND_IN, "digits")]);
/// assert!(bytes.starts_with(b"epoch,step,lr,stand_in,val_loss,seconds,samples_per_second\n1,20,0.001,digits,0.25"));
/// assert_eq!(from_csv(&bytes)?, [row]);
/// # Ok::<(), runner_ground::error::Error>(())
/// ```
pub fn to_csv(rows: &[Row], marks: &[Mark<'_>]) -> Vec<u8> {
    let names = metric_names(rows);
    let mut writer = csv::Writer::from_writer(Vec::new());
    let marked = marks.iter().map(|(column, _)| column);
    let header = FIRST.iter().chain(marked).chain(&names).chain(&TIME);
    // Writing into memory fails only for records of unequal length, and all have the header's.
    let mut written = writer.write_record(header);
    for row in rows {
        written = written.and_then(|()| writer.write_record(cells(row, marks, &names)));
    }
    debug_assert!(written.is_ok());
    writer.into_inner().unwrap_or_default()
}

/// The rows of a metrics.csv.
///
/// # Errors
/// [`Kind::Run`], naming line and column, when it is not what [`to_csv`] writes.
pub fn from_csv(bytes: &[u8]) -> Result<Vec<Row>> {
    let mut reader = csv::ReaderBuilder::new().has_headers(false).from_reader(bytes);
    let mut records = reader.records();
    let header = match records.next() {
        Some(header) => header.map_err(unreadable)?,
        None => return Err(bad("metrics.csv is empty: not even its header is there")),
    };
    let columns = check_header(&header)?;
    records
        .map(|record| row(&record.map_err(unreadable)?, &header, columns.clone()))
        .collect()
}

/// Names of metrics in the order in which they first appear.
fn metric_names(rows: &[Row]) -> Vec<&str> {
    let mut names: Vec<&str> = Vec::new();
    for (name, _) in rows.iter().flat_map(|row| &row.metrics) {
        if !names.contains(&name.as_str()) {
            names.push(name);
        }
    }
    names
}

fn cells(row: &Row, marks: &[Mark<'_>], names: &[&str]) -> Vec<String> {
    let lr = row.lr.map(number).unwrap_or_default();
    let first = [row.epoch.to_string(), row.step.to_string(), lr];
    let metrics = names
        .iter()
        .map(|name| row.metric(name).map(number).unwrap_or_default());
    let time = [number(row.seconds), number(row.samples_per_second)];
    let marks = marks.iter().map(|(_, value)| (*value).to_owned());
    first.into_iter().chain(marks).chain(metrics).chain(time).collect()
}

/// The shortest digits that read back as the same number.
fn number(x: f64) -> String {
    format!("{x:?}")
}

/// Checks the fixed columns and says which ones are metrics.
fn check_header(header: &csv::StringRecord) -> Result<Range<usize>> {
    let count = header.len().saturating_sub(TIME.len());
    let fixed = FIRST.iter().enumerate().chain((count..).zip(&TIME));
    for (index, &expected) in fixed {
        let found = header.get(index).unwrap_or_default();
        if found != expected || count < FIRST.len() {
            let message = format!("line 1, column {}: expected '{expected}', found '{found}'", index + 1);
            return Err(bad(message));
        }
    }
    let mut start = FIRST.len();
    for mark in MARKS {
        start += usize::from(start < count && header.get(start) == Some(mark));
    }
    let columns = start..count;
    for column in columns.clone() {
        let name = header.get(column);
        if (columns.start..column).any(|earlier| header.get(earlier) == name) {
            let name = name.unwrap_or_default();
            return Err(bad(format!(
                "line 1, column {}: '{name}' stands there twice",
                column + 1
            )));
        }
    }
    Ok(columns)
}

fn row(record: &csv::StringRecord, header: &csv::StringRecord, columns: Range<usize>) -> Result<Row> {
    let after = columns.end;
    let mut metrics = Vec::with_capacity(columns.len());
    for column in columns {
        if record.get(column) != Some("") {
            let name = header.get(column).unwrap_or_default();
            metrics.push((name.to_owned(), cell(record, header, column)?));
        }
    }
    Ok(Row {
        epoch: cell(record, header, 0)?,
        step: cell(record, header, 1)?,
        lr: match record.get(2) {
            Some("") => None,
            _ => Some(cell(record, header, 2)?),
        },
        metrics,
        seconds: cell(record, header, after)?,
        samples_per_second: cell(record, header, after + 1)?,
    })
}

fn cell<T: std::str::FromStr>(record: &csv::StringRecord, header: &csv::StringRecord, column: usize) -> Result<T> {
    let text = record.get(column).unwrap_or_default();
    text.parse().map_err(|_| {
        let line = record.position().map_or(0, csv::Position::line);
        let name = header.get(column).unwrap_or_default();
        bad(format!(
            "line {line}, column {} ({name}): '{text}' is not a number",
            column + 1
        ))
    })
}

fn unreadable(error: csv::Error) -> Error {
    match error.kind() {
        csv::ErrorKind::UnequalLengths { pos, expected_len, len } => {
            let line = pos.as_ref().map_or(0, csv::Position::line);
            bad(format!(
                "line {line}: {len} columns where the header has {expected_len}"
            ))
        }
        csv::ErrorKind::Utf8 { pos, err } => {
            let line = pos.as_ref().map_or(0, csv::Position::line);
            bad(format!("line {line}, column {}: not UTF-8", err.field() + 1))
        }
        _ => bad(error.to_string()),
    }
}

fn bad(message: impl Into<String>) -> Error {
    Error::new(Kind::Run, message).help("the file was cut off or changed by hand")
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn rows() -> impl Strategy<Value = Vec<Row>> {
        let names = prop::collection::btree_set("[ -~é\n]{1,12}", 0..5);
        names.prop_flat_map(|names| {
            let row = (
                any::<u64>(),
                any::<u64>(),
                (prop::option::of(any::<f64>()), any::<[f64; 2]>()),
                prop::collection::vec(any::<f64>(), names.len()),
            );
            prop::collection::vec(row, 1..20).prop_map(move |rows| {
                let row =
                    |(epoch, step, (lr, [seconds, samples_per_second]), values): (_, _, (_, [f64; 2]), Vec<f64>)| Row {
                        epoch,
                        step,
                        lr,
                        metrics: names.iter().cloned().zip(values).collect(),
                        seconds,
                        samples_per_second,
                    };
                rows.into_iter().map(row).collect()
            })
        })
    }

    proptest! {
        #[test]
        fn reads_back_what_was_written(rows in rows(), marks in prop::array::uniform2(prop::option::of("[ -~é]{1,12}"))) {
            let marks: Vec<Mark> = MARKS
                .into_iter()
                .zip(&marks)
                .filter_map(|(column, value)| Some((column, value.as_deref()?)))
                .collect();
            let bytes = to_csv(&rows, &marks);
            let back = from_csv(&bytes).unwrap();
            // NaN is not equal to itself: Debug prints every digit of every number.
            prop_assert_eq!(format!("{:?}", back), format!("{:?}", rows));
            prop_assert_eq!(to_csv(&back, &marks), bytes);
        }

        #[test]
        fn no_bytes_make_it_panic(bytes in prop::collection::vec(any::<u8>(), 0..200)) {
            let _ = from_csv(&bytes);
        }
    }

    #[test]
    fn a_metric_that_is_not_there_stays_away() {
        let mut rows = vec![example(1), example(2)];
        rows[0].metrics.clear();
        assert_eq!(from_csv(&to_csv(&rows, &[])).unwrap(), rows);
    }

    #[test]
    fn errors_name_line_and_column() {
        let header = "epoch,step,lr,val_loss,seconds,samples_per_second\n";
        let message = |text: &str| from_csv(text.as_bytes()).unwrap_err().to_string();
        assert!(message("").contains("empty"));
        assert!(message("epoch,step\n").contains("line 1, column 1"));
        assert!(
            message("epoch,stop,lr,seconds,samples_per_second\n").contains("column 2: expected 'step', found 'stop'")
        );
        assert!(message("epoch,step,lr,a,a,seconds,samples_per_second\n").contains("column 5: 'a' stands there twice"));
        assert!(
            message(&format!("{header}1,2,0.1,0.5,1.0,1.0\n2,3,0.1,x,1.0,1.0\n"))
                .contains("line 3, column 4 (val_loss): 'x'")
        );
        assert!(message(&format!("{header}1,2,0.1,0.5\n")).contains("line 2: 4 columns where the header has 6"));
    }

    fn example(epoch: u64) -> Row {
        Row {
            epoch,
            step: epoch * 10,
            lr: Some(1e-3),
            metrics: vec![("val_loss".to_owned(), 0.1 + 0.2)],
            seconds: 1.0,
            samples_per_second: 10.0,
        }
    }
}
