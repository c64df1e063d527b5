//! Stands in for the planar way where the processor cannot have AVX-512: it is never taken.

/// None is ever made.
#[derive(Clone, Copy)]
pub(super) enum Planar {}

impl Planar {
    pub(super) fn new(_: [usize; 3], _: [usize; 3], _: usize, _: bool) -> Option<Self> {
        None
    }

    pub(super) fn together(&self) -> usize {
        match *self {}
    }

    pub(super) fn room(&self) -> [usize; 2] {
        match *self {}
    }

    pub(super) fn convolve(&self, _: &[f32], _: &[f32], _: &mut [f32]) {
        match *self {}
    }

    pub(super) fn add_weights(&self, _: &[f32], _: &[f32], _: &mut [f32], _: [&mut [f32]; 2]) {
        match *self {}
    }
}

pub(super) fn available() -> bool {
    false
}
