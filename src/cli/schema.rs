//! `runner schema`: the JSON Schema of recipes, and of sweeps; the reference of recipes.

use super::args::{SchemaArgs, SchemaOf};
use super::output;
use crate::error::Result;
use crate::recipe::{Language, reference, schema};
use crate::sweep::spec;

/// Prints the schema.
///
/// # Errors
/// When it cannot be written.
pub fn run(args: &SchemaArgs) -> Result<()> {
    output::print(&match args.of {
        SchemaOf::Recipe => schema::json(crate::catalog::language()),
        SchemaOf::Reference => reference::markdown(crate::catalog::language()),
        SchemaOf::Sweep => schema::json_of(&spec::SECTION),
    })
}
