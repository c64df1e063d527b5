//! The target column: classes or values.

use std::collections::{BTreeSet, HashMap};

use super::super::column::{Column, Ids};
use super::super::schema::FieldKind;
use super::looks::Look;
use super::options::{Options, TargetType};
use super::reading::{Format, Reader, number};
use super::sheet::Sheet;
use super::table::{self, MISSING, Table, Values};
use super::{MAX_CATEGORIES, MAX_NAME_BYTES, wrong};
use runner_ground::error::{Error, Kind, Result};
use runner_ground::text::clip as shown;

/// With `target_type: auto`, at most this many distinct whole numbers are classes.
const FEW: usize = 20;

pub(super) struct Target {
    pub name: String,
    pub place: usize,
    pub format: Format,
    /// `None` where targets are values.
    classes: Option<Classes>,
}

/// Class names in order, and the place of each.
struct Classes {
    names: Vec<String>,
    places: HashMap<String, u32>,
}

/// The targets of a file's rows.
pub(super) enum Targets {
    Classes(Vec<u32>),
    Values(Vec<f64>),
}

impl Classes {
    fn of(distinct: BTreeSet<String>) -> Self {
        let names = sorted(distinct.into_iter().collect());
        let places = names.iter().cloned().zip(0..).collect();
        Self { names, places }
    }
}

/// What the target column holds in the rows that stay.
struct Seen<'a> {
    missing: Vec<u32>,
    first_word: Option<u32>,
    distinct: BTreeSet<&'a str>,
    whole: bool,
}

impl<'a> Seen<'a> {
    fn of(column: &'a table::Column, kept: &[u32]) -> Self {
        let mut seen = Self {
            missing: Vec::new(),
            first_word: None,
            distinct: BTreeSet::new(),
            whole: true,
        };
        let Values::Codes(codes) = &column.values else {
            return seen;
        };
        let mut used = vec![false; column.dictionary.words.len()];
        for &row in kept {
            let (code, x) = (codes[row as usize], column.numbers[row as usize]);
            match (code == MISSING, x.is_nan()) {
                (true, true) => seen.missing.push(row),
                (_, true) => {
                    seen.first_word.get_or_insert(row);
                    seen.whole = false;
                }
                (_, false) => seen.whole &= x.fract() == 0.0,
            }
            if let Some(used) = used.get_mut(code as usize) {
                *used = true;
            }
        }
        let words = column.dictionary.words.iter().zip(used).filter(|(_, used)| *used);
        seen.distinct = words.map(|(word, _)| word.as_str()).collect();
        seen
    }
}

impl Target {
    /// Decides what the target is, by the rows that stay.
    pub fn of(sheet: &Sheet, place: usize, options: &Options, table: &Table, kept: &[u32]) -> Result<Self> {
        let name = sheet.names[place].clone();
        let called = shown(&name);
        let column = &table.columns[place];
        if let Some(line) = column.profile.too_long {
            let what = format!("a class of the target '{called}' of more than {MAX_NAME_BYTES} bytes");
            return Err(wrong(&sheet.file, line, what).help("name another column in 'dataset.target'"));
        }
        let seen = Seen::of(column, kept);
        if seen.missing.len() == kept.len() && !kept.is_empty() {
            let what = format!("{}: the target, column '{called}', is empty", sheet.file);
            let help = "name the column to predict in 'dataset.target'; where each line ends in a delimiter, leave the empty column out: \
                        'drop: [-1]'";
            return Err(Error::new(Kind::Data, what).help(help));
        }
        if let Some(&row) = seen.missing.first() {
            let what = match seen.missing.len() {
                1 => format!("the target '{called}' is missing"),
                rows => format!("the target '{called}' is missing here and in {rows} rows in all"),
            };
            let help = format!(
                "a target is never filled in: fix the file, or write 'columns: {{{called}: {{missing: drop_row}}}}'"
            );
            return Err(wrong(&sheet.file, sheet.line_of(row), what).help(help));
        }
        let numbers = seen.first_word.is_none();
        let few = numbers && seen.whole && seen.distinct.len() <= FEW && column.profile.too_many.is_none();
        let classes = match options.target_type {
            TargetType::Classes => true,
            TargetType::Values => false,
            TargetType::Auto => !numbers || few,
        };
        if kept.is_empty() {
            let message = format!("{}: every row has a missing cell and is left out", sheet.file);
            return Err(Error::new(Kind::Data, message)
                .help("fill cells instead: 'missing: {numbers: median, words: most_frequent}'"));
        }
        if seen.distinct.len() == 1 {
            let what = format!(
                "{}: every row has the same target in column '{called}': there is nothing to learn",
                sheet.file
            );
            return Err(Error::new(Kind::Data, what).help("name another column in 'dataset.target'"));
        }
        if let Some(row) = seen.first_word.filter(|_| !classes) {
            let word = column.profile.first_word.as_ref().map_or("", |(_, word)| word);
            let help = "use 'target_type: classes', name another column in 'dataset.target', or say how its numbers are written: \
                        'unit', 'decimal' and 'thousands' in 'columns'";
            let what = format!("'{}' in the target column '{called}' is not a number", shown(word));
            return Err(wrong(&sheet.file, sheet.line_of(row), what).help(help));
        }
        if classes && column.profile.too_many.is_some() {
            let what = format!(
                "{}: the target '{called}' has more than {MAX_CATEGORIES} classes",
                sheet.file
            );
            return Err(Error::new(Kind::Data, what)
                .help("name another column in 'dataset.target', or use 'target_type: values'"));
        }
        if let Some((line, cell)) = column
            .profile
            .beyond
            .as_ref()
            .filter(|_| options.by_value() && !classes)
        {
            let what = format!(
                "the target '{called}' has whole numbers with more digits than 64 bits hold, the first '{}'",
                shown(cell)
            );
            return Err(wrong(&sheet.file, *line, what).help("take off what all have in common, in the file"));
        }
        if options.by_value() && classes && options.target_type == TargetType::Auto {
            let format = options.format(&name);
            ask_about(&seen, column, &called, &sheet.file, &format)?;
        }
        let distinct = seen.distinct.into_iter().map(str::to_owned).collect();
        Ok(Self {
            name,
            place,
            format: options.format(&sheet.names[place]),
            classes: classes.then(|| Classes::of(distinct)),
        })
    }

    /// The targets of these rows of a file.
    ///
    /// # Errors
    /// With file and line, where a target is missing, or is none that the training file has.
    pub fn read(&self, table: &Table, kept: &[u32], sheet: &Sheet) -> Result<Targets> {
        let called = shown(&self.name);
        let column = &table.columns[self.place];
        let Values::Codes(codes) = &column.values else {
            return Ok(Targets::Values(Vec::new()));
        };
        let refuse = |row: u32, what: String| wrong(&sheet.file, sheet.line_of(row), what);
        if let Some(line) = column.profile.too_long {
            let what = format!("a class of the target '{called}' of more than {MAX_NAME_BYTES} bytes");
            return Err(wrong(&sheet.file, line, what));
        }
        let missing = |row: &&u32| codes[**row as usize] == MISSING && column.numbers[**row as usize].is_nan();
        if let Some(&row) = kept.iter().find(missing) {
            return Err(refuse(row, format!("the target '{called}' is missing")));
        }
        let Some(classes) = &self.classes else {
            let value = |&row: &u32| {
                let x = column.numbers[row as usize];
                let word = column.profile.first_word.as_ref().map_or("", |(_, word)| word);
                let what = || format!("'{}' in the target column '{called}' is not a number", shown(word));
                if x.is_nan() { Err(refuse(row, what())) } else { Ok(x) }
            };
            return kept.iter().map(value).collect::<Result<_>>().map(Targets::Values);
        };
        let words = &column.dictionary.words;
        let places: Vec<Option<u32>> = words.iter().map(|word| classes.places.get(word).copied()).collect();
        let class = |&row: &u32| {
            let code = codes[row as usize] as usize;
            places.get(code).copied().flatten().ok_or_else(|| {
                let word = words.get(code).map_or("", String::as_str);
                let what = format!(
                    "class '{}' of the target '{called}' does not occur in the training file",
                    shown(word)
                );
                refuse(row, what)
            })
        };
        kept.iter().map(class).collect::<Result<_>>().map(Targets::Classes)
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

    /// The targets of these of the rows.
    pub fn column(targets: &Targets, rows: &[u32], reader: &Reader) -> Box<dyn Column> {
        match targets {
            Targets::Classes(classes) => {
                Box::new(Ids::classes(rows.iter().map(|&row| classes[row as usize]).collect()))
            }
            Targets::Values(values) => {
                let values = rows.iter().map(|&row| values[row as usize]).collect();
                Box::new(reader.floats(1, values))
            }
        }
    }
}

impl Targets {
    /// The class of each row, where targets are classes.
    pub fn classes(&self) -> Option<&[u32]> {
        match self {
            Self::Classes(classes) => Some(classes),
            Self::Values(_) => None,
        }
    }
}

/// Words that look like numbers, or of which nearly each stands once, are hardly classes.
fn ask_about(seen: &Seen<'_>, column: &table::Column, called: &str, file: &str, format: &Format) -> Result<()> {
    let words: Vec<String> = seen.distinct.iter().map(|word| (*word).to_owned()).collect();
    let first = words.first().map_or("", String::as_str);
    let rows = column.numbers.len();
    if let Some(look) = super::looks::look(&words, format).filter(|_| seen.first_word.is_some()) {
        let (what, rule) = super::questions::reading(&look);
        let rule = rule.split("; {type").next().unwrap_or_default();
        let message = format!(
            "{file}: the target '{called}' seems to hold {what}, such as '{}'",
            shown(first)
        );
        let help = match look {
            Look::Dates => "name another column in 'dataset.target', make numbers of them in the file, or write 'target_type: classes' where each \
                            is a class"
                .to_owned(),
            _ => format!(
                "write 'columns: {{{called}: RULE}}' with the rule {rule}; or 'target_type: classes' where each is a class"
            ),
        };
        return Err(Error::new(Kind::Data, message).help(help));
    }
    if words.len() > FEW && words.len() * 2 > rows {
        let message = format!(
            "{file}: the target '{called}' has {} different words in {rows} rows, such as '{}': too many to be classes",
            words.len(),
            shown(first)
        );
        let help = "name another column in 'dataset.target', or write 'target_type: classes' where they are classes all the same";
        return Err(Error::new(Kind::Data, message).help(help));
    }
    Ok(())
}

/// Numbers by value, words by letter.
pub(crate) fn sorted(mut names: Vec<String>) -> Vec<String> {
    let numbers: Option<Vec<f64>> = names.iter().map(|name| number(name)).collect();
    if numbers.is_some() {
        names.sort_by(|a, b| {
            number(a)
                .unwrap_or(0.0)
                .total_cmp(&number(b).unwrap_or(0.0))
                .then_with(|| a.cmp(b))
        });
    } else {
        names.sort();
    }
    names
}
