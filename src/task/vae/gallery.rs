//! What there is to see of it: pictures made from noise, and pictures made again.

use super::learn::Vae;
use crate::networks::ask;
use crate::pixels::{Pixels, no_pictures};
use crate::{Artifact, Content, Generate, Setup};
use runner_data::loader::Order;
use runner_ground::error::Result;
use runner_ground::random::{Key, Purpose};
use runner_kernel::math::sigmoid;
use runner_kernel::noise::standard_normal;
use runner_loss::Reconstruction;

/// Pictures in a row, and rows.
const COLUMNS: usize = 8;
const ROWS: usize = 8;
/// Place of the noise that pictures are made from.
const PRIOR: u64 = 3;

/// Samples that are made again in each epoch, and how they become pictures.
pub(super) struct Shown {
    pub(super) pixels: Pixels,
    originals: Vec<f32>,
    columns: usize,
}

impl Shown {
    /// The first of the validation part; without one, of the test part, else of the training part.
    pub(super) fn new(setup: &Setup<'_>, pixels: Pixels) -> Result<Self> {
        let dataset = setup.dataset;
        let part = dataset.validation.as_ref().or(dataset.test.as_ref());
        // Each row has one of its copies below it.
        let count = COLUMNS * pixels.rows(COLUMNS, ROWS).div_ceil(2);
        let part = part.unwrap_or(&dataset.train);
        let mut originals = Vec::new();
        if !part.is_empty() {
            let mut batches = dataset.loader(part, count, Order::Sequential)?.epoch(0, 0);
            originals.extend(batches.next_batch().iter().flat_map(|batch| batch.input()));
        }
        let each = dataset.info.width();
        let columns = COLUMNS.min(originals.len() / each.max(1)).max(1);
        // Whole rows, so that each copy stands below its original.
        originals.truncate(originals.len() / (columns * each).max(1) * columns * each);
        Ok(Self {
            pixels,
            originals,
            columns,
        })
    }
}

impl Vae {
    /// Pictures from noise that is the same in each epoch, and pictures over what the decoder makes of their means.
    pub(super) fn gallery(&mut self) -> Result<Vec<Artifact>> {
        let Some(shown) = self.shown.take() else {
            return Ok(Vec::new());
        };
        let made = self.made(&shown);
        self.shown = Some(shown);
        made
    }

    /// Pictures from noise of its own seed.
    pub(super) fn asked(&mut self, request: &Generate) -> Result<Vec<Artifact>> {
        let Some(pixels) = self.shown.as_ref().map(|shown| shown.pixels.clone()) else {
            return Err(no_pictures());
        };
        request.of_pictures()?;
        let count = request.count.unwrap_or_else(|| COLUMNS * pixels.rows(COLUMNS, ROWS));
        let mut noise = vec![0.0; count * self.latent];
        standard_normal(Key::new(request.seed).purpose(Purpose::Sample), &mut noise);
        Ok(pixels.answer(request, &self.decode(&noise)?, COLUMNS))
    }

    fn made(&mut self, shown: &Shown) -> Result<Vec<Artifact>> {
        let rows = shown.pixels.rows(COLUMNS, ROWS);
        let mut noise = vec![0.0; COLUMNS * rows * self.latent];
        standard_normal(self.key.at(PRIOR), &mut noise);
        let from_noise = shown.pixels.grid(&self.decode(&noise)?, COLUMNS);
        let moments = ask(&mut self.encoder, &shown.originals, self.most)?;
        let moments = moments.chunks_exact(2 * self.latent);
        let means: Vec<f32> = moments.flat_map(|moments| &moments[..self.latent]).copied().collect();
        let again = self.decode(&means)?;
        let row = shown.columns * self.decoder.engine.outputs();
        let pairs = shown.originals.chunks(row).zip(again.chunks(row));
        let in_turn: Vec<f32> = pairs.flat_map(|(original, again)| [original, again].concat()).collect();
        let picture = |name: &str, picture| Artifact {
            name: name.to_owned(),
            content: Content::Picture(picture),
        };
        Ok(vec![
            picture("from_noise", from_noise),
            picture("reconstructions", shown.pixels.grid(&in_turn, shown.columns)),
        ])
    }

    /// Samples, as the data has them, of points in the latent space.
    fn decode(&mut self, z: &[f32]) -> Result<Vec<f32>> {
        let mut outputs = ask(&mut self.decoder, z, self.most)?;
        if self.settings.reconstruction == Reconstruction::BinaryCrossEntropy {
            outputs.iter_mut().for_each(|x| *x = sigmoid(*x));
        }
        Ok(outputs)
    }
}
