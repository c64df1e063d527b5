//! The command `runner`: reads the command line, does what it says, and tells how it ended.

use std::process::ExitCode;

use clap::FromArgMatches;
use runner::cli::args::{self, Cli};
use runner::cli::{dispatch, output, shorthand};

fn main() -> ExitCode {
    let mut command = args::command();
    let arguments = shorthand::expand(std::env::args_os().collect(), &command);
    let parsed = command
        .try_get_matches_from_mut(arguments)
        .and_then(|matches| Cli::from_arg_matches(&matches).map_err(|error| error.format(&mut command)));
    let cli = match parsed {
        Ok(cli) => cli,
        // Help, version and mistakes in the command line end here: exit codes 0 and 2.
        Err(error) => shorthand::with_recipe(error).exit(),
    };
    match dispatch(&cli) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            output::error(&error);
            ExitCode::from(error.exit_code())
        }
    }
}
