//! Files and the machine they lie on: whole or not at all, locked, and what the disk says in words.

pub mod disk;
pub mod lock;
pub mod machine;
pub mod tensors;
