//! Reading the command line: clap's grammar with what is our own about it.

use std::ffi::{OsStr, OsString};
use std::path::{Path, PathBuf};

use clap::error::{ContextKind, ContextValue, ErrorKind};
use clap::{Command, CommandFactory, FromArgMatches};

use super::args::Cli;
use super::shorthand;
use runner_ground::text::format::shell;

/// What these arguments, the program's name first, ask for.
///
/// # Errors
/// Help, the version, and mistakes: what clap shows before it ends the process.
pub fn parse(arguments: Vec<OsString>) -> Result<Cli, clap::Error> {
    let mut command = without_empty_variables(Cli::command());
    let arguments = shorthand::expand(arguments, &command);
    let matches = command.try_get_matches_from_mut(arguments).map_err(with_recipe)?;
    Cli::from_arg_matches(&matches).map_err(|error| error.format(&mut command))
}

/// A variable of the environment that is set to nothing counts as not set.
fn without_empty_variables(command: Command) -> Command {
    let is_empty = |name: &OsStr| std::env::var_os(name).is_some_and(|value| value.is_empty());
    command
        .mut_args(|arg| match arg.get_env() {
            Some(name) if is_empty(name) => arg.env(None::<&str>),
            _ => arg,
        })
        .mut_subcommands(without_empty_variables)
}

/// An error of the command line; where a word names no command but a recipe that is there, it says so.
fn with_recipe(mut error: clap::Error) -> clap::Error {
    if let (ErrorKind::InvalidSubcommand, Some(ContextValue::String(word))) =
        (error.kind(), error.get(ContextKind::InvalidSubcommand))
        && let Some(path) = recipe_named(word)
    {
        let tip = format!("a recipe has this name: runner {}", shell(&path.to_string_lossy()));
        error.remove(ContextKind::SuggestedSubcommand);
        error.insert(ContextKind::Suggested, ContextValue::StyledStrs(vec![tip.into()]));
    }
    error
}

fn recipe_named(word: &str) -> Option<PathBuf> {
    let folders = ["recipes", ""].into_iter();
    let files = folders.flat_map(|folder| ["yaml", "yml"].map(|end| Path::new(folder).join(format!("{word}.{end}"))));
    files.into_iter().find(|path| path.is_file())
}
