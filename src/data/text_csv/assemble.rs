//! From labelled texts to a dataset: labels become classes, characters numbers, and parts are held out.

use std::collections::{BTreeSet, HashMap};

use super::super::assemble::{self, Parts};
use super::super::column::{Ids, Sequences};
use super::super::csv_file::{sorted, wrong};
use super::super::dataset::{Dataset, Part};
use super::super::schema::{DataInfo, FieldKind};
use super::super::settings::Splits;
use super::rows::Rows;
use super::vocabulary::Vocabulary;
use runner_ground::error::{Error, Kind, Result};
use runner_ground::text::format;

/// The most classes.
const MAX_CLASSES: usize = 10_000;

/// The rows of the files that a recipe names.
pub(super) struct Labelled {
    pub main: Rows,
    pub validation: Option<Rows>,
    pub test: Option<Rows>,
}

/// What the texts of a part have that is worth a note.
#[derive(Default)]
struct Told {
    cut: usize,
    empty: usize,
    /// Characters that are not in the vocabulary.
    unknown: usize,
}

impl Labelled {
    /// Divided, with the vocabulary that is made for the texts of the training part.
    ///
    /// # Errors
    /// When there is one class alone, or a held-out file has another one; when there is no vocabulary.
    pub fn dataset(
        self,
        name: &str,
        room: usize,
        seed: u64,
        splits: &Splits,
        vocabulary: impl FnOnce(&[&str]) -> Result<Vocabulary>,
    ) -> Result<Dataset> {
        let classes = classes(&self.main)?;
        let own = ids(&self.main, &classes)?;
        let share = |file: &Option<Rows>, share: f64| if file.is_some() { 0.0 } else { share };
        let shares = [
            share(&self.validation, splits.validation_split),
            share(&self.test, splits.test_split),
        ];
        let [train, validation, test] = assemble::divide(own.len(), Some(&own), shares, seed);
        let texts = train.iter().map(|&row| self.main.texts[row as usize].as_str());
        let vocabulary = vocabulary(&texts.collect::<Vec<_>>())?;
        let mut told = Told::default();
        let mut held_out = |own_file: &Option<Rows>, rows: Vec<u32>| -> Result<Option<Part>> {
            match own_file {
                Some(file) => {
                    let all: Vec<u32> = (0..file.texts.len() as u32).collect();
                    Ok(Some(part(
                        file,
                        &ids(file, &classes)?,
                        &all,
                        &vocabulary,
                        room,
                        &mut told,
                    )))
                }
                None if rows.is_empty() => Ok(None),
                None => Ok(Some(part(&self.main, &own, &rows, &vocabulary, room, &mut told))),
            }
        };
        let (validation, test) = (held_out(&self.validation, validation)?, held_out(&self.test, test)?);
        let parts = Parts {
            train: part(&self.main, &own, &train, &vocabulary, room, &mut told),
            validation,
            test,
        };
        let mut info = info(name, &vocabulary, classes, room);
        info.notes = notes(&self.main, &info, &own, &told, room);
        assemble::finish(info, parts, splits)
    }
}

/// Texts of at most `room` characters, and one of these classes each.
pub(super) fn info(name: &str, vocabulary: &Vocabulary, classes: Vec<String>, room: usize) -> DataInfo {
    let text = FieldKind::Tokens {
        vocabulary: vocabulary.names().to_vec(),
        length: room,
        ragged: true,
    };
    assemble::info(name, text, FieldKind::Class(classes))
}

/// The labels that there are, sorted.
fn classes(rows: &Rows) -> Result<Vec<String>> {
    let distinct: BTreeSet<&String> = rows.labels.iter().collect();
    let wrong = |message: String| Error::new(Kind::Data, format!("{}: {message}", rows.file));
    match distinct.len() {
        1 => Err(wrong(format!(
            "every row has the same label, '{}': there is nothing to learn",
            rows.labels[0]
        ))),
        n if n > MAX_CLASSES => {
            let error = wrong(format!("the label has more than {MAX_CLASSES} classes"));
            Err(error.help("name another column in 'dataset.label'"))
        }
        _ => Ok(sorted(distinct.into_iter().cloned().collect())),
    }
}

/// The class of each row.
fn ids(rows: &Rows, classes: &[String]) -> Result<Vec<u32>> {
    let places: HashMap<&str, u32> = classes.iter().map(String::as_str).zip(0..).collect();
    let class = |(label, &line): (&String, &u64)| {
        let found = places.get(label.as_str()).copied();
        found.ok_or_else(|| {
            wrong(
                &rows.file,
                line,
                format!("label '{label}' does not occur in the training file"),
            )
        })
    };
    rows.labels.iter().zip(&rows.lines).map(class).collect()
}

fn part(rows: &Rows, classes: &[u32], of: &[u32], vocabulary: &Vocabulary, room: usize, told: &mut Told) -> Part {
    let texts = of.iter().map(|&row| {
        let encoded = vocabulary.encode(&rows.texts[row as usize], room);
        told.cut += usize::from(encoded.cut > 0);
        told.empty += usize::from(encoded.tokens.is_empty());
        told.unknown += encoded.unknown;
        encoded.tokens
    });
    let classes = of.iter().map(|&row| classes[row as usize]).collect();
    Part::new(Sequences::new(room, texts), Ids::classes(classes), of.to_vec())
}

fn notes(main: &Rows, info: &DataInfo, own: &[u32], told: &Told, room: usize) -> Vec<String> {
    let counts = info.classes().unwrap_or_default().iter().zip(0u32..).take(20);
    let counts: Vec<String> = counts
        .map(|(class, id)| {
            let count = own.iter().filter(|&&other| other == id).count();
            format!("{class} {}", format::count(count as u64))
        })
        .collect();
    let characters = info.vocabulary().map_or(0, <[String]>::len) - 2;
    let mut notes = vec![format!(
        "{}: {} texts, {characters} distinct characters in the training part; {}",
        main.file,
        format::count(own.len() as u64),
        counts.join(", ")
    )];
    let mut note = |count: usize, what: String| {
        if count > 0 {
            notes.push(format!("{what}: {}", format::count(count as u64)));
        }
    };
    note(
        told.cut,
        format!("texts of which only the first {room} characters are read ('max_length')"),
    );
    note(told.empty, "texts without a character".to_owned());
    note(
        told.unknown,
        "characters of held-out texts that the training part does not have, read as unknown".to_owned(),
    );
    notes
}
