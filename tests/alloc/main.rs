//! A steady training step allocates nothing, on the thread that runs it or on any other.

mod counting;
mod layers;
mod making;
mod step;
#[path = "../support/mod.rs"]
mod support;

/// One test, since whatever runs beside it would be counted, too.
#[test]
fn steady_steps_allocate_nothing() {
    layers::steady_steps_allocate_nothing();
    step::steady_steps_allocate_nothing();
    making::steady_steps_allocate_nothing();
}
