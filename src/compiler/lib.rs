//! The network compiler: shapes, then a Rust type, then a native program, cached by content.

pub mod cache;
pub mod compile;
pub mod emit;
mod explain;
pub mod library;
pub mod summary;

pub use compile::{Compiled, compile};
pub use emit::{Program, emit};
