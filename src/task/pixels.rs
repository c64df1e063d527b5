//! From numbers as networks see them back to pictures, many of them in one grid.

use serde::Deserialize;

use super::{Artifact, Content, Generate};
use runner_data::{Dataset, Normalization};
use runner_ground::error::{Error, Kind};
use runner_ground::files::tensors::Tensors;
use runner_results::findings::Picture;

/// Black pixels between the pictures of a grid and around it, as `torchvision.utils.make_grid` has them.
const GAP: usize = 2;
/// Pixels that a grid has at most, about; of larger pictures fewer are shown.
const MOST: usize = 1 << 20;

/// How the numbers of a sample become pixels.
#[derive(Clone, Debug)]
pub(super) struct Pixels {
    channels: usize,
    height: usize,
    width: usize,
    scale: Normalization,
    /// What is black, and what is white.
    ends: [f32; 2],
}

impl Pixels {
    /// For the samples of a dataset; none where they are no pictures.
    pub(super) fn of(dataset: &Dataset) -> Option<Self> {
        let &[channels @ (1 | 3), height, width] = dataset.info.shape().as_slice() else {
            return None;
        };
        // Without samples nothing is known of them yet: see `recall`.
        let unknown = [f32::INFINITY, f32::NEG_INFINITY];
        let ends = dataset.train.input().map_or(Some(unknown), |input| input.bounds())?;
        Some(Self {
            channels,
            height,
            width,
            scale: dataset.normalization.clone(),
            ends,
        })
    }

    /// Takes black and white from weights, which know them where there is no data.
    pub(super) fn recall(&mut self, weights: &Tensors) {
        #[derive(Deserialize)]
        struct About {
            pixels: [f32; 2],
        }
        if let Ok(about) = serde_json::from_str::<About>(&weights.about) {
            self.ends = about.pixels;
        }
    }

    /// What is black, and what is white.
    pub(super) fn ends(&self) -> [f32; 2] {
        self.ends
    }

    /// What was asked for: as many pictures as were counted, each by itself, else all in one grid.
    pub(super) fn answer(&self, request: &Generate, samples: &[f32], columns: usize) -> Vec<Artifact> {
        let made = |name: String, picture| Artifact {
            name,
            content: Content::Picture(picture),
        };
        if request.count.is_none() {
            return vec![made("grid".to_owned(), self.grid(samples, columns))];
        }
        let samples = samples.chunks_exact((self.channels * self.height * self.width).max(1));
        let pictures = samples.map(|sample| self.laid(sample, 1, 0));
        (1..)
            .zip(pictures)
            .map(|(index, picture)| made(format!("sample_{index:04}"), picture))
            .collect()
    }

    /// As many rows of `columns` pictures as a grid has room for, at most `rows`.
    pub(super) fn rows(&self, columns: usize, rows: usize) -> usize {
        let row = (self.height + GAP) * (self.width + GAP) * columns;
        rows.min((MOST / row.max(1)).max(1))
    }

    /// Normalized samples as one picture, row by row.
    pub(super) fn grid(&self, samples: &[f32], columns: usize) -> Picture {
        self.laid(samples, columns, GAP)
    }

    fn laid(&self, samples: &[f32], columns: usize, gap: usize) -> Picture {
        let each = self.channels * self.height * self.width;
        let count = samples.len() / each.max(1);
        let columns = columns.clamp(1, count.max(1));
        let [across, down] = [
            columns * (self.width + gap) + gap,
            count.div_ceil(columns) * (self.height + gap) + gap,
        ];
        let mut pixels = vec![0; across * down * self.channels];
        for (index, sample) in samples.chunks_exact(each.max(1)).enumerate() {
            let top = gap + index / columns * (self.height + gap);
            let left = gap + index % columns * (self.width + gap);
            for y in 0..self.height {
                for x in 0..self.width {
                    let to = ((top + y) * across + left + x) * self.channels;
                    for channel in 0..self.channels {
                        let from = (channel * self.height + y) * self.width + x;
                        pixels[to + channel] = self.pixel(from, sample[from]);
                    }
                }
            }
        }
        Picture {
            // A grid of 65,536 pixels across is far beyond any that is asked for.
            width: across as u32,
            height: down as u32,
            channels: self.channels as u32,
            pixels,
        }
    }

    fn pixel(&self, place: usize, value: f32) -> u8 {
        let entries = self.scale.mean.len().max(1);
        let entry = place * entries / (self.channels * self.height * self.width).max(1);
        let stored = value * self.scale.std[entry] as f32 + self.scale.mean[entry] as f32;
        let [black, white] = self.ends;
        let reach = if white > black { white - black } else { 1.0 };
        // A cast saturates, so that no value can wrap; NaN is black.
        ((stored - black) / reach * 255.0).round() as u8
    }
}

/// What is said where samples are asked for that nobody can look at.
pub(super) fn no_pictures() -> Error {
    Error::new(
        Kind::Usage,
        "the samples of this run are no pictures: its data are numbers without a shape",
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    fn pixels(channels: usize, scale: Normalization) -> Pixels {
        Pixels {
            channels,
            height: 1,
            width: 2,
            scale,
            ends: [0.0, 255.0],
        }
    }

    #[test]
    fn pictures_stand_in_rows_with_gaps() {
        let scale = Normalization {
            mean: vec![127.5],
            std: vec![127.5],
        };
        let grid = pixels(1, scale).grid(&[-1.0, 1.0, 0.0, 7.0, f32::NAN, -9.0], 2);
        assert_eq!((grid.width, grid.height, grid.channels), (10, 8, 1));
        let row = |y: usize| &grid.pixels[y * 10..][..10];
        assert_eq!(row(2), [0, 0, 0, 255, 0, 0, 128, 255, 0, 0]);
        assert_eq!(row(5), [0; 10]);
        assert!(grid.to_png().is_some());
    }

    #[test]
    fn each_channel_has_its_scale_and_stands_beside_the_others() {
        let scale = Normalization {
            mean: vec![10.0, 20.0, 30.0],
            std: vec![1.0, 2.0, 3.0],
        };
        let grid = pixels(3, scale).grid(&[0.0, 1.0, 0.0, 1.0, 0.0, 1.0], 5);
        assert_eq!((grid.width, grid.height), (6, 5));
        assert_eq!(grid.pixels[(2 * 6 + 2) * 3..][..6], [10, 20, 30, 11, 22, 33]);
    }

    #[test]
    fn large_pictures_fill_fewer_rows() {
        let scale = Normalization {
            mean: vec![0.0],
            std: vec![1.0],
        };
        let mut large = pixels(1, scale);
        assert_eq!(large.rows(8, 8), 8);
        (large.height, large.width) = (510, 510);
        assert_eq!(large.rows(2, 8), 2);
        (large.height, large.width) = (5100, 5100);
        assert_eq!(large.rows(2, 8), 1);
    }
}
