//! The command `runner`: reads the command line, does what it says, and tells how it ended.

use std::process::ExitCode;

use clap::{CommandFactory, Parser};
use runner::cli::args::Cli;
use runner::cli::{dispatch, output, shorthand};

fn main() -> ExitCode {
    let arguments = shorthand::expand(std::env::args_os().collect(), &Cli::command());
    // Help, version and mistakes in the command line end here: exit codes 0 and 2.
    let cli = Cli::parse_from(arguments);
    match dispatch(&cli) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            output::error(&error);
            ExitCode::from(error.exit_code())
        }
    }
}
