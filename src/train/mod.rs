//! Training: events in, files out.

pub mod event;
pub mod row;
