//! The command `runner`: reads the command line, does what it says, and shows how it ended.

use std::process::ExitCode;

use runner::cli::{builtin, dispatch, grammar, output};

fn main() -> ExitCode {
    if let Some(ending) = builtin::asked() {
        return ending;
    }
    let cli = match grammar::parse(std::env::args_os().collect()) {
        Ok(cli) => cli,
        // Help, version and mistakes in the command line end here: exit codes 0 and 2.
        Err(error) => error.exit(),
    };
    match dispatch(&cli) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            output::error(&error);
            ExitCode::from(error.exit_code())
        }
    }
}
