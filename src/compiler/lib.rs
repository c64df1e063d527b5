//! The network compiler: shapes, then a Rust type, then a native program, cached by content.

pub mod cache;
pub mod compile;
pub mod emit;
mod executable;
mod explain;
pub mod library;
pub mod summary;

pub use compile::compile;
pub use emit::{Program, emit};
pub use executable::{BUILTIN, Executable};
