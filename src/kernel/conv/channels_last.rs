//! Samples whose pixels hold all channels side by side, `[height, width, channels]`, by the tiles of `direct`: nothing is
//! turned, results are written where they belong, and what needs no zeros around it is read where it lies. Samples of
//! one row, such as series, are computed together as the rows of one image, so that tiles are full however short a row
//! is.

use super::super::strip::Strips;
use super::direct::Steps;
use super::geometry::{Axis, Geometry};
use super::pixels::{Frame, Pixels};
use super::workspace::with_workspace;

/// Numbers of samples that are computed together, at most: what they and their frames are stays in the second-level
/// cache.
const TOGETHER: usize = 1 << 14;

impl Geometry {
    /// Samples that are computed together.
    pub(super) const fn rows_together(&self) -> usize {
        if !self.is_row() {
            return 1;
        }
        let most = TOGETHER / (self.image() + self.map());
        if most == 0 { 1 } else { most }
    }

    /// Whether a sample is one row.
    const fn is_row(&self) -> bool {
        let [
            Axis {
                image,
                map,
                kernel,
                padding,
                ..
            },
            _,
        ] = self.axes;
        image == 1 && map == 1 && kernel == 1 && padding == 0
    }

    /// Some samples as one.
    fn as_one(&self, samples: usize) -> Self {
        let [vertical, horizontal] = self.axes;
        if samples == 1 {
            return *self;
        }
        assert!(self.is_row(), "samples of one row");
        let rows = Axis {
            image: samples,
            map: samples,
            stride: 1,
            ..vertical
        };
        Self {
            axes: [rows, horizontal],
            ..*self
        }
    }

    pub(super) fn maps_of_pixels(&self, packed: &[f32], images: &[f32], maps: &mut [f32]) {
        let whole = self.as_one(images.len() / self.image());
        let (group, strips) = (whole.group(), Strips::best());
        let from = whole.source(group.image_frame(), whole.axes.map(|axis| axis.image), self.channels);
        let to = Steps {
            step: self.outputs,
            room: group.outputs,
        };
        with_workspace([from.room()], |[room]| {
            for (index, packed) in packed.chunks_exact(group.packed_map()).enumerate() {
                let pixels = from.read(images, index * group.channels..(index + 1) * group.channels, room);
                let maps = &mut maps[index * group.outputs..];
                group.map_from(strips, (pixels, from.frame), packed, maps, to);
            }
        });
    }

    pub(super) fn images_of_pixels(&self, packed: &[f32], maps: &[f32], images: &mut [f32]) {
        let whole = self.as_one(maps.len() / self.map());
        let (group, strips) = (whole.group(), Strips::best());
        // Without room for whole registers: here the map's numbers are read one by one.
        let frame = Frame {
            step: group.outputs,
            ..group.map_frame()
        };
        let from = whole.source(frame, whole.axes.map(|axis| axis.map), self.outputs);
        let to = Steps {
            step: self.channels,
            room: group.channels,
        };
        with_workspace([from.room()], |[room]| {
            for (index, packed) in packed.chunks_exact(group.packed_image()).enumerate() {
                let places = from.read(maps, index * group.outputs..(index + 1) * group.outputs, room);
                let images = &mut images[index * group.channels..];
                group.image_from(strips, (places, from.frame), packed, images, to);
            }
        });
    }

    pub(super) fn weights_of_pixels(&self, images: &[f32], maps: &[f32], sums: &mut [f32]) {
        let whole = self.as_one(images.len() / self.image());
        let (group, strips) = (whole.group(), Strips::best());
        let seen = whole.source(group.image_frame(), whole.axes.map(|axis| axis.image), self.channels);
        let all = whole.source(group.map_pixels(), whole.axes.map(|axis| axis.map), self.outputs);
        with_workspace([seen.room(), all.room()], |[pixels, places]| {
            for (index, sums) in sums.chunks_exact_mut(group.packed_sums()).enumerate() {
                let pixels = seen.read(images, index * group.channels..(index + 1) * group.channels, pixels);
                let places = all.read(maps, index * group.outputs..(index + 1) * group.outputs, places);
                group.add_weights(strips, (pixels, seen.frame), (places, all.frame), sums);
            }
        });
    }

    /// Where tiles read pixels of this size: in the sample itself where a frame would hold the same.
    fn source(&self, frame: Frame, [height, width]: [usize; 2], all: usize) -> Source {
        let bare = frame.top == 0 && frame.left == 0 && frame.height <= height && frame.width <= width;
        let there = bare && self.groups == 1 && frame.step == all;
        let pixels = Pixels { height, width, all };
        let frame = if there { Frame { height, width, ..frame } } else { frame };
        Source { frame, pixels, there }
    }
}

/// Pixels, and the frame that tiles read them from.
struct Source {
    frame: Frame,
    pixels: Pixels,
    /// Whether the pixels are the frame.
    there: bool,
}

impl Source {
    /// Numbers of the frame where one must be filled.
    fn room(&self) -> usize {
        if self.there { 0 } else { self.frame.numbers() }
    }

    /// These channels of all pixels, in the frame.
    fn read<'a>(&self, from: &'a [f32], channels: std::ops::Range<usize>, room: &'a mut [f32]) -> &'a [f32] {
        if self.there {
            return from;
        }
        self.frame.gather(&self.pixels, from, channels, room);
        room
    }
}
