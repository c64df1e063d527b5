//! `runner schema`: the JSON Schema of recipes, and of sweeps; the reference of recipes.

use super::args::{SchemaArgs, SchemaOf};
use super::output;
use runner_ground::error::Result;
use runner_recipe::{reference, schema};
use runner_sweep::spec;

/// Prints the schema.
///
/// # Errors
/// When it cannot be written.
pub fn run(args: &SchemaArgs) -> Result<()> {
    output::print(&match args.of {
        SchemaOf::Recipe => schema::json(runner_catalog::language()),
        SchemaOf::Reference => reference::markdown(runner_catalog::language()),
        SchemaOf::Sweep => schema::json_of(&spec::SECTION),
    })
}
