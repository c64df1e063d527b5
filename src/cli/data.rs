//! `runner data`: what data there is, downloading it, and comparing it with what was published.

use comfy_table::Table;

use super::args::{DataArgs, DataCommand, ShowArgs, SourceArgs};
use super::output;
use super::progress::{Download, Style};
use super::run::show;
use crate::data::{self, DataContext, FileState, Origin, Status};
use crate::error::Result;

/// Does what the command says.
///
/// # Errors
/// An unknown dataset, a download that fails, a file that is not what was published.
pub fn run(args: &DataArgs) -> Result<()> {
    match &args.command {
        DataCommand::List { source } => list(source),
        DataCommand::Fetch { names, source, show } => fetch(names, source, show),
        DataCommand::Verify { names, source } => verify(names, source),
    }
}

fn context(source: &SourceArgs) -> DataContext {
    let context = DataContext::new(source.data.clone(), 0);
    DataContext { offline: source.offline, ..context }
}

fn list(source: &SourceArgs) -> Result<()> {
    let mut table = Table::new();
    table.load_style(output::NO_LINES).set_header(["dataset", "where", "what it is"]);
    for status in data::status(&context(source)) {
        table.add_row([status.name.to_owned(), place(&status), status.doc.to_owned()]);
    }
    output::print(&format!("{table}\n"))
}

fn place(status: &Status) -> String {
    match status.origin {
        Origin::Embedded => "embedded".to_owned(),
        Origin::Generated => "made from the seed".to_owned(),
        Origin::File => "your file".to_owned(),
        Origin::Download(_) => {
            let there = |state| matches!(state, FileState::Present | FileState::Unpacked);
            let present = status.files.iter().filter(|file| there(file.state)).count();
            let bytes: u64 = status.files.iter().map(|file| file.bytes).sum();
            let all = status.files.len();
            match present {
                n if n == all => "here".to_owned(),
                0 => format!("to download ({})", indicatif::DecimalBytes(bytes)),
                n => format!("{n} of {all} files here"),
            }
        }
    }
}

fn fetch(names: &[String], source: &SourceArgs, asked: &ShowArgs) -> Result<()> {
    let context = context(source);
    for name in names {
        let mut download = Download::new(Style::choose(asked));
        data::fetch(name, &context, &mut |step| show(&mut download, &step))?;
        drop(download);
        output::say(&format!("{name}: complete in {}", context.folder.display()));
    }
    Ok(())
}

fn verify(names: &[String], source: &SourceArgs) -> Result<()> {
    let context = context(source);
    let here = || data::status(&context).into_iter().filter(|s| !s.files.is_empty() && s.ready());
    let all: Vec<String> = match names {
        [] => here().map(|status| status.name.to_owned()).collect(),
        names => names.to_vec(),
    };
    if all.is_empty() {
        output::say(&format!("no downloaded data in {}", context.folder.display()));
    }
    for name in &all {
        let files = data::verify(name, &context)?;
        output::print(&format!("{name}: {files} files are as published\n"))?;
    }
    Ok(())
}
