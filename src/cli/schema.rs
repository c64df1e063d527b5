//! `runner schema`: the JSON Schema of recipes.

use super::output;
use crate::error::Result;
use crate::recipe::{Language, schema};

/// Prints the schema.
///
/// # Errors
/// When it cannot be written.
pub fn run() -> Result<()> {
    output::print(&schema::json(Language::full()))
}
