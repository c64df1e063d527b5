//! The command line: one file a command. Commands return errors; `main` prints them.

pub mod args;
mod clean;
mod completions;
pub mod data;
pub mod find;
pub mod list;
pub mod output;
pub mod progress;
pub mod recipes;
mod report;
pub mod shorthand;
pub mod summary;

use crate::error::Result;
use args::{Cli, Command};

/// Does what the command line says.
///
/// # Errors
/// Whatever the command runs into; its kind is the exit code.
pub fn dispatch(cli: &Cli) -> Result<()> {
    match &cli.command {
        Command::List(args) => list::run(args),
        Command::Report(args) => report::run(args),
        Command::Clean => clean::run(),
        Command::Completions { shell } => completions::run(*shell),
        _ => Err(crate::error::Error::new(
            crate::error::Kind::Failure,
            "not part of this build yet",
        )),
    }
}
