//! The only code that writes under results/: every file goes to a temporary name, is synced, and is
//! renamed, so that no reader ever sees half a file.

mod create;
pub mod disk;
pub mod folder;
pub mod journal;
pub mod lock;
pub mod machine;
pub mod metrics;
pub mod record;
pub mod samples;
pub mod sweep;
pub mod tensors;

pub use disk::read_capped;
pub use folder::RunFolder;
pub use journal::Journal;
pub use record::{LayerRow, Machine, NetworkRecord, Record, Status};
pub use sweep::SweepFolder;
