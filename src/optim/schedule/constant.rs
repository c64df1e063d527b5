//! The optimizer's learning rate throughout: what a bare warmup ends in.

use super::fields::nothing;
use super::{Curve, Interval, SchedulerDef};
use runner_declare::Section;

/// The definition of `constant`.
pub(super) static CONSTANT: SchedulerDef = SchedulerDef {
    section: Section {
        name: "constant",
        doc: "The optimizer's learning rate throughout; useful with a warmup.",
        fields: &[],
        shorthand: None,
    },
    intervals: &[Interval::Epoch, Interval::Step],
    check: nothing,
    late: nothing,
    build: |_, span| Ok(Box::new(Constant(span.base_lr))),
};

/// One rate.
pub(super) struct Constant(pub(super) f64);

impl Curve for Constant {
    fn lr(&self, _tick: u64) -> f64 {
        self.0
    }
}
