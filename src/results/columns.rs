//! metrics.csv by its columns: what curves, tables and comparisons ask for.

use super::folder::{RunFolder, file};
use super::metrics;
use crate::row::Row;
use runner_ground::error::Result;

/// Longer metrics are not read.
const CAP: u64 = 64 << 20;

/// The columns of a run's metrics, one value an epoch each.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Columns {
    /// The epochs, counted from 1.
    pub epochs: Vec<u64>,
    /// Learning rate of each epoch's last step; NaN where there is none.
    pub lr: Vec<f64>,
    /// Each metric with its values, in the order in which metrics first appear; NaN where an epoch has none.
    pub metrics: Vec<(String, Vec<f64>)>,
    /// Wall-clock seconds of each epoch.
    pub seconds: Vec<f64>,
}

impl Columns {
    /// The columns of these rows.
    ///
    /// ```
    /// use runner_results::{Columns, metrics};
    /// let rows = metrics::from_csv(b"epoch,step,lr,val_loss,seconds,samples_per_second\n1,20,0.1,0.5,1.5,800\n")?;
    /// let columns = Columns::of(&rows);
    /// assert_eq!(columns.metric("val_loss"), Some(&[0.5][..]));
    /// assert_eq!(columns.metric("val_accuracy"), None);
    /// # Ok::<(), runner_ground::error::Error>(())
    /// ```
    pub fn of(rows: &[Row]) -> Self {
        let mut columns = Self {
            epochs: rows.iter().map(|row| row.epoch).collect(),
            lr: rows.iter().map(|row| row.lr.unwrap_or(f64::NAN)).collect(),
            metrics: Vec::new(),
            seconds: rows.iter().map(|row| row.seconds).collect(),
        };
        for (index, row) in rows.iter().enumerate() {
            for (place, (name, value)) in row.metrics.iter().enumerate() {
                columns.put(index, place, name, *value, rows.len());
            }
        }
        columns
    }

    /// The metrics of a run; none where no epoch has ended yet.
    ///
    /// # Errors
    /// When metrics.csv is there but damaged, with its path, line and column.
    pub fn read(folder: &RunFolder) -> Result<Self> {
        let path = folder.file(file::METRICS);
        if !path.exists() {
            return Ok(Self::default());
        }
        let rows = folder
            .read(file::METRICS, CAP)
            .and_then(|bytes| metrics::from_csv(&bytes).map_err(|error| error.context(path.display())));
        Ok(Self::of(&rows?))
    }

    /// The values of a metric by name.
    #[must_use]
    pub fn metric(&self, name: &str) -> Option<&[f64]> {
        let found = self.metrics.iter().find(|(known, _)| known == name);
        found.map(|(_, values)| values.as_slice())
    }

    fn put(&mut self, index: usize, place: usize, name: &str, value: f64, rows: usize) {
        // Rows have their metrics in one order, so most are found where they were in the row before.
        let there = self.metrics.get(place).is_some_and(|(known, _)| known == name);
        let place = if there {
            Some(place)
        } else {
            self.metrics.iter().position(|(known, _)| known == name)
        };
        let place = place.unwrap_or_else(|| {
            self.metrics.push((name.to_owned(), vec![f64::NAN; rows]));
            self.metrics.len() - 1
        });
        self.metrics[place].1[index] = value;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_metric_that_comes_and_goes_has_holes() {
        let row = |epoch: u64, metrics: &[(&str, f64)]| Row {
            epoch,
            step: epoch,
            lr: Some(0.1),
            metrics: metrics
                .iter()
                .map(|(name, value)| ((*name).to_owned(), *value))
                .collect(),
            seconds: 1.0,
            samples_per_second: 1.0,
        };
        let columns = Columns::of(&[row(1, &[("a", 1.0)]), row(2, &[("b", 2.0), ("a", 3.0)]), row(3, &[])]);
        assert_eq!(format!("{:?}", columns.metric("a").unwrap()), "[1.0, 3.0, NaN]");
        assert_eq!(format!("{:?}", columns.metric("b").unwrap()), "[NaN, 2.0, NaN]");
        assert_eq!(Columns::of(&[]), Columns::default());
    }
}
