//! CPU kernels over slices: the only place with `unsafe`. Results do not depend on the number of threads.
#![allow(unsafe_code)]

pub mod matmul;
