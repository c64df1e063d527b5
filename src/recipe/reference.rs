//! The reference of the recipe language as Markdown, made from the same declarations as its checks and its schema.

use std::fmt::Write;

use super::language::{Language, MODEL};
use runner_declare::{Bound, Field, Kind, Presence, Range, Section};
use runner_ground::text::format;

/// The page `docs/recipe.md`. The same declarations give the same bytes.
#[must_use]
pub fn markdown(language: &Language) -> String {
    let mut page = Page::default();
    page.text.push_str(OPENING);
    let every: Vec<&Field> = language.head.iter().chain(language.tail).collect();
    page.heading("##", "Keys of every recipe");
    page.fields(&every);
    page.parts(&every);
    page.heading("##", "task");
    for task in (language.tasks)() {
        page.section("###", task);
    }
    for task in (language.tasks)() {
        page.parts(&task.fields.iter().collect::<Vec<_>>());
    }
    page.models(language);
    page.heading("##", "Layers");
    page.text.push_str(LAYERS);
    for layer in (language.layers)() {
        page.section("###", layer);
    }
    page.text
}

const OPENING: &str = "\
# Recipe reference

Made by `runner schema reference` from the declarations that recipes are checked by. `runner schema` prints the same as
JSON Schema, for editors. A value whose default is `–` may be absent; one that is **required** may come from the recipe
that `extends` names.
";

const LAYERS: &str = "
A layer is its name, its name over its settings, or its name with the value of the setting that stands for all:
`relu`, `{conv2d: {out_channels: 6, kernel_size: 5}}`, `{linear: 512}`.
";

const MODELS: &str = "
A recipe of these tasks has a `network`, which learns step by step, or in its place a `model`, which is fitted to the data
as a whole. Then it has the keys of every recipe up to `dataset`, those of the task below, and these:
";

#[derive(Default)]
struct Page {
    text: String,
    /// Keys whose parts have been shown; several tasks have the same.
    shown: Vec<&'static str>,
}

impl Page {
    fn heading(&mut self, level: &str, title: &str) {
        let _ = writeln!(self.text, "\n{level} {title}");
    }

    fn section(&mut self, level: &str, section: &Section) {
        self.heading(level, &format!("`{}`", section.name));
        self.paragraph(section.doc);
        if let Some(key) = section.shorthand {
            let _ = writeln!(self.text, "\nA bare value sets `{key}`.");
        }
        self.fields(&section.fields.iter().collect::<Vec<_>>());
    }

    /// The tasks that models can do, with their keys then, and the models.
    fn models(&mut self, language: &Language) {
        let tasks = (language.models.tasks)();
        if tasks.is_empty() {
            return;
        }
        self.heading("##", MODEL);
        self.text.push_str(MODELS);
        self.fields(&language.models.tail.iter().collect::<Vec<_>>());
        for field in language.models.tail {
            if let Kind::Section(section) = &field.kind {
                let _ = writeln!(self.text, "\nKeys of `{}` then:", field.key);
                self.fields(&section.fields.iter().collect::<Vec<_>>());
            }
        }
        for task in tasks {
            self.heading("###", &format!("`{}` with a `{MODEL}`", task.name));
            self.fields(&task.fields.iter().collect::<Vec<_>>());
            for field in task.fields {
                let Kind::Variant { of, .. } = &field.kind else {
                    continue;
                };
                of().into_iter().for_each(|model| self.section("####", model));
            }
        }
    }

    fn paragraph(&mut self, doc: &str) {
        let _ = writeln!(self.text, "\n{}", doc.replace('<', "\\<").replace('*', "\\*"));
    }

    fn fields(&mut self, fields: &[&Field]) {
        if fields.is_empty() {
            return;
        }
        self.text.push_str("\n| key | value | default | |\n|---|---|---|---|\n");
        for field in fields {
            let default = match field.presence {
                Presence::Required => "**required**".to_owned(),
                Presence::Optional => "–".to_owned(),
                Presence::Default(literal)
                | Presence::Changed { now: literal, .. }
                | Presence::Aside { now: literal, .. } => cell(literal),
            };
            let _ = writeln!(
                self.text,
                "| `{}` | {} | {} | {} |",
                field.key,
                cell(&value(field.key, &field.kind)),
                default,
                cell(field.doc)
            );
        }
    }

    /// What fields hold that has settings of its own.
    fn parts(&mut self, fields: &[&'static Field]) {
        for field in fields {
            let kinds = std::iter::successors(Some(&field.kind), |kind| match kind {
                Kind::List { of, .. } | Kind::Map(of) => Some(*of),
                // Names before any other text.
                Kind::Either([named @ Kind::Name(_), ..]) => Some(named),
                Kind::Either(kinds) => kinds.iter().find(|kind| matches!(kind, Kind::Section(_))),
                _ => None,
            });
            let Some(kind) = kinds.last().filter(|_| !self.shown.contains(&field.key)) else {
                continue;
            };
            match kind {
                Kind::Section(section) => {
                    self.shown.push(field.key);
                    self.heading("##", field.key);
                    self.paragraph(section.doc);
                    self.fields(&section.fields.iter().collect::<Vec<_>>());
                    self.parts(&section.fields.iter().collect::<Vec<_>>());
                }
                Kind::Variant { of, common } => {
                    self.shown.push(field.key);
                    self.heading("##", field.key);
                    let common: Vec<&Field> = common.iter().collect();
                    if !common.is_empty() {
                        self.text.push_str("\nBesides their own, all have these keys:\n");
                        self.fields(&common);
                    }
                    for section in of() {
                        self.section("###", section);
                    }
                    for section in of() {
                        self.parts(&section.fields.iter().collect::<Vec<_>>());
                    }
                    let Kind::Variant { common, .. } = kind else { continue };
                    self.parts(&common.iter().collect::<Vec<_>>());
                }
                // The kinds of experiment have a chapter of their own.
                Kind::Name(of) if field.key != "task" => {
                    self.shown.push(field.key);
                    self.heading("##", field.key);
                    self.text.push_str("\n| name | meaning |\n|---|---|\n");
                    for section in of() {
                        let _ = writeln!(self.text, "| `{}` | {} |", section.name, cell(section.doc));
                    }
                }
                _ => {}
            }
        }
    }
}

/// One line of a table.
fn cell(text: &str) -> String {
    text.replace('\n', " ")
        .replace('|', "\\|")
        .replace('<', "\\<")
        .replace('*', "\\*")
}

/// What values a key takes, in words.
fn value(key: &str, kind: &Kind) -> String {
    match kind {
        Kind::Bool => "true or false".to_owned(),
        Kind::Integer { min, max } => match (*min, *max) {
            (i64::MIN, i64::MAX) => "integer".to_owned(),
            (min, i64::MAX) => format!("integer from {min}"),
            (i64::MIN, max) => format!("integer up to {max}"),
            (min, max) if min >= 0 => format!(
                "integer, {} to {}",
                format::count(min as u64),
                format::count(max as u64)
            ),
            (min, max) => format!("integer, {min} to {max}"),
        },
        Kind::Number(range) => number(*range),
        Kind::Text => "text".to_owned(),
        Kind::Any => "any value".to_owned(),
        Kind::Path => "path".to_owned(),
        Kind::Choice(words) => {
            let words: Vec<String> = words.iter().map(|(word, _)| format!("`{word}`")).collect();
            words.join(", ")
        }
        Kind::List { of, .. } => format!("list: {}", value(key, of)),
        Kind::Map(of) => format!("mapping to {}", value(key, of)),
        Kind::Either(kinds) => {
            let kinds: Vec<String> = kinds.iter().map(|kind| value(key, kind)).collect();
            kinds.join(", or ")
        }
        Kind::Section(_) | Kind::Variant { .. } | Kind::Name(_) => format!("see [{key}](#{key})"),
        Kind::Layers => "list of [layers](#layers)".to_owned(),
    }
}

fn number(range: Range) -> String {
    let low = match range.low {
        Bound::None => None,
        Bound::Including(low) => Some(format!("≥ {low}")),
        Bound::Excluding(low) => Some(format!("> {low}")),
    };
    let high = match range.high {
        Bound::None => None,
        Bound::Including(high) => Some(format!("≤ {high}")),
        Bound::Excluding(high) => Some(format!("< {high}")),
    };
    ["number".to_owned()]
        .into_iter()
        .chain(low)
        .chain(high)
        .collect::<Vec<_>>()
        .join(" ")
}
