//! CPU kernels over slices: the only place with `unsafe`. Results do not depend on the number of threads.
//!
//! Loops are `#[inline]`, so that they are compiled once more in the program of each network, which
//! may use all that the processor has; there is no need to choose among versions at run time.
#![allow(unsafe_code)]

mod block;
mod bytes;
pub mod conv;
pub mod elementwise;
pub mod lines;
pub mod mask;
pub mod math;
pub mod matmul;
pub mod noise;
mod pack;
#[cfg(target_arch = "x86_64")]
mod pairs;
pub mod panels;
pub mod parallel;
pub mod planes;
pub mod reduce;
pub mod resample;
mod simd;
mod strip;
pub mod team;
mod tile;
mod turn;
pub mod widest;
pub mod window;
