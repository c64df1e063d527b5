//! Which way a convolution is computed: Winograd's for kernels of 3 × 3, by rows where there are few weights, by columns
//! or by spreading where these are faster, or by tiles of any convolution.

use super::super::strip::Strips;
use super::columns::Columns;
use super::geometry::Geometry;
use super::workspace::with_workspace;

/// Packed weights and sums of one group.
impl Geometry {
    /// Numbers of weights as [`Geometry::maps`] reads them.
    pub(super) const fn packed_map(&self) -> usize {
        if self.by_winograd() {
            self.points()
        } else if self.by_rows() {
            self.weights()
        } else {
            self.packed_for_map()
        }
    }

    /// Numbers of weights as [`Geometry::images`] reads them.
    pub(super) const fn packed_image(&self) -> usize {
        if self.by_winograd() {
            self.points()
        } else if self.by_spreading() {
            self.packed_for_spreading()
        } else {
            self.packed_for_image()
        }
    }

    /// Numbers of the sums of [`Geometry::backward_weights`].
    pub(super) const fn packed_sums(&self) -> usize {
        if !self.by_winograd() && self.by_rows() {
            self.rowwise_sums()
        } else {
            self.packed_map()
        }
    }

    pub(super) fn pack_map(&self, weights: &[f32], packed: &mut [f32]) {
        if self.by_winograd() {
            self.points_for_map(weights, packed);
        } else if self.by_rows() {
            packed.copy_from_slice(weights);
        } else {
            self.pack_for_map(weights, packed);
        }
    }

    pub(super) fn pack_image(&self, weights: &[f32], packed: &mut [f32]) {
        if self.by_winograd() {
            self.points_for_image(weights, packed);
        } else if self.columns_both_ways().is_some() {
            self.pack_for_map(weights, packed);
        } else if self.by_spreading() {
            self.pack_for_spreading(weights, packed);
        } else {
            self.pack_for_image(weights, packed);
        }
    }

    /// Columns from which images come as well. Their weights have as many numbers as those of any other way.
    fn columns_both_ways(&self) -> Option<Columns> {
        let columns = Columns::new(*self).filter(Columns::both_ways)?;
        (self.packed_image() >= self.packed_for_map()).then_some(columns)
    }

    pub(super) fn unpack(&self, sums: &[f32], gradient: &mut [f32]) {
        if self.by_winograd() {
            self.kernels_from_points(sums, gradient);
        } else if self.by_rows() {
            Self::unpack_rowwise(sums, gradient);
        } else {
            self.unpack_weights(sums, gradient);
        }
    }
}

/// Some samples; several at a time only where there is one group.
impl Geometry {
    /// Maps of images.
    pub(super) fn maps(&self, packed: &[f32], images: &[f32], maps: &mut [f32]) {
        if !self.in_planes() {
            return self.maps_of_pixels(packed, images, maps);
        }
        let (group, strips) = (self.group(), Strips::best());
        let (images, maps) = (
            images.chunks(self.part(images, self.image())),
            maps.chunks_mut(self.part(maps, self.map())),
        );
        for ((images, maps), packed) in images.zip(maps).zip(packed.chunks_exact(group.packed_map())) {
            if group.by_winograd() {
                group.winograd_maps(strips, images, packed, maps);
            } else if group.by_rows() {
                group.rowwise_map(strips, images, packed, maps);
            } else if let Some(columns) = Columns::new(group) {
                columns.map(images, packed, maps);
            } else {
                group.direct_map(strips, images, packed, maps);
            }
        }
    }

    /// Images of maps.
    pub(super) fn images(&self, packed: &[f32], maps: &[f32], images: &mut [f32]) {
        if !self.in_planes() {
            return self.images_of_pixels(packed, maps, images);
        }
        let (group, strips) = (self.group(), Strips::best());
        let (maps, images) = (
            maps.chunks(self.part(maps, self.map())),
            images.chunks_mut(self.part(images, self.image())),
        );
        for ((images, maps), packed) in images.zip(maps).zip(packed.chunks_exact(group.packed_image())) {
            if group.by_winograd() {
                group.winograd_images(strips, maps, packed, images);
            } else if let Some(columns) = group.columns_both_ways() {
                columns.image(maps, packed, images);
            } else if group.by_spreading() {
                group.spread_image(strips, maps, packed, images);
            } else {
                group.direct_image(strips, maps, packed, images);
            }
        }
    }

    /// Adds the weights' gradient that follows from gradients of maps.
    pub(super) fn backward_weights(&self, images: &[f32], maps: &[f32], sums: &mut [f32]) {
        if !self.in_planes() {
            return self.weights_of_pixels(images, maps, sums);
        }
        let (group, strips) = (self.group(), Strips::best());
        let (images, maps) = (
            images.chunks(self.part(images, self.image())),
            maps.chunks(self.part(maps, self.map())),
        );
        for ((images, maps), sums) in images.zip(maps).zip(sums.chunks_exact_mut(group.packed_sums())) {
            if group.by_winograd() {
                group.winograd_weights(strips, images, maps, sums);
            } else if group.by_rows() {
                group.rowwise_weights(images, maps, sums);
            } else if let Some(columns) = Columns::new(group) {
                columns.add_weights(images, maps, sums);
            } else {
                group.direct_weights(strips, images, maps, sums);
            }
        }
    }

    /// Numbers of one group in one sample, or of all samples where there is one group.
    fn part(&self, samples: &[f32], sample: usize) -> usize {
        if self.groups == 1 {
            samples.len()
        } else {
            sample / self.groups
        }
    }

    fn direct_map(&self, strips: Strips, image: &[f32], packed: &[f32], map: &mut [f32]) {
        let (from, to) = (self.image_frame(), self.map_pixels());
        let [height, width] = self.axes;
        with_workspace([from.numbers(), to.numbers()], |[pixels, places]| {
            from.fill(image, height.image, width.image, pixels);
            self.map_from(strips, (pixels, from), packed, places, to.steps());
            to.to_planes(places, map, height.map, width.map);
        });
    }

    fn direct_image(&self, strips: Strips, map: &[f32], packed: &[f32], image: &mut [f32]) {
        let (from, to) = (self.map_frame(), self.image_pixels());
        let [height, width] = self.axes;
        with_workspace([from.numbers(), to.numbers()], |[places, pixels]| {
            from.fill(map, height.map, width.map, places);
            self.image_from(strips, (places, from), packed, pixels, to.steps());
            to.to_planes(pixels, image, height.image, width.image);
        });
    }

    fn direct_weights(&self, strips: Strips, image: &[f32], map: &[f32], sums: &mut [f32]) {
        let (seen, all) = (self.image_frame(), self.map_pixels());
        let [height, width] = self.axes;
        with_workspace([seen.numbers(), all.numbers()], |[pixels, places]| {
            seen.fill(image, height.image, width.image, pixels);
            all.fill(map, height.map, width.map, places);
            self.add_weights(strips, (pixels, seen), (places, all), sums);
        });
    }
}
