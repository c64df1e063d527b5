//! Pictures in files: how they are read, one and many of them.

pub mod decode;
mod ground;
mod orientation;
mod refused;
pub mod resize;
mod rules;
mod several;

pub use ground::Ground;
pub use rules::{BACKGROUND, NEW_BACKGROUND, NEW_ORIENTATION, ORIENTATION, Rules};
pub use several::{Noticed, Unread, read, survey};

#[cfg(test)]
pub(crate) mod tests;
