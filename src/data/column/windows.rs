//! A text as samples: windows that are cut when they are served, so that the text is kept once.

use std::sync::Arc;

use super::{At, Column};
use crate::digest::Hasher;
use crate::lane::Lane;
use runner_ground::random::Key;

/// A text of which each sample is a window of `length` tokens. What is to be predicted is the token that follows
/// each of them, so a window reads one token more than it has.
///
/// ```
/// use runner_data::column::Windows;
/// let text = Windows::fixed(vec![7, 8, 9, 7, 8, 9, 7], 3).unwrap();
/// assert_eq!((text.len(), text.window(0, 1)), (2, &[7, 8, 9, 7][..]));
/// assert!(Windows::fixed(vec![7, 8, 9], 3).is_none());
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Windows {
    tokens: Vec<u16>,
    length: usize,
    samples: usize,
    /// Places at which the first window may begin.
    places: usize,
}

impl Windows {
    /// Windows one after another from the text's first token on; what is left at its end is in none. `None` for a
    /// text of no more than `length` tokens.
    pub fn fixed(tokens: Vec<u16>, length: usize) -> Option<Self> {
        let samples = tokens.len().checked_sub(1)?.checked_div(length)?;
        (samples > 0).then_some(Self {
            tokens,
            length,
            samples,
            places: 1,
        })
    }

    /// The same, but each epoch begins elsewhere among the first `length` tokens, so that tokens meet with other
    /// windows' borders. There is one window less, where there are two, for there must be room to move.
    pub fn moving(tokens: Vec<u16>, length: usize) -> Option<Self> {
        let fixed = Self::fixed(tokens, length)?;
        let samples = fixed.samples.saturating_sub(1).max(1);
        let room = fixed.tokens.len() - 1 - samples * length;
        Some(Self {
            samples,
            places: room.min(length - 1) + 1,
            ..fixed
        })
    }

    /// Number of windows.
    pub fn len(&self) -> usize {
        self.samples
    }

    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.samples == 0
    }

    /// Tokens of a window that are seen.
    pub fn length(&self) -> usize {
        self.length
    }

    /// The whole text.
    pub fn tokens(&self) -> &[u16] {
        &self.tokens
    }

    /// Places at which the first window may begin.
    pub fn places(&self) -> usize {
        self.places
    }

    /// Where the first window of an epoch begins, from the epoch's key.
    pub fn offset(&self, key: Key) -> usize {
        // A permutation of an epoch's samples draws the numbers from 1 on.
        ((u128::from(key.bits(0)) * self.places as u128) >> 64) as usize
    }

    /// The tokens of a window and the one that follows them; `offset` is that of the first window.
    pub fn window(&self, offset: usize, sample: usize) -> &[u16] {
        &self.tokens[offset + sample * self.length..][..=self.length]
    }
}

/// The tokens of each window of a text: what a language model reads.
#[derive(Clone, Debug)]
pub struct Seen(pub Arc<Windows>);

/// The token that follows each of a window: what a language model is to predict.
#[derive(Clone, Debug)]
pub struct Following(pub Arc<Windows>);

// A text is divided before it is cut into windows, so that `gather` and `retain` have nothing to do here.

impl Column for Seen {
    fn len(&self) -> usize {
        self.0.len()
    }

    fn width(&self) -> usize {
        self.0.length
    }

    fn gather(&self, _rows: &[u32]) -> Box<dyn Column> {
        Box::new(self.clone())
    }

    fn retain(&mut self, _rows: &[u32]) {}

    fn digest(&self, hash: &mut Hasher) {
        let text = &self.0;
        hash.lengths(&[text.length, text.places, text.tokens.len()]);
        hash.words(text.tokens.iter().map(|&token| u32::from(token).to_le_bytes()));
    }

    fn lane(&self, samples: usize) -> Lane {
        Lane::floats(self.0.length, Vec::with_capacity(samples * self.0.length))
    }

    fn fill(&self, at: &At<'_>, rows: &[u32], lane: &mut Lane) {
        let out = lane.floats_mut(rows.len()).chunks_exact_mut(self.0.length);
        for (out, &i) in out.zip(rows) {
            let window = self.0.window(at.offset, i as usize);
            out.iter_mut().zip(window).for_each(|(x, &token)| *x = f32::from(token));
        }
    }

    fn tokens(&self, row: usize) -> Option<Vec<u32>> {
        let window = (row < self.0.len()).then(|| self.0.window(0, row))?;
        Some(window[..self.0.length].iter().map(|&token| token.into()).collect())
    }

    fn offset(&self, key: Key) -> usize {
        self.0.offset(key)
    }
}

impl Column for Following {
    fn len(&self) -> usize {
        self.0.len()
    }

    fn width(&self) -> usize {
        self.0.length
    }

    fn gather(&self, _rows: &[u32]) -> Box<dyn Column> {
        Box::new(self.clone())
    }

    fn retain(&mut self, _rows: &[u32]) {}

    /// They are in the text, which the inputs add.
    fn digest(&self, _hash: &mut Hasher) {}

    fn lane(&self, samples: usize) -> Lane {
        Lane::ids(self.0.length, Vec::with_capacity(samples * self.0.length))
    }

    fn fill(&self, at: &At<'_>, rows: &[u32], lane: &mut Lane) {
        let out = lane.ids_mut(rows.len()).chunks_exact_mut(self.0.length);
        for (out, &i) in out.zip(rows) {
            let window = &self.0.window(at.offset, i as usize)[1..];
            out.iter_mut().zip(window).for_each(|(x, &token)| *x = token.into());
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn all_windows_of_all_lengths_lie_in_the_text() {
        for tokens in 0..40u16 {
            for length in 0..12 {
                let text: Vec<u16> = (0..tokens).collect();
                let fits = length > 0 && usize::from(tokens) > length;
                let fixed = Windows::fixed(text.clone(), length);
                assert_eq!(fixed.is_some(), fits, "{tokens} {length}");
                let (Some(fixed), Some(moving)) = (fixed, Windows::moving(text, length)) else {
                    continue;
                };
                assert_eq!(fixed.len(), (usize::from(tokens) - 1) / length);
                assert_eq!(moving.len(), (fixed.len() - 1).max(1));
                for text in [&fixed, &moving] {
                    for offset in 0..text.places() {
                        let windows = (0..text.len()).map(|sample| text.window(offset, sample));
                        let starts: Vec<u16> = windows.map(|window| window[0]).collect();
                        let expected = (0..text.len()).map(|sample| (offset + sample * length) as u16);
                        assert_eq!(starts, expected.collect::<Vec<_>>());
                    }
                }
                if fixed.len() > 1 {
                    assert_eq!(moving.places(), length, "every place of a window's length");
                }
            }
        }
    }

    #[test]
    fn epochs_begin_everywhere() {
        let text = Windows::moving(vec![0; 100], 8).unwrap();
        let mut seen = [0; 8];
        for epoch in 0..800 {
            seen[text.offset(Key::new(3).at(epoch))] += 1;
        }
        assert!(seen.iter().all(|&times| (60..=140).contains(&times)), "{seen:?}");
    }
}
