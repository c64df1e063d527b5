//! Rows of metrics.csv beside each other, times left out.

use serde::Serialize;

use runner_results::row::Row;

/// A figure of an epoch in two trainings; none where one of them has no such figure.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Cell {
    /// The epoch, counted from 1.
    pub epoch: u64,
    /// The column of metrics.csv; `epoch` itself for one that only one of them has.
    pub column: String,
    /// In the first training.
    pub was: Option<f64>,
    /// In the second.
    pub now: Option<f64>,
}

impl Cell {
    /// Whether both are the same number, to the bit.
    pub fn is_same(&self) -> bool {
        match (self.was, self.now) {
            (Some(was), Some(now)) => was.to_bits() == now.to_bits() || (was.is_nan() && now.is_nan()),
            (was, now) => was.is_none() && now.is_none(),
        }
    }
}

/// Every figure of both, epoch by epoch, in the order of the columns.
pub fn cells(was: &[Row], now: &[Row]) -> Vec<Cell> {
    let mut cells = Vec::new();
    for index in 0..was.len().max(now.len()) {
        let (was, now) = (was.get(index), now.get(index));
        match (was, now) {
            (Some(was), Some(now)) => {
                for column in columns(was, now) {
                    let (was, now) = (value(was, &column), value(now, &column));
                    cells.push(Cell {
                        epoch: index as u64 + 1,
                        column,
                        was,
                        now,
                    });
                }
            }
            (was, now) => {
                let epoch = |row: &Row| row.epoch as f64;
                cells.push(Cell {
                    epoch: index as u64 + 1,
                    column: "epoch".to_owned(),
                    was: was.map(epoch),
                    now: now.map(epoch),
                });
            }
        }
    }
    cells
}

/// The figures that are not the same to the bit.
pub fn differences(was: &[Row], now: &[Row]) -> Vec<Cell> {
    let mut cells = cells(was, now);
    cells.retain(|cell| !cell.is_same());
    cells
}

fn columns(was: &Row, now: &Row) -> Vec<String> {
    let metrics = was.metrics.iter().map(|(name, _)| name);
    let added = now.metrics.iter().map(|(name, _)| name);
    let added = added.filter(|name| was.metric(name).is_none());
    let metrics = metrics.chain(added).cloned();
    ["step", "lr"].map(str::to_owned).into_iter().chain(metrics).collect()
}

fn value(row: &Row, column: &str) -> Option<f64> {
    match column {
        "step" => Some(row.step as f64),
        "lr" => row.lr,
        name => row.metric(name),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn row(epoch: u64, metrics: &[(&str, f64)]) -> Row {
        Row {
            epoch,
            step: epoch * 10,
            lr: Some(0.1),
            metrics: metrics.iter().map(|&(name, value)| (name.to_owned(), value)).collect(),
            seconds: epoch as f64,
            samples_per_second: 1.0 / epoch as f64,
        }
    }

    #[test]
    fn bits_count_and_times_do_not() {
        let was = [row(1, &[("loss", 0.5), ("r2", f64::NAN)]), row(2, &[("loss", 0.0)])];
        let mut now = was.clone();
        now[0].seconds = 7.0;
        assert_eq!(differences(&was, &now), []);
        now[1].metrics[0].1 = -0.0;
        let found = differences(&was, &now);
        assert_eq!((found.len(), found[0].epoch, found[0].column.as_str()), (1, 2, "loss"));
    }

    #[test]
    fn what_only_one_has_differs() {
        let was = [row(1, &[("loss", 0.5)]), row(2, &[("loss", 0.4)])];
        let now = [row(1, &[("loss", 0.5), ("accuracy", 0.9)])];
        let told: Vec<_> = differences(&was, &now)
            .into_iter()
            .map(|cell| (cell.epoch, cell.column, cell.was, cell.now))
            .collect();
        let expected = [
            (1, "accuracy".to_owned(), None, Some(0.9)),
            (2, "epoch".to_owned(), Some(2.0), None),
        ];
        assert_eq!(told, expected);
    }
}
