//! What there is to see of it: pictures made from noise that is the same in each epoch.

use super::labels::join;
use super::learn::Gan;
use crate::error::Result;
use crate::kernel::noise::standard_normal;
use crate::task::networks::ask;
use crate::task::{Content, Made};

/// Pictures in a row, and rows.
const COLUMNS: usize = 8;
const ROWS: usize = 8;
/// Classes that have a row, where the networks are told.
const MOST_CLASSES: usize = 20;
/// Place of the noise that pictures are made from.
const SHOWN: u64 = 5;

impl Gan {
    /// One grid; where the networks are told the class, each class has a row.
    pub(super) fn look(&mut self) -> Result<Vec<Made>> {
        let Some(pixels) = self.pixels.clone() else {
            return Ok(Vec::new());
        };
        let rows = match self.classes {
            0 => ROWS,
            classes => classes.min(MOST_CLASSES),
        };
        let rows = pixels.rows(COLUMNS, rows);
        let classes: Vec<u32> = (0..rows as u32)
            .flat_map(|class| std::iter::repeat_n(class, COLUMNS))
            .collect();
        let mut noise = vec![0.0; classes.len() * self.latent];
        standard_normal(self.key.at(SHOWN), &mut noise);
        let samples = self.make(&noise, &classes)?;
        Ok(vec![Made {
            name: "from_noise".to_owned(),
            content: Content::Picture(pixels.grid(&samples, COLUMNS)),
        }])
    }

    /// Samples, as the networks see them, from noise; of these classes where the networks are told.
    pub(super) fn make(&mut self, noise: &[f32], classes: &[u32]) -> Result<Vec<f32>> {
        if self.classes == 0 {
            return ask(&mut self.generator, noise, self.most);
        }
        let mut told = vec![0.0; classes.len() * (self.latent + self.classes)];
        join(noise, self.latent, classes, self.classes, &mut told);
        ask(&mut self.generator, &told, self.most)
    }
}
