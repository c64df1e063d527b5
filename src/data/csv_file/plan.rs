//! From what the columns hold and what the recipe declares to what is done with each column. Whatever
//! lacks a rule is said for all columns at once, with the rule to write.

use super::super::settings::Normalize;
use super::options::{Categories, ColumnType, Missing, Options, Order, Places};
use super::questions::{self, Question};
use super::reading::{Format, Reader};
use super::sheet::Sheet;
use super::table::{Dictionary, Role, Table, Values};
use super::target::Target;
use runner_ground::error::{Error, Kind, Result};
use runner_ground::text::clip as shown;

/// What is done with every column that is used.
pub(super) struct Plan {
    pub columns: Vec<Column>,
    pub target: Target,
    pub reader: Reader,
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
    /// Whether the recipe says what it holds.
    pub declared: bool,
    pub missing: Missing,
    pub categories: Categories,
    pub order: Option<Order>,
    /// How it is scaled, where that is said of it alone.
    pub scale: Option<Normalize>,
    pub format: Format,
}

impl Plan {
    /// Reads the main file, unless that was done before, and decides.
    ///
    /// # Errors
    /// All columns that need a rule; settings of columns that do not exist; a target that cannot be one.
    pub fn of(sheet: &Sheet, options: &Options, read: Option<Table>) -> Result<(Self, Table)> {
        let Places { target: place, dropped } = options.places(&sheet.names)?;
        let role = |(i, name): (usize, &String)| match declared(name, options) {
            _ if i == place => Role::Target(options.format(name)),
            _ if dropped.contains(&i) => Role::Skip,
            Some(ColumnType::Number) => Role::Number(options.format(name)),
            Some(ColumnType::Category) => Role::Category,
            None => Role::Infer(options.format(name)),
        };
        let roles = sheet.names.iter().enumerate().map(role).collect();
        let reader = options.reader();
        let mut table = match read {
            Some(table) => table,
            None => Table::read(sheet, roles, Vec::new(), &reader)?,
        };
        let mut columns = Vec::new();
        let mut open = Vec::new();
        for (i, (name, read)) in sheet.names.iter().zip(&table.columns).enumerate() {
            if i == place || dropped.contains(&i) {
                continue;
            }
            let column = Column::of(name, i, read.inferred(), options);
            open.extend(questions::of(&column, read, sheet, options.by_value()));
            columns.push(column);
        }
        let drops = |i: &usize| {
            let column = columns.iter().find(|column| column.place == *i);
            let rule = column.map_or_else(
                || options.missing(&sheet.names[*i], ColumnType::Category),
                |column| column.missing,
            );
            rule == Missing::DropRow && !dropped.contains(i)
        };
        let dropping: Vec<usize> = (0..sheet.names.len()).filter(drops).collect();
        let mixed = |column: &&Column| {
            table
                .columns
                .get(column.place)
                .is_some_and(|read| read.values == Values::Mixed)
        };
        let mixed: Vec<usize> = columns.iter().filter(mixed).map(|column| column.place).collect();
        refuse(open, &sheet.file)?;
        table.read_as_words(sheet, &mixed, &reader)?;
        let kept = kept(&table, &dropping);
        let target = Target::of(sheet, place, options, &table, &kept)?;
        if columns.is_empty() {
            let message = format!("{}: every column but the target is dropped", sheet.file);
            return Err(Error::new(Kind::Data, message).help("leave at least one column to learn from"));
        }
        let dropped = dropped
            .into_iter()
            .filter_map(|i| sheet.names.get(i).cloned())
            .collect();
        let plan = Self {
            columns,
            target,
            reader,
            dropping,
            dropped,
        };
        Ok((plan, table))
    }

    /// The places of all columns that are used.
    pub fn places(&self) -> impl Iterator<Item = usize> {
        let columns = self.columns.iter().map(|column| column.place);
        columns.chain([self.target.place])
    }

    /// Reads another file with the same columns. `main` is what was read of the main file: words have the codes that
    /// they have there, and are handed over with the file's own; [`Plan::give_back`] returns them.
    pub fn read_other(&self, sheet: &Sheet, main: &mut Table) -> Result<Table> {
        let mut roles = vec![Role::Skip; main.columns.len()];
        for column in &self.columns {
            roles[column.place] = match column.kind {
                ColumnType::Number => Role::Number(column.format.clone()),
                ColumnType::Category => Role::Category,
            };
        }
        roles[self.target.place] = Role::Target(self.target.format.clone());
        let words = |(i, column): (usize, &mut super::table::Column)| match i == self.target.place {
            true => Dictionary::default(),
            false => std::mem::take(&mut column.dictionary),
        };
        let dictionaries = main.columns.iter_mut().enumerate().map(words).collect();
        Table::read(sheet, roles, dictionaries, &self.reader)
    }

    /// Gives the main file all words that are known by now.
    pub fn give_back(&self, other: &mut Table, main: &mut Table) {
        for (i, (main, own)) in main.columns.iter_mut().zip(&mut other.columns).enumerate() {
            if i != self.target.place {
                main.dictionary = std::mem::take(&mut own.dictionary);
            }
        }
    }

    /// What was found, for the user.
    pub fn notes(&self, sheet: &Sheet, table: &Table, dropped_rows: usize) -> Vec<String> {
        let delimiter = sheet.dialect.told();
        let why = if sheet.why.is_empty() {
            String::new()
        } else {
            format!(" ({})", sheet.why)
        };
        let header = match sheet.header {
            true => format!("the first line names the columns{why}"),
            false => format!("no header{why}"),
        };
        let mut notes = vec![
            format!(
                "{}: {} rows × {} columns, delimiter {delimiter}, {header}",
                sheet.file,
                table.rows - dropped_rows,
                sheet.names.len()
            ),
            self.target.note(),
        ];
        let list = |label: &str, names: Vec<&str>| {
            (!names.is_empty()).then(|| format!("{label} ({}): {}", names.len(), joined(&names)))
        };
        let of = |kind: ColumnType| {
            let columns = self.columns.iter().filter(move |c| c.kind == kind);
            columns.map(|c| c.name.as_str()).collect()
        };
        notes.extend(list("numbers", of(ColumnType::Number)));
        notes.extend(list("categories", of(ColumnType::Category)));
        notes.extend(list("left out", self.dropped.iter().map(String::as_str).collect()));
        if dropped_rows > 0 {
            notes.push(format!("rows left out for missing cells: {dropped_rows}"));
        }
        if self.reader.by_value() {
            let note = |column: &Column| questions::note(column, &table.columns[column.place]);
            notes.extend(self.columns.iter().filter_map(note));
            notes.extend(self.gaps_to_come());
        }
        notes
    }

    /// Words have no mean: who fills the gaps of numbers may think that all are filled.
    fn gaps_to_come(&self) -> Option<String> {
        let numeric = |column: &&Column| {
            column.kind == ColumnType::Category && matches!(column.missing, Missing::Mean | Missing::Median)
        };
        let names: Vec<&str> = self
            .columns
            .iter()
            .filter(numeric)
            .map(|column| column.name.as_str())
            .collect();
        (!names.is_empty()).then(|| {
            format!(
                "no rule fills gaps of words, should new rows have any in {}: write 'missing: {{numbers: median, words: most_frequent}}' for \
                 one",
                joined(&names)
            )
        })
    }
}

/// The rows that no rule drops.
pub(super) fn kept(table: &Table, dropping: &[usize]) -> Vec<u32> {
    let gap = |row: usize| dropping.iter().any(|&column| table.missing(column, row));
    (0..table.rows).filter(|&row| !gap(row)).map(|row| row as u32).collect()
}

/// What a column holds by declaration.
fn declared(name: &str, options: &Options) -> Option<ColumnType> {
    let own = options.column(name)?;
    let encoded = options.by_value() && own.is_encoded();
    let written = own.is_written();
    own.kind
        .or(encoded.then_some(ColumnType::Category))
        .or(written.then_some(ColumnType::Number))
}

impl Column {
    fn of(name: &str, place: usize, inferred: ColumnType, options: &Options) -> Self {
        let declared = declared(name, options);
        let kind = declared.unwrap_or(inferred);
        Self {
            name: name.to_owned(),
            place,
            kind,
            declared: declared.is_some(),
            missing: options.missing(name, kind),
            categories: options.categories(name),
            order: options.order(name),
            scale: options.column(name).and_then(|own| own.scale),
            format: options.format(name),
        }
    }
}

/// One error for all columns without a rule.
fn refuse(open: Vec<Question>, file: &str) -> Result<()> {
    if open.is_empty() {
        return Ok(());
    }
    let lines: Vec<String> = open
        .iter()
        .map(|Question { what, rule }| format!("    {what} → {rule}"))
        .collect();
    let columns = if open.len() == 1 {
        "column needs"
    } else {
        "columns need"
    };
    let message = format!(
        "{file}: {} {columns} a rule in 'dataset.columns' (or 'missing', 'categories', 'drop' for all):\n{}",
        open.len(),
        lines.join("\n")
    );
    Err(Error::new(Kind::Data, message)
        .help("write, for example, 'columns: {NAME: RULE}' with the rule after the arrow, or '{drop: true}'"))
}

/// Names in one line, at most twenty.
fn joined(names: &[&str]) -> String {
    let more = if names.len() > 20 { ", …" } else { "" };
    let shown: Vec<String> = names.iter().take(20).map(|name| shown(name)).collect();
    format!("{}{more}", shown.join(", "))
}
