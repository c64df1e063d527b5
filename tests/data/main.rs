//! Data and recipes: what is read, refused and told.

mod download;
mod prepare;
mod real;
mod recipe;
mod resume;
#[path = "../support/mod.rs"]
mod support;
