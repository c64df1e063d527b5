//! An image while it is changed.

/// Bytes, plane by plane, row by row.
#[derive(Clone, Debug)]
pub struct Image {
    /// Planes.
    pub channels: usize,
    /// Rows.
    pub height: usize,
    /// Columns.
    pub width: usize,
    /// `channels × height × width` bytes.
    pub pixels: Vec<u8>,
    /// Where the next version is made.
    spare: Vec<u8>,
}

impl Image {
    /// A black image.
    pub fn new(channels: usize, height: usize, width: usize) -> Self {
        let size = channels * height * width;
        Self {
            channels,
            height,
            width,
            pixels: vec![0; size],
            spare: vec![0; size],
        }
    }

    /// Makes each plane from the one that was there: `make(from, to)`.
    pub(super) fn remake(&mut self, mut make: impl FnMut(&[u8], &mut [u8])) {
        let plane = (self.height * self.width).max(1);
        self.remake_whole(|from, to| {
            let planes = from.chunks_exact(plane).zip(to.chunks_exact_mut(plane));
            planes.for_each(|(from, to)| make(from, to));
        });
    }

    /// The same for all planes at once.
    pub(super) fn remake_whole(&mut self, make: impl FnOnce(&[u8], &mut [u8])) {
        self.spare.resize(self.pixels.len(), 0);
        make(&self.pixels, &mut self.spare);
        std::mem::swap(&mut self.pixels, &mut self.spare);
    }
}
