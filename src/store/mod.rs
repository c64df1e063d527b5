//! The only code that writes under results/: every file goes to a temporary name, is synced, and is
//! renamed, so that no reader ever sees half a file.

pub mod columns;
mod create;
pub mod disk;
pub mod event_file;
pub mod folder;
pub mod group;
pub mod journal;
pub mod lock;
pub mod machine;
pub mod metrics;
pub mod record;
pub mod samples;
pub mod sweep;
pub mod tensors;

pub use columns::Columns;
pub use disk::read_capped;
pub use folder::RunFolder;
pub use group::Group;
pub use journal::Journal;
pub use record::{LayerRow, Machine, NetworkRecord, Record, Status};
pub use sweep::SweepFolder;
