//! `runner report RUN`: writes report.html again.

use super::args::ReportArgs;
use super::{find, output};
use runner_ground::error::Result;
use runner_results::folder::file;

/// Writes the page and says where it is.
///
/// # Errors
/// When there is no such run, or its folder is wrong or cannot be written to.
pub fn run(args: &ReportArgs) -> Result<()> {
    let folder = find::run(&args.results.results, &args.run)?;
    runner_report::rewrite(&folder)?;
    output::print(&format!("{}\n", folder.file(file::REPORT).display()))
}
