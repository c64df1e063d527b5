//! `runner completions SHELL`.

use clap::CommandFactory;

use super::args::Cli;
use super::output;
use crate::error::Result;

/// Prints the shell's completion script.
///
/// # Errors
/// When standard output cannot be written to.
pub fn run(shell: clap_complete::Shell) -> Result<()> {
    let mut script = Vec::new();
    clap_complete::generate(shell, &mut Cli::command(), "runner", &mut script);
    output::print(&String::from_utf8_lossy(&script))
}
