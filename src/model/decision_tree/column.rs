//! One feature of all samples, sorted once: from then on nodes hold contiguous parts of it, each in the order of its
//! values.

/// A sample in the order of a feature.
#[derive(Clone, Copy, Debug, Default)]
pub struct Entry {
    /// The place of its value among the distinct values.
    pub rank: u32,
    /// The sample.
    pub row: u32,
}

/// A feature.
pub struct Column {
    /// Distinct values, ascending.
    values: Vec<f64>,
    /// All samples; those of a node stand together, sorted by value, equal ones by row.
    pub entries: Vec<Entry>,
    /// Room for those that go right.
    right: Vec<Entry>,
}

impl Column {
    /// Feature `index` of samples of `width` numbers.
    pub fn new(features: &[f64], width: usize, index: usize) -> Self {
        // -0 and 0 are one value: no threshold lies between them.
        let column = features.chunks_exact(width).map(|sample| sample[index] + 0.0);
        let mut sorted: Vec<(f64, u32)> = column.zip(0..).collect();
        sorted.sort_unstable_by(|a, b| a.0.total_cmp(&b.0).then(a.1.cmp(&b.1)));
        let mut values: Vec<f64> = Vec::new();
        let mut entries = Vec::with_capacity(sorted.len());
        for (value, row) in sorted {
            if values.last().is_none_or(|last| last.total_cmp(&value).is_ne()) {
                values.push(value);
            }
            let rank = (values.len() - 1) as u32;
            entries.push(Entry { rank, row });
        }
        Self {
            values,
            right: Vec::new(),
            entries,
        }
    }

    /// Whether all samples from `start` to `end` have one value.
    pub fn is_constant(&self, start: usize, end: usize) -> bool {
        self.entries[start].rank == self.entries[end - 1].rank
    }

    /// The threshold between the sample before `place` and that at it: half-way between their values, of which the
    /// first is not larger than it and the second is.
    pub fn threshold(&self, place: usize) -> f64 {
        let [below, above] = [place - 1, place].map(|place| self.values[self.entries[place].rank as usize]);
        let middle = f64::midpoint(below, above);
        if middle < above { middle } else { below }
    }

    /// Brings the samples from `start` to `end` that go left before those that go right; both keep their order.
    pub fn part(&mut self, start: usize, end: usize, goes_left: &[bool]) {
        self.right.clear();
        let mut left = start;
        for place in start..end {
            let entry = self.entries[place];
            if goes_left[entry.row as usize] {
                self.entries[left] = entry;
                left += 1;
            } else {
                self.right.push(entry);
            }
        }
        self.entries[left..end].copy_from_slice(&self.right);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn thresholds_lie_half_way_and_never_on_the_larger_value() {
        let next = f64::from_bits(1.0f64.to_bits() + 1);
        let column = Column::new(&[3.0, -0.0, 1.0, next, 0.0], 1, 0);
        let rows: Vec<u32> = column.entries.iter().map(|entry| entry.row).collect();
        assert_eq!(rows, [1, 4, 2, 3, 0]);
        assert!(column.is_constant(0, 2) && !column.is_constant(0, 3));
        assert_eq!([2, 3, 4].map(|place| column.threshold(place)), [0.5, 1.0, 2.0]);
    }

    #[test]
    fn parts_keep_their_order() {
        let mut column = Column::new(&[4.0, 3.0, 2.0, 1.0, 0.0], 1, 0);
        column.part(1, 5, &[true, false, true, false, false]);
        let rows: Vec<u32> = column.entries.iter().map(|entry| entry.row).collect();
        assert_eq!(rows, [4, 2, 0, 3, 1]);
    }
}
