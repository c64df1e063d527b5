//! The only code that writes under results/: every file goes to a temporary name, is synced, and is
//! renamed, so that no reader ever sees half a file.

pub mod columns;
mod create;
pub mod event_file;
pub mod findings;
pub mod folder;
pub mod group;
pub mod journal;
mod listing;
pub mod metrics;
pub mod names;
pub mod picture;
pub mod record;
pub mod row;
pub mod samples;
pub mod summary;
pub mod sweep;

pub use columns::Columns;
pub use folder::RunFolder;
pub use group::Group;
pub use journal::Journal;
pub use listing::{recipes_among, runs_of};
pub use record::{InitialWeights, LayerRow, MetricRecord, ModelRecord, NetworkRecord, Record, Status};
pub use row::Row;
pub use summary::Summary;
pub use sweep::SweepFolder;

/// The largest checkpoint that is read.
pub const CHECKPOINT_CAP: u64 = 16 << 30;
