//! Words and numbers for people: the same in messages, in the terminal and on pages.

mod closest;
pub mod format;
mod line;
mod some_of;

pub use closest::closest;
pub use line::{clip, is_printable, one_line};
pub use some_of::some_of;
