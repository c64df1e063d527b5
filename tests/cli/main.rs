//! The commands, as people call them.

#[cfg(unix)]
mod advice;
mod bad_runs;
mod baseline;
mod check;
mod command_line;
mod compare;
mod data_said;
#[cfg(unix)]
mod docs;
mod earlier_runs;
mod floors;
#[cfg(unix)]
mod generate;
mod init_from;
mod list;
#[cfg(unix)]
mod lr_find;
mod messages;
mod metrics;
mod models;
mod pictures;
mod predict;
mod progress;
mod report_page;
mod runs;
#[cfg(unix)]
mod same_data;
mod seeds;
#[path = "../support/mod.rs"]
mod support;
mod sweep;
#[cfg(unix)]
mod sweep_kills;
#[cfg(unix)]
mod sweep_settings;
#[cfg(unix)]
mod tensorboard;
mod texts;
#[cfg(unix)]
mod verify;
