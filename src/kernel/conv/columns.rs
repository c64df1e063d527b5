//! A convolution as one product of the weights with a sample's columns, `[tap, channel, place]`: for each tap and
//! channel, the pixels that all places read. A column lies in the lanes of AVX-512 registers, made from planes and
//! given back to planes in the second-level cache; the map is written where it belongs.

use super::geometry::{Axis, Geometry};
use super::product::{Operand, product};
use super::shifts::{Kind, gather, scatter};
use super::workspace::with_workspace;

/// Numbers that the columns of a sample may have, to stay in the second-level cache.
const MOST: usize = 1 << 16;

/// One group of a convolution whose columns can be made.
#[derive(Clone, Copy)]
pub(super) struct Columns {
    geometry: Geometry,
    kind: Kind,
}

impl Columns {
    /// Where the processor has AVX-512, places and outputs fill registers, and pixels are read one by one or every
    /// second.
    pub(super) fn new(geometry: Geometry) -> Option<Self> {
        let kind = Kind::of(geometry.axes).filter(|_| geometry.in_planes())?;
        let whole = geometry.places().is_multiple_of(16) && geometry.outputs.is_multiple_of(16);
        let columns = Self { geometry, kind };
        let fits = whole && columns.numbers() <= MOST;
        (fits && std::is_x86_feature_detected!("avx512f")).then_some(columns)
    }

    /// Whether images come from maps this way, too: weights must lie as for maps.
    pub(super) fn both_ways(&self) -> bool {
        !matches!(self.kind, Kind::Single) && self.geometry.channels.is_multiple_of(16)
    }

    /// Rows of columns.
    fn rows(&self) -> usize {
        self.geometry.taps() * self.geometry.channels
    }

    /// From a row to the next: planes of powers of two would crowd each other out of the cache.
    fn row(&self) -> usize {
        self.geometry.places() + 16
    }

    fn numbers(&self) -> usize {
        self.rows() * self.row()
    }

    /// One sample's map, weights as `[tap, channel, output]`.
    pub(super) fn map(&self, image: &[f32], packed: &[f32], map: &mut [f32]) {
        let g = &self.geometry;
        assert!(packed.len() >= self.rows() * g.outputs && image.len() == g.image() && map.len() == g.map());
        with_workspace([self.numbers()], |[columns]| {
            // SAFETY: the processor has the instructions, or there were no `Columns`; lengths are as asserted.
            unsafe {
                gather(self.kind, g, image, columns, self.row());
                let a = Operand {
                    from: packed.as_ptr(),
                    row: 1,
                    step: g.outputs,
                };
                let sizes = [g.outputs, g.places(), self.rows()];
                product(
                    a,
                    (columns.as_ptr(), self.row()),
                    (map.as_mut_ptr(), g.places()),
                    sizes,
                    false,
                );
            }
        });
    }

    /// One sample's image, weights as for [`Columns::map`].
    pub(super) fn image(&self, map: &[f32], packed: &[f32], image: &mut [f32]) {
        let g = &self.geometry;
        assert!(packed.len() >= self.rows() * g.outputs && image.len() == g.image() && map.len() == g.map());
        with_workspace([self.numbers()], |[columns]| {
            // SAFETY: as above.
            unsafe {
                let a = Operand {
                    from: packed.as_ptr(),
                    row: g.outputs,
                    step: 1,
                };
                let sizes = [self.rows(), g.places(), g.outputs];
                product(
                    a,
                    (map.as_ptr(), g.places()),
                    (columns.as_mut_ptr(), self.row()),
                    sizes,
                    false,
                );
                scatter(self.kind, g, columns, self.row(), image);
            }
        });
    }

    /// Adds one sample's gradient of the weights, `[tap, channel, output]`.
    pub(super) fn add_weights(&self, image: &[f32], map: &[f32], sums: &mut [f32]) {
        let g = &self.geometry;
        let frame = g.map_pixels();
        let [Axis { map: height, .. }, Axis { map: width, .. }] = g.axes;
        assert!(sums.len() >= self.rows() * g.outputs && image.len() == g.image() && map.len() == g.map());
        with_workspace([self.numbers(), frame.numbers()], |[columns, places]| {
            frame.fill(map, height, width, places);
            // SAFETY: as above; a pixel of the map is all outputs.
            unsafe {
                gather(self.kind, g, image, columns, self.row());
                let a = Operand {
                    from: columns.as_ptr(),
                    row: self.row(),
                    step: 1,
                };
                let sizes = [self.rows(), g.outputs, g.places()];
                product(
                    a,
                    (places.as_ptr(), g.outputs),
                    (sums.as_mut_ptr(), g.outputs),
                    sizes,
                    true,
                );
            }
        });
    }
}
