//! What the terminal shows when a training has ended: what was reached, and where to look next.

use std::fmt::Write as _;

use super::output;
use crate::report::format;
use crate::store::folder::file;
use crate::store::samples;
use crate::store::{Record, RunFolder};
use crate::train::event::Summary;

/// The closing lines for a run that is finished, each with its line's end.
pub fn summary(folder: &RunFolder, record: &Record) -> String {
    let mut text = String::from("\n");
    if let Some(summary) = &record.summary {
        let seconds = format::seconds(summary.seconds);
        // Writing into a String cannot fail.
        let _ = writeln!(text, "finished {} in {seconds}", folder.id());
        push(&mut text, "best epoch", &best(summary));
        push_metrics(&mut text, &summary.test);
    }
    if let Some(stand_in) = &record.data.stand_in {
        let sentence = format!("  {:<12}{}", "stand-in", stand_in.sentence);
        let _ = writeln!(text, "{}", output::wrap(&sentence, 14, output::width()));
    }
    for (name, path) in [
        ("report", file::REPORT),
        ("weights", file::BEST),
        ("metrics", file::METRICS),
        ("samples", samples::FOLDER),
    ] {
        if folder.file(path).exists() {
            push(&mut text, name, &folder.file(path).display().to_string());
        }
    }
    text
}

/// How to go on with a run.
pub fn how_to_go_on(folder: &RunFolder) -> String {
    let command = format!("runner resume {}", format::shell(&folder.path().to_string_lossy()));
    if folder.file(file::TRAINER).exists() {
        format!("`{command}` goes on from the last checkpoint")
    } else {
        format!("`{command}` starts it again")
    }
}

fn push(text: &mut String, name: &str, value: &str) {
    let _ = writeln!(text, "  {name:<12}{value}");
}

/// The main metric stands in a line of its own, the others follow it.
fn push_metrics(text: &mut String, metrics: &[(String, f64)]) {
    for (index, (name, value)) in format::test_metrics(metrics).into_iter().enumerate() {
        let title = if index == 0 { "test" } else { "" };
        push(text, title, &format!("{name} {}", format::metric(name, value)));
    }
}

fn best(summary: &Summary) -> String {
    let value = summary
        .best
        .map(|value| format!(" ({} {})", summary.monitor, format::metric(&summary.monitor, value)));
    format!(
        "{} of {}{}",
        summary.best_epoch,
        summary.epochs,
        value.unwrap_or_default()
    )
}
