//! `runner recipes`: the gallery of recipes in a folder.

use std::path::{Path, PathBuf};

use comfy_table::{ContentArrangement, Table};
use serde::Serialize;

use super::args::RecipesArgs;
use super::output::{self, NO_LINES};
use runner_ground::error::{Error, Kind, Result};
use runner_ground::text::format;
use runner_ground::text::one_line;
use runner_recipe::Headline;

/// Shows each recipe of a folder: file, task, one line.
///
/// # Errors
/// When the folder cannot be read.
pub fn run(args: &RecipesArgs) -> Result<()> {
    let mut cards = Vec::new();
    for path in files(&args.folder)? {
        match Headline::read(&path) {
            Ok(headline) => cards.push(Card {
                path,
                task: headline.task.unwrap_or_default(),
                line: headline.description.unwrap_or_default(),
            }),
            // One that cannot be read does not hide the others.
            Err(error) => output::error(&error),
        }
    }
    if args.json {
        output::print_json(&cards)
    } else {
        output::print(&table(&cards, output::width()))
    }
}

/// A recipe as the gallery shows it.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Card {
    /// Its file.
    pub path: PathBuf,
    /// Its task; empty where the file cannot be read as a recipe.
    pub task: String,
    /// What it shows, in one line.
    pub line: String,
}

/// The YAML files of a folder, sorted by name.
///
/// # Errors
/// When the folder cannot be read.
pub fn files(folder: &Path) -> Result<Vec<PathBuf>> {
    let entries = std::fs::read_dir(folder).map_err(|error| {
        Error::new(Kind::Usage, format!("{}: {error}", folder.display()))
            .help("`runner recipes DIR` shows the recipes of another folder")
    })?;
    let yaml = |path: &PathBuf| path.is_file() && path.extension().is_some_and(|end| end == "yaml" || end == "yml");
    let mut files: Vec<PathBuf> = entries.flatten().map(|entry| entry.path()).filter(yaml).collect();
    files.sort();
    Ok(files)
}

/// The gallery as text: a line each, cut to `width` columns where there is a width.
pub fn table(cards: &[Card], width: Option<usize>) -> String {
    let mut table = Table::new();
    table
        .load_style(NO_LINES)
        .set_content_arrangement(ContentArrangement::Disabled);
    table.set_header(["recipe", "task", "what it shows"]);
    for card in cards {
        let path = card.path.display().to_string();
        table.add_row([&path, &card.task, &card.line].map(|text| one_line(text)));
    }
    for column in table.column_iter_mut() {
        column.set_padding((0, 2));
    }
    let cut = |line: &str| console::truncate_str(line.trim_end(), width.unwrap_or(usize::MAX), "…").into_owned();
    let mut text: String = table.lines().map(|line| cut(&line) + "\n").collect();
    if let Some(card) = cards.first() {
        text.push_str(&format!(
            "\nto train one: runner {}\n",
            format::shell(&card.path.to_string_lossy())
        ));
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_gallery_is_cut_to_the_terminal() {
        let card = |path: &str, task: &str, line: &str| Card {
            path: path.into(),
            task: task.into(),
            line: line.into(),
        };
        let cards = [
            card(
                "recipes/iris.yaml",
                "classification",
                "Three kinds of iris: 97 % in two seconds.",
            ),
            card(
                "recipes/diabetes.yaml",
                "regression",
                "How a disease goes on after a year.",
            ),
        ];
        let expected = "\
recipe                 task            what it shows
recipes/iris.yaml      classification  Three kinds of iris: 97 % in two seconds.
recipes/diabetes.yaml  regression      How a disease goes on after a year.

to train one: runner recipes/iris.yaml
";
        assert_eq!(table(&cards, None), expected);
        assert!(
            table(&cards, Some(50))
                .lines()
                .all(|line| console::measure_text_width(line) <= 50)
        );
    }

    #[test]
    fn a_recipe_cannot_break_the_table() {
        let card = Card {
            path: "a\nb.yaml".into(),
            task: "classi\rfication".into(),
            line: "\x1b[2Jgone".into(),
        };
        let text = table(&[card], None);
        let row = text.lines().nth(1).unwrap();
        assert_eq!(row, "a\\nb.yaml  classi\\rfication  \\u{1b}[2Jgone");
    }

    #[test]
    fn only_yaml_files_are_recipes() {
        let root = tempfile::tempdir().unwrap();
        for name in ["b.yaml", "a.yml", "notes.md"] {
            std::fs::write(root.path().join(name), "").unwrap();
        }
        std::fs::create_dir(root.path().join("c.yaml")).unwrap();
        assert_eq!(
            files(root.path()).unwrap(),
            [root.path().join("a.yml"), root.path().join("b.yaml")]
        );
        assert!(files(&root.path().join("none")).is_err());
    }
}
