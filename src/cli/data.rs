//! `runner data`: what data there is, downloading it, and comparing it with what was published.

use comfy_table::{ContentArrangement, Table};

use super::args::{DataArgs, DataCommand, ShowArgs};
use super::output::{self, NO_LINES};
use super::progress::{Download, Style};
use runner_data as data;
use runner_data::{DataContext, FileState, Origin, Status};
use runner_experiment::Source;
use runner_ground::error::Result;
use runner_ground::text::format;

/// Does what the command says.
///
/// # Errors
/// An unknown dataset, a download that fails, a file that is not what was published.
pub fn run(args: &DataArgs) -> Result<()> {
    match &args.command {
        DataCommand::List { data } => {
            let shelves: Vec<Shelf> = data::status(&context(&data.as_it_is())).iter().map(Shelf::of).collect();
            output::print(&table(&shelves, output::width()))
        }
        DataCommand::Fetch { names, source, show } => fetch(names, &source.source(), show),
        DataCommand::Verify { names, data } => verify(names, &data.as_it_is()),
    }
}

fn context(source: &Source) -> DataContext {
    DataContext {
        folder: source.data.clone(),
        offline: source.offline,
        ..DataContext::new(".", 0)
    }
}

fn fetch(names: &[String], source: &Source, asked: &ShowArgs) -> Result<()> {
    let context = context(source);
    let style = Style::choose(asked);
    for name in names {
        let mut download = Download::new(style);
        data::fetch(name, &context, &mut |step| download.step(&step))?;
        drop(download);
        if style.for_people() {
            output::say(&format!("{name}: complete in {}", context.folder.display()));
        }
    }
    Ok(())
}

fn verify(names: &[String], source: &Source) -> Result<()> {
    let context = context(source);
    let all: Vec<String> = match names {
        [] => data::status(&context)
            .into_iter()
            .filter(Status::begun)
            .map(|status| status.name.to_owned())
            .collect(),
        names => names.to_vec(),
    };
    if all.is_empty() {
        output::note(&format!("no downloaded data in {}", context.folder.display()));
    }
    let mut wrong = None;
    for name in &all {
        match data::verify(name, &context) {
            Ok(files) => output::print(&format!("{name}: {files} files are as published\n"))?,
            // All are looked at; the last that is wrong is reported by the caller.
            Err(error) => {
                if let Some(earlier) = wrong.replace(error) {
                    output::error(&earlier);
                }
            }
        }
    }
    wrong.map_or(Ok(()), Err)
}

impl Shelf {
    /// A dataset as its files stand.
    fn of(status: &Status) -> Self {
        let bytes = |wanted: fn(FileState) -> bool| -> u64 {
            status
                .files
                .iter()
                .filter(|file| wanted(file.state))
                .map(|file| file.bytes)
                .sum()
        };
        let state = match status.origin {
            Origin::Embedded | Origin::Generated => State::BuiltIn,
            Origin::File => State::YourFile,
            Origin::Download(_) if status.complete() => State::Here { bytes: bytes(|_| true) },
            Origin::Download(_) if status.ready() => State::InPart {
                bytes: bytes(|state| matches!(state, FileState::Present | FileState::Unpacked)),
            },
            Origin::Download(_) if bytes(|state| matches!(state, FileState::Wrong(_))) > 0 => State::Wrong,
            Origin::Download(_) => State::ToFetch {
                bytes: bytes(|state| !matches!(state, FileState::Present | FileState::Unpacked)),
            },
        };
        Self {
            name: status.name.to_owned(),
            state,
            doc: status.doc.to_owned(),
        }
    }
}

/// A dataset as the list shows it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Shelf {
    /// Its name in recipes.
    pub name: String,
    /// How it stands.
    pub state: State,
    /// What it is, in one line.
    pub doc: String,
}

/// How a dataset's samples are had.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum State {
    /// Part of runner, or made from a seed.
    BuiltIn,
    /// A file that the recipe names.
    YourFile,
    /// All files are in the data folder.
    Here {
        /// Their size.
        bytes: u64,
    },
    /// Some of its files are there, which is enough to train on.
    InPart {
        /// Their size.
        bytes: u64,
    },
    /// A download of this size is needed.
    ToFetch {
        /// What is still missing.
        bytes: u64,
    },
    /// A file is there but is not the published one.
    Wrong,
}

/// The list as text, each line cut to `width` columns where there is a width.
pub fn table(shelves: &[Shelf], width: Option<usize>) -> String {
    let mut table = Table::new();
    table
        .load_style(NO_LINES)
        .set_content_arrangement(ContentArrangement::Disabled);
    table.set_header(["dataset", "state", "what it is"]);
    for shelf in shelves {
        table.add_row([shelf.name.clone(), words(shelf.state), shelf.doc.clone()]);
    }
    for column in table.column_iter_mut() {
        column.set_padding((0, 2));
    }
    let cut = |line: &str| console::truncate_str(line.trim_end(), width.unwrap_or(usize::MAX), "…").into_owned();
    let mut text: String = table.lines().map(|line| cut(&line) + "\n").collect();
    if let Some(shelf) = shelves
        .iter()
        .find(|shelf| matches!(shelf.state, State::ToFetch { .. } | State::Wrong))
    {
        text.push_str(&format!("\nto have one: runner data fetch {}\n", shelf.name));
    }
    text
}

fn words(state: State) -> String {
    match state {
        State::BuiltIn => "built in".to_owned(),
        State::YourFile => "your file".to_owned(),
        State::Here { bytes } => format!("here, {}", format::bytes(bytes)),
        State::InPart { bytes } => format!("here in part, {}", format::bytes(bytes)),
        State::ToFetch { bytes } => format!("to fetch, {}", format::bytes(bytes)),
        State::Wrong => "damaged".to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_list_says_what_is_here() {
        let shelf = |name: &str, state, doc: &str| Shelf {
            name: name.into(),
            state,
            doc: doc.into(),
        };
        let shelves = [
            shelf(
                "mnist",
                State::ToFetch { bytes: 11_594_722 },
                "70,000 handwritten digits.",
            ),
            shelf("iris", State::BuiltIn, "Three kinds of iris."),
        ];
        let expected = "\
dataset  state              what it is
mnist    to fetch, 11.6 MB  70,000 handwritten digits.
iris     built in           Three kinds of iris.

to have one: runner data fetch mnist
";
        assert_eq!(table(&shelves, None), expected);
    }
}
