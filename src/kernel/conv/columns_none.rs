//! Stands in for the way by columns where the processor cannot have AVX-512: it is never taken.

use super::geometry::Geometry;

/// None is ever made.
#[derive(Clone, Copy)]
pub(super) enum Columns {}

impl Columns {
    pub(super) fn new(_: Geometry) -> Option<Self> {
        None
    }

    pub(super) fn both_ways(&self) -> bool {
        match *self {}
    }

    pub(super) fn map(&self, _: &[f32], _: &[f32], _: &mut [f32]) {
        match *self {}
    }

    pub(super) fn image(&self, _: &[f32], _: &[f32], _: &mut [f32]) {
        match *self {}
    }

    pub(super) fn add_weights(&self, _: &[f32], _: &[f32], _: &mut [f32]) {
        match *self {}
    }
}
