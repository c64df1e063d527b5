//! `runner clean`: removes the compiled networks.

use super::output;
use runner_compiler::cache::Cache;
use runner_ground::error::Result;
use runner_ground::text::format;

/// Removes them and says how much that freed.
///
/// # Errors
/// When something cannot be removed.
pub fn run() -> Result<()> {
    let cache = Cache::open();
    let cleaned = cache.clean()?;
    let networks = if cleaned.networks == 1 {
        "1 network".to_owned()
    } else {
        format!("{} networks", cleaned.networks)
    };
    output::print(&format!(
        "removed {networks}, {} from {}\n",
        format::bytes(cleaned.bytes),
        cache.folder().display()
    ))
}
