//! What tests share.
#![allow(dead_code, reason = "each test binary uses its part")]

pub mod data;
pub mod fixture;
pub mod layers;
pub mod messages;
pub mod place;
