//! Data and recipes: what is read, refused and reported.

mod download;
mod prepare;
mod real;
mod recipe;
mod resume;
#[path = "../support/mod.rs"]
mod support;
