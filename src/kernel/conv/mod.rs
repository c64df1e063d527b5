//! Convolutions between an image, `[channels, height, width]` or `[height, width, channels]`, and a map of it: the map from the image, the image
//! from the map (the gradient of the one, or a transposed convolution), and the gradient of the weights.
//!
//! With AVX-512, and where sizes fill its registers, pixels lie in the lanes: kernels of 3 × 3 go from planes to
//! Winograd's points and back (`planar`), others through columns of one sample (`columns`). Few weights move over rows as
//! they are, on any processor (`rowwise`). Otherwise a sample's planes are turned into pixels that hold all channels side
//! by side, tiles are computed from them where they lie, and turned back. All that some samples need stays in the
//! second-level cache. Threads divide the samples. Gradients of the weights are added within fixed blocks of samples and
//! then over the blocks in order, so that the bits are the same on any number of threads.

mod channels_last;
#[cfg(target_arch = "x86_64")]
mod columns;
#[cfg(not(target_arch = "x86_64"))]
#[path = "columns_none.rs"]
mod columns;
mod correlation;
mod direct;
#[cfg(target_arch = "x86_64")]
mod four_points;
#[cfg(target_arch = "x86_64")]
mod fours;
mod geometry;
mod kernels;
#[cfg(target_arch = "x86_64")]
mod lanes;
mod pixels;
#[cfg(target_arch = "x86_64")]
mod planar;
#[cfg(not(target_arch = "x86_64"))]
#[path = "planar_none.rs"]
mod planar;
#[cfg(target_arch = "x86_64")]
mod product;
mod rowwise;
mod scatter;
#[cfg(target_arch = "x86_64")]
mod shifts;
mod spread;
#[cfg(test)]
mod tests;
mod transforms;
mod ways;
mod winograd;
mod workspace;

pub use geometry::{Axis, Geometry, Layout};

use super::{elementwise, parallel};

/// The most blocks of samples with sums of their own.
const BLOCKS: usize = 8;
/// Numbers that the sums of all blocks hold, about.
const SUMS: usize = 1 << 22;

impl Geometry {
    /// Blocks of samples for the gradient of the weights: given by sizes alone, so that threads change nothing.
    fn blocks(&self, batch: usize, bias: usize) -> usize {
        (SUMS / (self.sums() + bias).max(1)).clamp(2, BLOCKS).min(batch)
    }

    /// Numbers in which a block adds its gradient of the weights.
    fn sums(&self) -> usize {
        self.groups * self.group().packed_sums()
    }

    /// Samples that are computed together: those that the way of computing wants, of one group.
    fn chunk(&self) -> usize {
        let group = self.group();
        if self.layout == Layout::Pixels {
            self.rows_together()
        } else if self.groups == 1 && group.by_winograd() {
            group.together()
        } else {
            1
        }
    }

    /// Numbers that a pass needs besides its operands.
    pub fn scratch(&self, batch: usize, bias: usize) -> usize {
        let group = self.group();
        let packed = self.groups * group.packed_map().max(group.packed_image());
        packed + self.blocks(batch, bias) * (self.sums() + bias)
    }

    /// `map = weights * image` for a batch; `finish` gets each sample's map once it is there.
    ///
    /// # Panics
    /// When a slice has another size than the geometry says.
    #[inline]
    pub fn forward(
        &self,
        weights: &[f32],
        image: &[f32],
        map: &mut [f32],
        scratch: &mut [f32],
        finish: &(impl Fn(&mut [f32]) + Sync),
    ) {
        let batch = image.len() / self.image();
        self.check(weights, image, map, batch);
        let packed = self.pack(weights, scratch, Geometry::packed_map, Geometry::pack_map);
        parallel::rows(batch, 1, self.work(), [map], &|first, [maps]| {
            let images = image[first * self.image()..].chunks(self.chunk() * self.image());
            for (maps, images) in maps.chunks_mut(self.chunk() * self.map()).zip(images) {
                self.maps(packed, &images[..maps.len() / self.map() * self.image()], maps);
                maps.chunks_exact_mut(self.map()).for_each(finish);
            }
        });
    }

    /// `image = weightsᵀ * map` for a batch, which is what a gradient of the map sends back to the image.
    ///
    /// # Panics
    /// When a slice has another size than the geometry says.
    #[inline]
    pub fn backward_data(
        &self,
        weights: &[f32],
        map: &[f32],
        image: &mut [f32],
        scratch: &mut [f32],
        finish: &(impl Fn(&mut [f32]) + Sync),
    ) {
        let batch = map.len() / self.map();
        self.check(weights, image, map, batch);
        let packed = self.pack(weights, scratch, Geometry::packed_image, Geometry::pack_image);
        parallel::rows(batch, 1, self.work(), [image], &|first, [images]| {
            let maps = map[first * self.map()..].chunks(self.chunk() * self.map());
            for (images, maps) in images.chunks_mut(self.chunk() * self.image()).zip(maps) {
                self.images(packed, &maps[..images.len() / self.image() * self.map()], images);
                images.chunks_exact_mut(self.image()).for_each(finish);
            }
        });
    }

    /// What follows from the gradients of a batch of maps: adds to the gradient of the weights, and to that of a bias;
    /// writes the images' where asked for. `begin` gets each sample's gradient (and its number) first, with room to
    /// add the bias's.
    ///
    /// # Panics
    /// When a slice has another size than the geometry says.
    #[inline]
    #[allow(clippy::too_many_arguments)]
    pub fn back_from_map(
        &self,
        weights: &[f32],
        image: &[f32],
        dmap: &mut [f32],
        dimage: Option<&mut [f32]>,
        [gradient, bias]: [&mut [f32]; 2],
        scratch: &mut [f32],
        begin: &(impl Fn(usize, &mut [f32], &mut [f32]) + Sync),
    ) {
        let batch = image.len() / self.image();
        self.check(weights, image, dmap, batch);
        let wanted = dimage.is_some();
        let dimage = dimage.unwrap_or_default();
        let (scratch, sums) = scratch.split_at_mut(self.groups * self.group().packed_image());
        let packed: &[f32] = if wanted {
            self.pack(weights, scratch, Geometry::packed_image, Geometry::pack_image)
        } else {
            &[]
        };
        let count = self.blocks(batch, bias.len());
        let sums = &mut sums[..count * (self.sums() + bias.len())];
        parallel::blocks(
            batch,
            count,
            2 * self.work(),
            [dmap, dimage],
            sums,
            &|samples, [dmaps, dimages], sums| {
                sums.fill(0.0);
                let (sums, bias) = sums.split_at_mut(self.sums());
                let images = &image[samples.start * self.image()..samples.end * self.image()];
                let mut dimages = dimages.chunks_mut(self.chunk() * self.image());
                let mut sample = samples.start;
                let chunks = dmaps.chunks_mut(self.chunk() * self.map());
                for (dmaps, images) in chunks.zip(images.chunks(self.chunk() * self.image())) {
                    for dmap in dmaps.chunks_exact_mut(self.map()) {
                        begin(sample, dmap, bias);
                        sample += 1;
                    }
                    self.backward_weights(images, dmaps, sums);
                    if let Some(dimages) = dimages.next() {
                        self.images(packed, dmaps, dimages);
                    }
                }
            },
        );
        self.collect(sums, count, gradient, bias);
    }

    /// The same from gradients of images, for a transposed convolution.
    ///
    /// # Panics
    /// When a slice has another size than the geometry says.
    #[inline]
    #[allow(clippy::too_many_arguments)]
    pub fn back_from_image(
        &self,
        weights: &[f32],
        map: &[f32],
        dimage: &mut [f32],
        dmap: Option<&mut [f32]>,
        [gradient, bias]: [&mut [f32]; 2],
        scratch: &mut [f32],
        begin: &(impl Fn(usize, &mut [f32], &mut [f32]) + Sync),
    ) {
        let batch = map.len() / self.map();
        self.check(weights, dimage, map, batch);
        let wanted = dmap.is_some();
        let dmap = dmap.unwrap_or_default();
        let (scratch, sums) = scratch.split_at_mut(self.groups * self.group().packed_map());
        let packed: &[f32] = if wanted {
            self.pack(weights, scratch, Geometry::packed_map, Geometry::pack_map)
        } else {
            &[]
        };
        let count = self.blocks(batch, bias.len());
        let sums = &mut sums[..count * (self.sums() + bias.len())];
        parallel::blocks(
            batch,
            count,
            2 * self.work(),
            [dimage, dmap],
            sums,
            &|samples, [dimages, dmaps], sums| {
                sums.fill(0.0);
                let (sums, bias) = sums.split_at_mut(self.sums());
                let maps = &map[samples.start * self.map()..samples.end * self.map()];
                let mut dmaps = dmaps.chunks_mut(self.chunk() * self.map());
                let mut sample = samples.start;
                let chunks = dimages.chunks_mut(self.chunk() * self.image());
                for (dimages, maps) in chunks.zip(maps.chunks(self.chunk() * self.map())) {
                    for dimage in dimages.chunks_exact_mut(self.image()) {
                        begin(sample, dimage, bias);
                        sample += 1;
                    }
                    self.backward_weights(dimages, maps, sums);
                    if let Some(dmaps) = dmaps.next() {
                        self.maps(packed, dimages, dmaps);
                    }
                }
            },
        );
        self.collect(sums, count, gradient, bias);
    }

    fn check(&self, weights: &[f32], image: &[f32], map: &[f32], batch: usize) {
        assert_eq!(weights.len(), self.weights(), "weights");
        assert_eq!(image.len(), batch * self.image(), "images");
        assert_eq!(map.len(), batch * self.map(), "maps");
        for axis in self.axes {
            assert!(axis.image > 0 && axis.map > 0 && axis.kernel > 0 && axis.stride > 0 && axis.dilation > 0);
        }
    }

    /// The weights of all groups, packed one after the other.
    fn pack<'a>(
        &self,
        weights: &[f32],
        scratch: &'a mut [f32],
        numbers: fn(&Geometry) -> usize,
        pack: fn(&Geometry, &[f32], &mut [f32]),
    ) -> &'a [f32] {
        let group = self.group();
        let scratch = &mut scratch[..self.groups * numbers(&group)];
        let parts = scratch.chunks_exact_mut(numbers(&group));
        for (packed, weights) in parts.zip(weights.chunks_exact(group.weights())) {
            pack(&group, weights, packed);
        }
        scratch
    }

    /// Adds the sums of all blocks, in order.
    fn collect(&self, sums: &mut [f32], count: usize, gradient: &mut [f32], bias: &mut [f32]) {
        let group = self.group();
        let (first, rest) = sums.split_at_mut(self.sums() + bias.len());
        let width = first.len();
        parallel::rows(width, 16, count, [&mut *first], &|start, [first]| {
            for more in rest.chunks_exact(width) {
                elementwise::update(first, &more[start..][..first.len()], |sum, more| sum + more);
            }
        });
        let (weights, more) = first.split_at(self.sums());
        let parts = weights.chunks_exact(group.packed_sums());
        for (sums, gradient) in parts.zip(gradient.chunks_exact_mut(group.weights())) {
            group.unpack(sums, gradient);
        }
        bias.iter_mut().zip(more).for_each(|(bias, more)| *bias += more);
    }
}
