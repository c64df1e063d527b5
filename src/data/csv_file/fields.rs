//! What a recipe may say about a CSV file.

use super::super::settings::TEST_SPLIT;
use runner_declare::{Field, Kind, Presence, Section};

pub(crate) const COLUMN: Kind = Kind::Either(&[
    Kind::Text,
    Kind::Integer {
        min: -65_536,
        max: 65_535,
    },
]);

const MISSING: Kind = Kind::Choice(&[
    ("error", "Stop and say where."),
    ("drop_row", "Leave the row out, of every part."),
    ("mean", "The mean of the training part (numbers only)."),
    ("median", "The median of the training part (numbers only)."),
    (
        "most_frequent",
        "The most frequent value of the training part; the smallest of equals.",
    ),
    ("zero", "0; for a category, no category."),
]);

const CATEGORIES: Kind = Kind::Choice(&[
    ("error", "Stop and say which column."),
    (
        "one_hot",
        "A feature for each category of the training part, 1 or 0; all 0 for one that it has not.",
    ),
    (
        "ordinal",
        "One feature: the category's place in sorted order, from 0; -1 for one that the training part has not.",
    ),
]);

/// Settings of one column, over those of the whole file.
static COLUMN_SECTION: Section = Section {
    name: "column",
    doc: "Rules for one column.",
    fields: &[
        optional("missing", "What to do about its missing cells.", MISSING),
        optional("categories", "How its categories become numbers.", CATEGORIES),
        optional(
            "type",
            "What it holds, where that is not to be inferred.",
            Kind::Choice(&[
                ("number", "Numbers."),
                ("category", "Words, even if they look like numbers."),
            ]),
        ),
        optional("drop", "Leave the column out.", Kind::Bool),
    ],
    shorthand: None,
};

pub(super) static FIELDS: &[Field] = &[
    Field {
        key: "path",
        doc: "The file, from the recipe's folder: UTF-8, at most 1 GiB.",
        kind: Kind::Path,
        presence: Presence::Required,
    },
    optional(
        "test_path",
        "A file of its own for the test part, with the same columns; test_split is then not used.",
        Kind::Path,
    ),
    optional(
        "validation_path",
        "A file of its own for the validation part; validation_split is then not used.",
        Kind::Path,
    ),
    optional(
        "target",
        "The column to predict: its name, or its index from 0 (negative from the end). The last column, if not given.",
        COLUMN,
    ),
    default(
        "target_type",
        "What the target is.",
        Kind::Choice(&[
            (
                "auto",
                "Classes for words and for at most 20 distinct whole numbers, else values.",
            ),
            ("classes", "One of a set of classes."),
            ("values", "A number."),
        ]),
        "\"auto\"",
    ),
    default(
        "delimiter",
        "What stands between cells.",
        Kind::Choice(&[
            (
                "auto",
                "Whichever of comma, semicolon, tab and bar divides the first lines evenly.",
            ),
            (",", "Comma."),
            (";", "Semicolon."),
            ("\t", "Tab."),
            ("tab", "Tab."),
            ("|", "Bar."),
        ]),
        "\"auto\"",
    ),
    default(
        "header",
        "Whether the first line names the columns; without names they are called 0, 1, 2, …",
        Kind::Either(&[
            Kind::Bool,
            Kind::Choice(&[(
                "auto",
                "It does if a word of it stands over numbers, or if no cell of it is a number or empty, and none occurs twice.",
            )]),
        ]),
        "\"auto\"",
    ),
    default(
        "drop",
        "Columns to leave out: names or indices.",
        Kind::List {
            of: &COLUMN,
            min: 0,
            max: 65_536,
        },
        "[]",
    ),
    default(
        "missing",
        "What to do about missing cells, unless 'columns' says otherwise. A missing target can only be an error or drop its row.",
        MISSING,
        "\"error\"",
    ),
    default(
        "missing_markers",
        "What a missing cell holds, besides blanks.",
        Kind::List {
            of: &Kind::Text,
            min: 0,
            max: 100,
        },
        r#"["", "NA", "N/A", "?", "nan", "NaN", "null"]"#,
    ),
    default(
        "categories",
        "How words become numbers, unless 'columns' says otherwise.",
        CATEGORIES,
        "\"error\"",
    ),
    default(
        "columns",
        "Rules for single columns, by name: {Age: {missing: median}, Cabin: {drop: true}}.",
        Kind::Map(&Kind::Section(&COLUMN_SECTION)),
        "{}",
    ),
    TEST_SPLIT,
];

const fn optional(key: &'static str, doc: &'static str, kind: Kind) -> Field {
    Field {
        key,
        doc,
        kind,
        presence: Presence::Optional,
    }
}

const fn default(key: &'static str, doc: &'static str, kind: Kind, value: &'static str) -> Field {
    Field {
        key,
        doc,
        kind,
        presence: Presence::Default(value),
    }
}
