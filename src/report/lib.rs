//! report.html: one page that shows what a run was, did and reached. It needs no network, no script and
//! no other file; everything that comes from recipes and data is escaped by `maud`.

pub mod axis;
mod cells;
pub mod chart;
mod classification;
pub mod curve;
mod curves;
mod mistakes;
mod model;
mod network;
mod overview;
pub mod page;
mod provenance;
mod recipe;
mod regression;
mod samples;
pub mod sweep;
mod tree;

pub use overview::{standing, status};

use runner_ground::error::{Kind, Result};
use runner_results::findings::{self, Findings};
use runner_results::folder::file;
use runner_results::row::Row;
use runner_results::{Record, RunFolder, metrics};

/// A recipe or a metrics.csv is not larger than this many bytes.
const CAP: u64 = 256 << 20;

/// Writes report.html into the run's folder. The caller holds the run's lock.
///
/// # Errors
/// When the folder cannot be written to.
pub fn write(folder: &RunFolder, record: &Record, rows: &[Row], findings: &Findings) -> Result<()> {
    let recipe = recipe_text(folder)?;
    let html = page::page(&page::Contents {
        folder,
        record,
        rows,
        findings,
        recipe: &recipe,
    });
    folder.write(file::REPORT, html.as_bytes())
}

/// Writes report.html again from what the run's folder holds.
///
/// # Errors
/// When the run is being trained, run.json, metrics.csv or findings.json is there but wrong, or the folder
/// cannot be written to.
pub fn rewrite(folder: &RunFolder) -> Result<()> {
    let _lock = folder.lock().map_err(|error| match error.kind() {
        Kind::Run => error.help("a run that is being trained gets its report when that ends"),
        _ => error,
    })?;
    from_files(folder)
}

/// [`rewrite`] for a caller that holds the run's lock already.
///
/// # Errors
/// As [`rewrite`].
pub fn from_files(folder: &RunFolder) -> Result<()> {
    let record = folder.record()?;
    let findings = findings::read(folder)?;
    let rows = if folder.file(file::METRICS).exists() {
        let path = folder.file(file::METRICS);
        metrics::from_csv(&folder.read(file::METRICS, CAP)?).map_err(|error| error.context(path.display()))?
    } else {
        // A run that was stopped in its first epoch has none yet.
        Vec::new()
    };
    write(folder, &record, &rows, &findings)
}

fn recipe_text(folder: &RunFolder) -> Result<String> {
    if !folder.file(file::RECIPE).exists() {
        return Ok(String::new());
    }
    let bytes = folder.read(file::RECIPE, CAP)?;
    Ok(String::from_utf8_lossy(&bytes).into_owned())
}
