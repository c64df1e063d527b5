//! `runner schema`: the JSON Schema of recipes, and of sweeps.

use super::args::{SchemaArgs, SchemaOf};
use super::output;
use crate::error::Result;
use crate::recipe::{Language, schema};
use crate::sweep::spec;

/// Prints the schema.
///
/// # Errors
/// When it cannot be written.
pub fn run(args: &SchemaArgs) -> Result<()> {
    output::print(&match args.of {
        SchemaOf::Recipe => schema::json(Language::full()),
        SchemaOf::Sweep => schema::json_of(&spec::SECTION),
    })
}
