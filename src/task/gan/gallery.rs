//! What there is to see of it: pictures made from noise that is the same in each epoch.

use super::labels::join;
use super::learn::Gan;
use crate::networks::ask;
use crate::pixels::{Pixels, no_pictures};
use crate::{Artifact, Content, Generate};
use runner_ground::error::Result;
use runner_ground::random::{Key, Purpose};
use runner_kernel::noise::standard_normal;

/// Pictures in a row, and rows.
const COLUMNS: usize = 8;
const ROWS: usize = 8;
/// Classes that have a row, where the networks get classes.
const MOST_CLASSES: usize = 20;
/// Place of the noise that pictures are made from.
const SHOWN: u64 = 5;

impl Gan {
    /// One grid; where the networks get the class, each class has a row.
    pub(super) fn gallery(&mut self) -> Result<Vec<Artifact>> {
        let Some(pixels) = self.pixels.clone() else {
            return Ok(Vec::new());
        };
        let samples = self.made(self.key.at(SHOWN), &self.rows(&pixels))?;
        Ok(vec![Artifact {
            name: "from_noise".to_owned(),
            content: Content::Picture(pixels.grid(&samples, COLUMNS)),
        }])
    }

    /// The same from noise of its own seed; single ones are of each class in turn, where the networks get classes.
    pub(super) fn asked(&mut self, request: &Generate) -> Result<Vec<Artifact>> {
        let Some(pixels) = self.pixels.clone() else {
            return Err(no_pictures());
        };
        request.of_pictures()?;
        let classes = match request.count {
            Some(count) => (0..self.classes.max(1) as u32).cycle().take(count).collect(),
            None => self.rows(&pixels),
        };
        let samples = self.made(Key::new(request.seed).purpose(Purpose::Sample), &classes)?;
        Ok(pixels.answer(request, &samples, COLUMNS))
    }

    /// The class of each picture of a grid.
    fn rows(&self, pixels: &Pixels) -> Vec<u32> {
        let rows = match self.classes {
            0 => ROWS,
            classes => classes.min(MOST_CLASSES),
        };
        let rows = 0..pixels.rows(COLUMNS, rows) as u32;
        rows.flat_map(|class| std::iter::repeat_n(class, COLUMNS)).collect()
    }

    /// Samples, as the networks see them; of these classes where the networks get classes.
    fn made(&mut self, key: Key, classes: &[u32]) -> Result<Vec<f32>> {
        let mut noise = vec![0.0; classes.len() * self.latent];
        standard_normal(key, &mut noise);
        if self.classes == 0 {
            return ask(&mut self.generator, &noise, self.most);
        }
        let mut told = vec![0.0; classes.len() * (self.latent + self.classes)];
        join(&noise, self.latent, classes, self.classes, &mut told);
        ask(&mut self.generator, &told, self.most)
    }
}
