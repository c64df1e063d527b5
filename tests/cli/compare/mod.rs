//! `runner compare`: what it finds, says and writes, over runs as a training would leave them.

mod evidence;
mod files;
mod runs;
mod tables;
mod told;
