//! `runner baseline`: figures of runs kept in version control, and checked again.

mod check;
mod save;
mod table;

use super::args::BaselineCommand;
use runner_ground::error::Result;

/// Saves a baseline, or checks some.
///
/// # Errors
/// Those of what is asked for.
pub fn run(command: &BaselineCommand) -> Result<()> {
    match command {
        BaselineCommand::Save(args) => save::run(args),
        BaselineCommand::Check(args) => check::run(args),
    }
}
