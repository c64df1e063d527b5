//! One batch, and filling it.

use super::super::table::{Features, Targets};
use super::Loader;
use crate::loss::Target;

/// Samples that train together.
#[derive(Clone, Debug)]
pub struct Batch {
    /// Normalized inputs, `[samples, width]`, row-major.
    pub features: Vec<f32>,
    /// Their targets.
    pub targets: Targets,
    /// Which samples of the part these are.
    pub indices: Vec<u32>,
}

impl Batch {
    /// Number of samples.
    pub fn len(&self) -> usize {
        self.indices.len()
    }

    /// Whether there is no sample.
    pub fn is_empty(&self) -> bool {
        self.indices.is_empty()
    }

    /// The targets, as losses take them.
    pub fn target(&self) -> Target<'_> {
        match &self.targets {
            Targets::Classes(classes) => Target::Classes(classes),
            Targets::Values { values, .. } => Target::Values(values),
            Targets::Tokens { tokens, .. } => Target::Classes(tokens),
            // Those of a part; a batch has the tokens themselves.
            Targets::Following { .. } => Target::Classes(&[]),
        }
    }

    /// Room for a full batch of this loader.
    pub(super) fn for_loader(loader: &Loader) -> Self {
        let rows = loader.batch_size.min(loader.part.len());
        Self {
            features: Vec::with_capacity(rows * loader.width),
            targets: match &loader.part.targets {
                Targets::Classes(_) => Targets::Classes(Vec::with_capacity(rows)),
                Targets::Values { width, .. } => Targets::Values {
                    width: *width,
                    values: Vec::with_capacity(rows * width),
                },
                Targets::Tokens { width, .. } => tokens(*width, rows),
                Targets::Following { .. } => tokens(loader.width, rows),
            },
            indices: Vec::with_capacity(rows),
        }
    }

    /// Replaces the content by these samples; within the capacity, nothing is allocated.
    pub(super) fn fill(&mut self, loader: &Loader, indices: &[u32]) {
        self.indices.clear();
        self.indices.extend_from_slice(indices);
        self.features.resize(indices.len() * loader.width, 0.0);
        let rows = self.features.chunks_exact_mut(loader.width.max(1)).zip(indices);
        match &loader.part.features {
            Features::Bytes(values) => {
                rows.for_each(|(out, &i)| loader.affine.bytes(row(values, i, loader.width), out))
            }
            Features::Floats(values) => {
                rows.for_each(|(out, &i)| loader.affine.floats(row(values, i, loader.width), out))
            }
            Features::Windows(text) => rows.for_each(|(out, &i)| {
                let window = text.window(loader.offset, i as usize);
                out.iter_mut().zip(window).for_each(|(x, &token)| *x = f32::from(token));
            }),
        }
        match (&mut self.targets, &loader.part.targets) {
            (Targets::Classes(out), Targets::Classes(all)) => {
                out.clear();
                out.extend(indices.iter().map(|&i| all[i as usize]));
            }
            (Targets::Values { values: out, .. }, Targets::Values { width, values: all }) => {
                out.clear();
                indices.iter().for_each(|&i| out.extend_from_slice(row(all, i, *width)));
                if let Some(affine) = &loader.target_affine {
                    out.chunks_exact_mut(*width).for_each(|y| affine.in_place(y));
                }
            }
            (Targets::Tokens { tokens: out, .. }, Targets::Tokens { width, tokens: all }) => {
                out.clear();
                indices.iter().for_each(|&i| out.extend_from_slice(row(all, i, *width)));
            }
            (Targets::Tokens { tokens: out, .. }, Targets::Following { .. }) => {
                out.clear();
                if let Features::Windows(text) = &loader.part.features {
                    let windows = indices.iter().map(|&i| &text.window(loader.offset, i as usize)[1..]);
                    out.extend(windows.flatten().map(|&token| u32::from(token)));
                }
            }
            // `for_loader` made it from the same part.
            (out, all) => *out = all.clone(),
        }
    }
}

fn tokens(width: usize, rows: usize) -> Targets {
    Targets::Tokens {
        width,
        tokens: Vec::with_capacity(rows * width),
    }
}

#[inline]
fn row<T>(values: &[T], i: u32, width: usize) -> &[T] {
    &values[i as usize * width..][..width]
}
