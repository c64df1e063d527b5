//! What a recipe may say about one column of a CSV file.

use super::fields::{CATEGORIES, DECIMAL, MISSING, THOUSANDS, optional};
use runner_declare::{Kind, Range, Section};

const ENCODING: Kind = Kind::Choice(&[
    (
        "one_hot",
        "A feature for each category of the training part, 1 or 0; all 0 for one that it has not.",
    ),
    (
        "ordinal",
        "One feature: the category's place in its order, from 0; -1 for one that the training part has not.",
    ),
]);

const SCALE: Kind = Kind::Choice(&[
    ("standardize", "Subtract the mean and divide by the standard deviation."),
    ("symmetric", "From -1 to 1, by the smallest and the largest."),
    ("none", "As it is."),
]);

const ORDER: Kind = Kind::Either(&[
    Kind::List {
        of: &Kind::Either(&[Kind::Text, Kind::Number(Range::ANY)]),
        min: 1,
        max: 10_000,
    },
    Kind::Choice(&[("alphabetical", "Numbers by value, words by letter.")]),
]);

/// Settings of one column, over those of the whole file.
pub(super) static SECTION: Section = Section {
    name: "column",
    doc: "Rules for one column: what it holds, the order of its categories, how it is scaled, filled and written.",
    fields: &[
        optional(
            "type",
            "What it holds, where that is not to be inferred.",
            Kind::Choice(&[
                ("number", "Numbers."),
                ("category", "Words, even if they look like numbers, dates or names."),
            ]),
        ),
        optional("encoding", "How its categories become numbers.", ENCODING),
        optional(
            "order",
            "Its categories from the least to the greatest, for 'encoding: ordinal', which it brings about by itself.",
            ORDER,
        ),
        optional(
            "scale",
            "How it is scaled; without it numbers and places in an order as 'normalize' says, and the 0 and 1 of 'one_hot' not.",
            SCALE,
        ),
        optional("missing", "What to do about its missing cells.", MISSING),
        optional(
            "unit",
            "What stands before or behind its numbers and is passed over, such as $ or %.",
            Kind::Text,
        ),
        optional("decimal", "The decimal mark of its numbers.", DECIMAL),
        optional(
            "thousands",
            "What stands between groups of three digits of its numbers.",
            THOUSANDS,
        ),
        optional(
            "categories",
            "The same as 'encoding', by the name of the key that is for all columns.",
            CATEGORIES,
        ),
        optional("drop", "Leave the column out.", Kind::Bool),
    ],
    shorthand: None,
};
