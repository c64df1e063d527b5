//! The runner as the process that fits a model: what a compiled network's program is to a recipe with a network.

use std::ffi::OsString;
use std::process::ExitCode;

use clap::Parser;

use runner_compiler::BUILTIN;
use runner_train::process::{Arguments, builtin};

/// How the work ended, where this process was started to do it.
pub fn asked() -> Option<ExitCode> {
    let mut arguments = std::env::args_os();
    let name = arguments.next()?;
    let asked = arguments.next().is_some_and(|first| first == BUILTIN);
    asked.then(|| {
        let arguments: Vec<OsString> = [name].into_iter().chain(arguments).collect();
        builtin(&Arguments::parse_from(arguments))
    })
}
