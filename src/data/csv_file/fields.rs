//! What a recipe may say about a CSV file.

use super::super::settings::TEST_SPLIT;
use super::column_fields;
use runner_declare::{Field, Kind, Presence, Section};

pub(crate) const COLUMN: Kind = Kind::Either(&[
    Kind::Text,
    Kind::Integer {
        min: -65_536,
        max: 65_535,
    },
]);

pub(super) const MISSING: Kind = Kind::Choice(&[
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

const WORDS_MISSING: Kind = Kind::Choice(&[
    ("error", "Stop and say where."),
    ("drop_row", "Leave the row out, of every part."),
    (
        "most_frequent",
        "The most frequent word of the training part; the first of equals.",
    ),
    ("zero", "No category."),
]);

/// One rule for all columns, or one for numbers beside one for words.
static MISSING_BY_TYPE: Section = Section {
    name: "missing",
    doc: "One rule for columns of numbers, and one for columns of words.",
    fields: &[
        default("numbers", "What to do about missing numbers.", MISSING, "\"error\""),
        default("words", "What to do about missing words.", WORDS_MISSING, "\"error\""),
    ],
    shorthand: None,
};

pub(super) const CATEGORIES: Kind = Kind::Choice(&[
    ("error", "Stop and say which column."),
    (
        "one_hot",
        "A feature for each category of the training part, 1 or 0; all 0 for one that it has not.",
    ),
    (
        "ordinal",
        "One feature: the category's place in its order, from 0; -1 for one that the training part has not. Numbers are in \
         order by themselves; that of words is declared, by 'order' in 'columns'.",
    ),
]);

pub(super) const DECIMAL: Kind = Kind::Choice(&[(".", "A point."), (",", "A comma.")]);

pub(super) const THOUSANDS: Kind = Kind::Choice(&[
    ("none", "Nothing."),
    (",", "A comma: 1,234.5"),
    (".", "A point: 1.234,5"),
    (" ", "A blank, also one that does not break: 1 234.5"),
    ("'", "An apostrophe: 1'234.5"),
]);

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
                "Found by what stands below: names stand over cells of another kind, or are none of the words below them. What was \
                 found is said, with the reason; where it cannot be known, it is asked.",
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
        "What to do about missing cells, unless 'columns' says otherwise: one rule, or {numbers: median, words: most_frequent}. A \
         missing target can only be an error or drop its row.",
        Kind::Either(&[MISSING, Kind::Section(&MISSING_BY_TYPE)]),
        "\"error\"",
    ),
    default(
        "missing_markers",
        "What a missing cell holds, besides blanks. A number marks all cells that are this number: -999 also -999.0.",
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
        "Rules for single columns, by name: {Age: {missing: median}, Cabin: {drop: true}, size: {order: [small, large]}}.",
        Kind::Map(&Kind::Section(&column_fields::SECTION)),
        "{}",
    ),
    changed(
        "quotes",
        "Whether a cell may stand in double quotes, with delimiters, line ends and doubled quotes in it.",
        Kind::Either(&[
            Kind::Bool,
            Kind::Choice(&[(
                "auto",
                "It may; but where a quoted cell holds lines that look like rows, it is asked.",
            )]),
        ]),
        "\"auto\"",
        "true",
    ),
    changed("decimal", "The decimal mark of numbers.", DECIMAL, "\".\"", "\".\""),
    changed(
        "thousands",
        "What stands between groups of three digits of numbers.",
        THOUSANDS,
        "\"none\"",
        "\"none\"",
    ),
    changed(
        "reading",
        "How cells are read.",
        Kind::Choice(&[
            (
                "by_value",
                "Numbers have 64 bits until they are scaled. Cells that are the same number are one category, one class and one \
                 marker of missing cells. The 0 and 1 of 'one_hot' are not scaled. Words need an order to become ordinal. \
                 Amounts, shares, dates, names and numbers of rows are asked about.",
            ),
            (
                "by_letter",
                "As in runs that were kept before there was 'by_value', and for their sake: numbers have 32 bits, categories and \
                 markers are compared letter by letter, the 0 and 1 of 'one_hot' are scaled as 'normalize' says, words are \
                 ordinal by their letters, and the first line is one of names if a word of it stands over numbers or it has \
                 words only, each once.",
            ),
        ]),
        "\"by_value\"",
        "\"by_letter\"",
    ),
    TEST_SPLIT,
];

pub(super) const fn optional(key: &'static str, doc: &'static str, kind: Kind) -> Field {
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

const fn changed(key: &'static str, doc: &'static str, kind: Kind, now: &'static str, before: &'static str) -> Field {
    Field {
        key,
        doc,
        kind,
        presence: Presence::Changed { now, before },
    }
}
