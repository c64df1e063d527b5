//! From what the columns hold and what the recipe declares to what is done with each column. Whatever
//! lacks a rule is said for all columns at once, with the rule to write.

use super::cells::Cells;
use super::options::{Categories, ColumnType, Missing, Options, Places};
use super::profile::{Markers, Profile, profile, shown};
use super::sheet::Sheet;
use super::target::Target;
use runner_ground::error::{Error, Kind, Result};

/// What is done with every column that is used.
pub(super) struct Plan {
    pub columns: Vec<Column>,
    pub target: Target,
    pub markers: Markers,
    /// The places of columns whose gaps leave their row out.
    pub dropping: Vec<usize>,
    dropped: Vec<String>,
}

/// A feature column.
#[derive(Clone, Debug)]
pub(super) struct Column {
    pub name: String,
    /// Its place in the file.
    pub place: usize,
    pub kind: ColumnType,
    declared: Option<ColumnType>,
    pub missing: Missing,
    pub categories: Categories,
}

impl Plan {
    pub fn of(sheet: &Sheet, options: &Options) -> Result<Self> {
        let Places { target: place, dropped } = options.places(&sheet.names)?;
        let markers = Markers::of(options);
        let drops = |(i, name): (usize, &String)| {
            (!dropped.contains(&i) && options.missing(name) == Missing::DropRow).then_some(i)
        };
        let dropping: Vec<usize> = sheet.names.iter().enumerate().filter_map(drops).collect();
        let (profiles, target_profile) = profile(sheet, place, &dropping, &markers)?;
        let target = Target::of(sheet, place, options, target_profile)?;
        let mut columns = Vec::new();
        let mut problems = Vec::new();
        for (i, (name, profile)) in sheet.names.iter().zip(&profiles).enumerate() {
            if i == place || dropped.contains(&i) {
                continue;
            }
            let column = Column::of(name, i, profile, options);
            problems.extend(column.problem(profile, sheet));
            columns.push(column);
        }
        if columns.is_empty() {
            return Err(Error::new(
                Kind::Data,
                format!("{}: every column but the target is dropped", sheet.file),
            ));
        }
        refuse(problems, &sheet.file)?;
        let dropped = dropped
            .into_iter()
            .filter_map(|i| sheet.names.get(i).cloned())
            .collect();
        Ok(Self {
            columns,
            target,
            markers,
            dropping,
            dropped,
        })
    }

    /// The places of all columns that are used.
    pub fn places(&self) -> impl Iterator<Item = usize> {
        self.columns
            .iter()
            .map(|column| column.place)
            .chain([self.target.place])
    }

    /// What was found, for the user.
    pub fn notes(&self, sheet: &Sheet, cells: &Cells) -> Vec<String> {
        let delimiter = match sheet.delimiter {
            b'\t' => "tab".to_owned(),
            other => format!("'{}'", char::from(other)),
        };
        let header = if sheet.header {
            "the first line names the columns"
        } else {
            "no header"
        };
        let mut notes = vec![
            format!(
                "{}: {} rows × {} columns, delimiter {delimiter}, {header}",
                sheet.file,
                cells.len(),
                sheet.names.len()
            ),
            self.target.note(),
        ];
        let list = |label: &str, names: Vec<&str>| {
            (!names.is_empty()).then(|| format!("{label} ({}): {}", names.len(), joined(&names)))
        };
        let of = |kind: ColumnType| {
            self.columns
                .iter()
                .filter(move |c| c.kind == kind)
                .map(|c| c.name.as_str())
                .collect()
        };
        notes.extend(list("numbers", of(ColumnType::Number)));
        notes.extend(list("categories", of(ColumnType::Category)));
        notes.extend(list("left out", self.dropped.iter().map(String::as_str).collect()));
        if cells.dropped_rows > 0 {
            notes.push(format!("rows left out for missing cells: {}", cells.dropped_rows));
        }
        notes
    }
}

impl Column {
    fn of(name: &str, place: usize, profile: &Profile, options: &Options) -> Self {
        let own = options.columns.get(name);
        let declared = own.and_then(|own| own.kind);
        let inferred = if profile.words == 0 {
            ColumnType::Number
        } else {
            ColumnType::Category
        };
        Self {
            name: name.to_owned(),
            place,
            kind: declared.unwrap_or(inferred),
            declared,
            missing: options.missing(name),
            categories: own.and_then(|own| own.categories).unwrap_or(options.categories),
        }
    }

    /// Why this column cannot be used as it is, and the rule that would do, as YAML.
    fn problem(&self, profile: &Profile, sheet: &Sheet) -> Option<(String, String)> {
        let (name, file) = (shown(&self.name), &sheet.file);
        let (words, gaps) = (profile.words, profile.missing);
        let word = profile
            .first_word
            .as_ref()
            .map(|(line, cell)| format!("'{}' at {file}:{line}", shown(cell)))
            .unwrap_or_default();
        let category = self.kind == ColumnType::Category;
        if words + profile.numbers == 0 {
            return Some((format!("column '{name}' is empty"), "{drop: true}".into()));
        }
        if !category && words > 0 {
            return Some((
                format!("column '{name}' has {words} cells that are not numbers, the first {word}"),
                "{type: category}".into(),
            ));
        }
        if category && self.declared.is_none() && profile.has_strays() {
            let what = format!(
                "column '{name}' holds {} numbers and {words} cells that are none, the first {word}",
                profile.numbers
            );
            let rule = "fix them, or name them in 'missing_markers'; {type: category} if all are words";
            return Some((what, rule.into()));
        }
        if category && self.declared.is_none() && profile.has_decimal_commas() {
            let what = format!("column '{name}' seems to hold numbers with decimal commas, the first {word}");
            return Some((
                what,
                "write them with points; {type: category} if they are words".into(),
            ));
        }
        if category && self.categories == Categories::Error {
            let gaps = if gaps > 0 {
                format!(", and {gaps} missing ones")
            } else {
                String::new()
            };
            let what = format!("column '{name}' holds {words} cells that are not numbers, the first {word}{gaps}");
            let rule = if gaps.is_empty() {
                "{categories: one_hot}"
            } else {
                "{categories: one_hot, missing: most_frequent}"
            };
            return Some((what, rule.into()));
        }
        let numeric_rule = matches!(self.missing, Missing::Mean | Missing::Median);
        if gaps > 0 && (self.missing == Missing::Error || category && numeric_rule) {
            let rule = if category { "most_frequent" } else { "median" };
            let why = if category && numeric_rule {
                " (words have no mean or median)"
            } else {
                ""
            };
            let what = format!(
                "column '{name}' has {gaps} missing cells{why}, the first at {file}:{}",
                profile.first_missing
            );
            return Some((what, format!("{{missing: {rule}}}")));
        }
        None
    }
}

/// One error for all columns without a rule.
fn refuse(problems: Vec<(String, String)>, file: &str) -> Result<()> {
    if problems.is_empty() {
        return Ok(());
    }
    let lines: Vec<String> = problems
        .iter()
        .map(|(what, rule)| format!("    {what} → {rule}"))
        .collect();
    let message = format!(
        "{file}: {} columns need a rule in 'dataset.columns' (or 'missing', 'categories', 'drop' for all):\n{}",
        problems.len(),
        lines.join("\n")
    );
    Err(Error::new(Kind::Data, message)
        .help("write, for example, 'columns: {NAME: RULE}' with the rule after the arrow, or '{drop: true}'"))
}

/// Names in one line, at most twenty.
fn joined(names: &[&str]) -> String {
    let more = if names.len() > 20 { ", …" } else { "" };
    format!(
        "{}{more}",
        names
            .iter()
            .take(20)
            .map(|name| shown(name))
            .collect::<Vec<_>>()
            .join(", ")
    )
}
