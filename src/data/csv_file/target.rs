//! The target column: classes or values.

use std::collections::{BTreeSet, HashMap};

use super::super::column::{Column, Floats, Ids};
use super::super::schema::FieldKind;
use super::cells::Cells;
use super::options::{Options, TargetType};
use super::profile::{TargetProfile, class_name, number, shown};
use super::sheet::Sheet;
use super::{MAX_CATEGORIES, MAX_NAME_BYTES, wrong};
use runner_ground::error::{Error, Kind, Result};

/// With `target_type: auto`, at most this many distinct whole numbers are classes.
const FEW: usize = 20;

pub(super) struct Target {
    pub name: String,
    pub place: usize,
    /// `None` where targets are values.
    classes: Option<Classes>,
}

/// Class names in order, and the place of each.
struct Classes {
    names: Vec<String>,
    places: HashMap<String, u32>,
}

impl Classes {
    fn of(distinct: BTreeSet<String>) -> Self {
        let names = sorted(distinct.into_iter().collect());
        let places = names.iter().cloned().zip(0..).collect();
        Self { names, places }
    }
}

impl Target {
    pub fn of(sheet: &Sheet, place: usize, options: &Options, more: TargetProfile) -> Result<Self> {
        let name = sheet.names[place].clone();
        let (called, profile) = (shown(&name), &more.cells);
        if profile.missing > 0 {
            let what = format!(
                "the target '{called}' is missing here and in {} rows in all",
                profile.missing
            );
            let help = format!(
                "a target is never filled in: fix the file, or write 'columns: {{{called}: {{missing: drop_row}}}}'"
            );
            return Err(wrong(&sheet.file, profile.first_missing, what).help(help));
        }
        let numbers = profile.words == 0;
        let few = numbers && more.whole && more.distinct.len() <= FEW;
        let classes = match options.target_type {
            TargetType::Classes => true,
            TargetType::Values => false,
            TargetType::Auto => !numbers || few,
        };
        // Where no row stays, that is reported later.
        if more.distinct.len() == 1 && more.too_long.is_none() {
            let what = format!(
                "{}: every row has the same target in column '{called}': there is nothing to learn",
                sheet.file
            );
            return Err(Error::new(Kind::Data, what).help("name another column in 'dataset.target'"));
        }
        if !classes && let Some((line, cell)) = &profile.first_word {
            let help = "use 'target_type: classes', or name another column in 'dataset.target'";
            return Err(wrong(
                &sheet.file,
                *line,
                format!("'{}' in the target column '{called}' is not a number", shown(cell)),
            )
            .help(help));
        }
        if classes && let Some(line) = more.too_long {
            let what = format!("a class of the target '{called}' of more than {MAX_NAME_BYTES} bytes");
            return Err(wrong(&sheet.file, line, what).help("name another column in 'dataset.target'"));
        }
        if classes && more.distinct.len() > MAX_CATEGORIES {
            let what = format!(
                "{}: the target '{called}' has more than {MAX_CATEGORIES} classes",
                sheet.file
            );
            return Err(Error::new(Kind::Data, what)
                .help("name another column in 'dataset.target', or use 'target_type: values'"));
        }
        Ok(Self {
            name,
            place,
            classes: classes.then(|| Classes::of(more.distinct)),
        })
    }

    /// The class or value in a cell that is not missing, as 32 bits.
    pub fn read(&self, cell: &str, file: &str, line: u64) -> Result<TargetCell> {
        let Some(classes) = &self.classes else {
            let value = number(cell).ok_or_else(|| {
                wrong(
                    file,
                    line,
                    format!(
                        "'{}' in the target column '{}' is not a number",
                        shown(cell),
                        shown(&self.name)
                    ),
                )
            });
            return value.map(TargetCell::Value);
        };
        match classes.places.get(&class_name(cell)) {
            Some(&class) => Ok(TargetCell::Class(class)),
            None => {
                let what = format!(
                    "class '{}' of the target '{}' does not occur in the training file",
                    shown(cell),
                    shown(&self.name)
                );
                Err(wrong(file, line, what))
            }
        }
    }

    pub fn is_classes(&self) -> bool {
        self.classes.is_some()
    }

    pub fn info(&self) -> FieldKind {
        match &self.classes {
            Some(classes) => FieldKind::Class(classes.names.clone()),
            None => FieldKind::numbers(vec![self.name.clone()]),
        }
    }

    pub fn note(&self) -> String {
        match &self.classes {
            Some(Classes { names: classes, .. }) => {
                let some: Vec<String> = classes.iter().take(FEW).map(|class| shown(class)).collect();
                let more = if classes.len() > FEW { ", …" } else { "" };
                format!(
                    "target: '{}', {} classes: {}{more}",
                    shown(&self.name),
                    classes.len(),
                    some.join(", ")
                )
            }
            None => format!("target: '{}', values", shown(&self.name)),
        }
    }

    /// The targets of these rows.
    pub fn column(&self, cells: &Cells, rows: &[u32]) -> Box<dyn Column> {
        match cells.classes_of(rows) {
            Some(classes) => Box::new(Ids::classes(classes)),
            None => Box::new(Floats::of(1, &cells.values_of(rows))),
        }
    }
}

/// What a target cell holds.
pub(super) enum TargetCell {
    Class(u32),
    Value(f32),
}

/// Numbers by value, words by letter.
pub(crate) fn sorted(mut names: Vec<String>) -> Vec<String> {
    let numbers: Option<Vec<f32>> = names.iter().map(|name| number(name)).collect();
    if numbers.is_some() {
        names.sort_by(|a, b| {
            number(a)
                .unwrap_or(0.0)
                .total_cmp(&number(b).unwrap_or(0.0))
                .then_with(|| a.cmp(b))
        });
    }
    names
}
