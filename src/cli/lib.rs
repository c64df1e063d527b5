//! The command line: one file a command. Commands return errors; `main` prints them.

pub mod args;
mod baseline;
mod bench;
pub mod builtin;
mod check;
mod clean;
pub mod compare;
mod completions;
mod data;
pub mod find;
mod generate;
pub mod grammar;
pub mod list;
mod lr_find;
mod lr_find_page;
pub mod output;
mod plot;
mod predict;
pub mod progress;
mod recipes;
mod replay;
mod report;
mod resume;
mod run;
mod schema;
mod seeds;
mod shorthand;
pub mod summary;
mod sweep;
mod trial;
mod verify;

use args::{Cli, Command};
use runner_data::csv_file::SharedTables;
use runner_ground::error::Result;

/// Does what the command line says.
///
/// # Errors
/// Whatever the command runs into; its kind is the exit code.
pub fn dispatch(cli: &Cli) -> Result<()> {
    // Who only checks starts nobody who would read a table again.
    let _tables = (!matches!(cli.command, Command::Check(_))).then(SharedTables::begin);
    match &cli.command {
        Command::Run(args) if args.multirun.is_empty() => run::run(args),
        Command::Run(args) => sweep::shorthand(args),
        Command::Check(args) => check::run(args),
        Command::Resume(args) => resume::run(args),
        Command::Sweep(args) => sweep::run(args),
        Command::Bench(args) => bench::run(args),
        Command::LrFind(args) => lr_find::run(args),
        Command::Replay(args) => replay::run(args),
        Command::Predict(args) => predict::run(args),
        Command::Generate(args) => generate::run(args),
        Command::Baseline(args) => baseline::run(&args.command),
        Command::Verify(args) => verify::run(args),
        Command::Data(args) => data::run(args),
        Command::Recipes(args) => recipes::run(args),
        Command::Schema(args) => schema::run(args),
        Command::List(args) => list::run(args),
        Command::Compare(args) => compare::run(args),
        Command::Report(args) => report::run(args),
        Command::Clean => clean::run(),
        Command::Completions { shell } => completions::run(*shell),
    }
}
