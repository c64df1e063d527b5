//! Layers: the fused path against the reference, and both against figures of PyTorch.

mod engines;
mod figures;
mod layers;
mod lengths;
mod lowering;
#[path = "../support/mod.rs"]
mod support;
mod threads;
