//! Curves of entries: one run's values, or the mean over seeds with its interval.

use super::Comparison;
use super::entry::Entry;
use super::statistics::estimate;

/// A metric by epochs.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Curve {
    /// Epoch and value, or mean over seeds.
    pub points: Vec<(f64, f64)>,
    /// Epoch, low and high end of the mean's 95 % interval; empty for a single run.
    pub band: Vec<(f64, f64, f64)>,
}

impl Comparison {
    /// The curve of an entry. Over seeds: of the epochs that all of them have, since a mean over fewer and fewer would
    /// move by who is missing.
    #[must_use]
    pub fn curve(&self, entry: &Entry, metric: &str) -> Curve {
        let counted: Vec<usize> = entry.counted.values().copied().collect();
        let newest: Vec<usize> = entry.runs.last().copied().into_iter().collect();
        let of = if counted.is_empty() { newest } else { counted };
        let columns = of.iter().map(|&run| &self.runs[run].columns);
        let all: Vec<(&[u64], &[f64])> = columns
            .filter_map(|columns| Some((columns.epochs.as_slice(), columns.metric(metric)?)))
            .collect();
        let Some((epochs, first)) = all.first() else {
            return Curve::default();
        };
        if let [_] = all.as_slice() {
            let points = epochs
                .iter()
                .zip(*first)
                .map(|(&epoch, &value)| (epoch as f64, value))
                .collect();
            return Curve {
                points,
                band: Vec::new(),
            };
        }
        let shared = all.iter().map(|(_, values)| values.len()).min().unwrap_or(0);
        let mut curve = Curve::default();
        for (index, &epoch) in epochs.iter().enumerate().take(shared) {
            let values: Vec<f64> = all.iter().map(|(_, values)| values[index]).collect();
            let (epoch, found) = (epoch as f64, estimate(&values));
            let Some(found) = found.filter(|found| found.mean.is_finite()) else {
                curve.points.push((epoch, f64::NAN));
                continue;
            };
            curve.points.push((epoch, found.mean));
            if let Some(half) = found.half {
                curve.band.push((epoch, found.mean - half, found.mean + half));
            }
        }
        curve
    }
}
