//! The keys of a recipe, one file a section: each declares its fields beside the struct they become.

mod dataset;
mod early_stopping;
mod logging;
mod lr_scheduler;
mod optimizer;
mod root;
mod trainer;

pub use early_stopping::{BestEpoch, EarlyStopping, Mode};
pub use logging::Log;
pub use root::{MAX_NAME, MAX_NAME_BYTES, MAX_SEED, head, tail, tail_of_models};
pub use trainer::{Device, Engine, Trainer};
