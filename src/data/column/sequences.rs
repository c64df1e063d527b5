//! Texts of any length, one after another.

use super::{At, Column};
use crate::digest::Hasher;
use crate::lane::Lane;

/// Tokens of samples that have fewer or more of them. In a batch each has `capacity` places; 0, which is no token of
/// any sample, fills up those behind its end.
///
/// ```
/// use runner_data::column::{At, Column, Sequences};
/// let texts = Sequences::new(3, [vec![5, 6], vec![7, 8, 9]]);
/// let mut lane = texts.lane(2);
/// texts.fill(&At::default(), &[0, 1], &mut lane);
/// assert_eq!(lane.as_floats(), [5.0, 6.0, 0.0, 7.0, 8.0, 9.0]);
/// assert_eq!(lane.lengths, [2, 3]);
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Sequences {
    capacity: usize,
    /// Where each sample begins; one more than there are samples.
    starts: Vec<u32>,
    tokens: Vec<u32>,
}

impl Sequences {
    /// These; what is longer than `capacity` is cut there.
    pub fn new(capacity: usize, samples: impl IntoIterator<Item = Vec<u32>>) -> Self {
        let mut column = Self {
            capacity,
            starts: vec![0],
            tokens: Vec::new(),
        };
        for sample in samples {
            column.push(&sample);
        }
        column
    }

    fn push(&mut self, sample: &[u32]) {
        self.tokens
            .extend_from_slice(&sample[..sample.len().min(self.capacity)]);
        self.starts.push(self.tokens.len() as u32);
    }

    fn sample(&self, row: usize) -> Option<&[u32]> {
        let (&start, &end) = (self.starts.get(row)?, self.starts.get(row + 1)?);
        self.tokens.get(start as usize..end as usize)
    }
}

impl Column for Sequences {
    fn len(&self) -> usize {
        self.starts.len() - 1
    }

    fn width(&self) -> usize {
        self.capacity
    }

    fn gather(&self, rows: &[u32]) -> Box<dyn Column> {
        let mut column = Self::new(self.capacity, []);
        let samples = rows.iter().filter_map(|&row| self.sample(row as usize));
        samples.for_each(|sample| column.push(sample));
        Box::new(column)
    }

    fn retain(&mut self, rows: &[u32]) {
        let (mut end, mut starts) = (0, Vec::with_capacity(rows.len() + 1));
        starts.push(0);
        for &row in rows {
            let from = self.starts[row as usize] as usize..self.starts[row as usize + 1] as usize;
            let length = from.len();
            self.tokens.copy_within(from, end);
            end += length;
            starts.push(end as u32);
        }
        self.tokens.truncate(end);
        self.tokens.shrink_to_fit();
        self.starts = starts;
    }

    fn digest(&self, hash: &mut Hasher) {
        hash.words(self.starts.iter().map(|start| start.to_le_bytes()));
        hash.words(self.tokens.iter().map(|token| token.to_le_bytes()));
    }

    fn lane(&self, samples: usize) -> Lane {
        Lane {
            lengths: Vec::with_capacity(samples),
            ..Lane::floats(self.capacity, Vec::with_capacity(samples * self.capacity))
        }
    }

    fn fill(&self, _at: &At<'_>, rows: &[u32], lane: &mut Lane) {
        lane.lengths.clear();
        let lengths = rows
            .iter()
            .map(|&row| self.sample(row as usize).map_or(0, <[u32]>::len));
        lane.lengths.extend(lengths.map(|length| length as u32));
        let out = lane.floats_mut(rows.len()).chunks_exact_mut(self.capacity.max(1));
        for (out, &row) in out.zip(rows) {
            let sample = self.sample(row as usize).unwrap_or_default();
            let (own, rest) = out.split_at_mut(sample.len());
            own.iter_mut().zip(sample).for_each(|(x, &token)| *x = token as f32);
            rest.fill(0.0);
        }
    }

    fn tokens(&self, row: usize) -> Option<Vec<u32>> {
        self.sample(row).map(<[u32]>::to_vec)
    }
}
