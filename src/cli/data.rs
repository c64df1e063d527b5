//! `runner data list`: every dataset, and whether its samples are there.

use comfy_table::{ContentArrangement, Table};

use super::output::NO_LINES;
use crate::report::format;

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
