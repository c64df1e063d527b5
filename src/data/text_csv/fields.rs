//! What a recipe may say of texts with labels.

use serde::Deserialize;

use super::super::csv_file::{COLUMN, Dialect};
use super::super::settings::{Splits, TEST_SPLIT};
use super::rows::Layout;
use runner_declare::{Chosen, Field, Kind, Presence, Value};
use runner_ground::error::Result;

/// The most characters that a text may have room for.
pub(super) const MOST_CHARACTERS: i64 = 4096;

/// The characters of a text that are read.
pub(super) const MAX_LENGTH: Field = Field {
    key: "max_length",
    doc: "Characters of a text that are read; of longer ones the rest is left out, which is said. The network is \
          compiled for as many.",
    kind: Kind::Integer {
        min: 1,
        max: MOST_CHARACTERS,
    },
    presence: Presence::Default("256"),
};

pub(super) static FIELDS: &[Field] = &[
    Field {
        key: "path",
        doc: "The file, from the recipe's folder: UTF-8, at most 1 GiB.",
        kind: Kind::Path,
        presence: Presence::Required,
    },
    Field {
        key: "test_path",
        doc: "A file of its own for the test part, with the same columns; test_split is then not used.",
        kind: Kind::Path,
        presence: Presence::Optional,
    },
    Field {
        key: "validation_path",
        doc: "A file of its own for the validation part; validation_split is then not used.",
        kind: Kind::Path,
        presence: Presence::Optional,
    },
    Field {
        key: "text",
        doc: "The column of the texts: its name, or its index from 0 (negative from the end).",
        kind: COLUMN,
        presence: Presence::Required,
    },
    Field {
        key: "label",
        doc: "The column of the labels, the classes to predict: its name, or its index.",
        kind: COLUMN,
        presence: Presence::Required,
    },
    Field {
        key: "delimiter",
        doc: "What stands between cells.",
        kind: Kind::Choice(&[
            (",", "Comma."),
            (";", "Semicolon."),
            ("\t", "Tab."),
            ("tab", "Tab."),
            ("|", "Bar."),
        ]),
        presence: Presence::Default("\",\""),
    },
    Field {
        key: "quotes",
        doc: "Whether a cell may stand in double quotes, with delimiters, line ends and doubled quotes in it. false where \
              a quote is a character like any other.",
        kind: Kind::Either(&[
            Kind::Bool,
            Kind::Choice(&[(
                "auto",
                "It may; but where a quoted cell holds lines that look like rows, it is asked.",
            )]),
        ]),
        presence: Presence::Changed {
            now: "\"auto\"",
            before: "true",
        },
    },
    Field {
        key: "header",
        doc: "Whether the first line names the columns; without names they are found by their index.",
        kind: Kind::Bool,
        presence: Presence::Default("true"),
    },
    MAX_LENGTH,
    TEST_SPLIT,
];

/// The settings.
pub(super) struct Options {
    pub path: String,
    pub test_path: Option<String>,
    pub validation_path: Option<String>,
    pub layout: Layout,
    pub max_length: usize,
    pub splits: Splits,
}

impl Options {
    pub fn of(chosen: &Chosen) -> Result<Self> {
        #[derive(Deserialize)]
        struct Own {
            path: String,
            test_path: Option<String>,
            validation_path: Option<String>,
            text: Value,
            label: Value,
            delimiter: String,
            quotes: Value,
            header: bool,
            max_length: usize,
        }
        let own: Own = chosen.typed()?;
        let delimiter = match own.delimiter.as_bytes() {
            [one] => *one,
            _ => b'\t',
        };
        Ok(Self {
            path: own.path,
            test_path: own.test_path,
            validation_path: own.validation_path,
            layout: Layout {
                text: own.text,
                label: own.label,
                dialect: Dialect {
                    delimiter,
                    quotes: own.quotes.as_bool().unwrap_or(true),
                },
                asks: !own.quotes.is_boolean(),
                header: own.header,
            },
            max_length: own.max_length,
            splits: Splits::of(chosen)?,
        })
    }
}
