//! The top of the page: which run, how it stands, and what it reached.

use maud::{Markup, html};

use runner_data::FieldKind;
use runner_ground::text::format::{self, plural};
use runner_results::{Record, RunFolder, Status};

/// Title, status, and what must be known before any figure is read.
pub fn header(folder: &RunFolder, record: &Record) -> Markup {
    let [train, validation, _] = record.data.rows.map(|n| format::count(n as u64));
    // The page is written at a training's end or while nobody trains: a run that says it is running was killed.
    let word = if record.status == Status::Running {
        "killed"
    } else {
        status(record.status)
    };
    html! {
        header {
            p.kicker { (record.task) " on " (record.data.name) }
            h1 { (record.name) " " span class={ "status " (status_class(record.status)) } { (word) } }
            p.muted { (folder.id()) " · " (record.created) }
            p.muted {
                (train) " training, " (validation) " validation and " (plural(record.data.rows[2], "test sample", "test samples"))
                @match record.data.target() {
                    Some(FieldKind::Class(classes)) => { " · " (plural(classes.len(), "class", "classes")) }
                    Some(FieldKind::Tokens { vocabulary, .. }) => { " · " (plural(vocabulary.len(), "distinct character", "distinct characters")) }
                    _ => {}
                }
                @match &record.model {
                    Some(model) => { " · " (model.name) }
                    None => { " · " (plural(record.network.parameters as usize, "parameter", "parameters")) }
                }
            }
            @if let Some(stand_in) = &record.data.stand_in {
                p.banner.warning role="note" {
                    strong { "Stand-in data. " }
                    (stand_in.sentence) "."
                }
            }
            @if let Some(failure) = &record.failure { (failed(record.status, failure)) }
        }
    }
}

/// Why it failed: a sentence, and below it what stands in columns.
fn failed(status: Status, failure: &str) -> Markup {
    let (first, rest) = failure.split_once('\n').unwrap_or((failure, ""));
    html! {
        div.banner.failure role="note" {
            p { strong { @if status == Status::Diverged { "It diverged. " } @else { "It failed. " } } (first) }
            @if !rest.is_empty() { pre tabindex="0" { code { (rest) } } }
        }
    }
}

/// Test metrics as large figures, then what the training took.
pub fn figures(record: &Record) -> Markup {
    let Some(summary) = &record.summary else {
        return html! {
            p.muted {
                @if record.status == Status::Diverged {
                    "This run diverged: the test part was not looked at."
                } @else {
                    "This run has not finished: the test part has not been looked at yet."
                }
            }
        };
    };
    let best = summary
        .best
        .map_or_else(String::new, |value| runner_metric::shown(&summary.monitor, value));
    html! {
        dl.figures {
            @for (index, (name, value)) in runner_metric::test_metrics(&summary.test).into_iter().enumerate() {
                (figure(if index == 0 { "figure lead" } else { "figure" }, &format!("test {}", record.label_of(name)), &runner_metric::shown(name, value)))
            }
            @if record.model.as_ref().is_none_or(|model| model.steps > 1) {
                (figure("figure small", &format!("best {} of {}", record.step_name(), summary.epochs), &summary.best_epoch.to_string()))
            }
            @if !best.is_empty() {
                @let chosen = record.model.as_ref().is_none_or(|model| model.steps > 1);
                (figure("figure small", &format!("{}{}", if chosen { "best " } else { "" }, record.label_of(&summary.monitor)), &best))
            }
            (figure("figure small", "training time", &format::seconds(summary.seconds)))
        }
    }
}

fn figure(class: &str, name: &str, value: &str) -> Markup {
    html! {
        div class=(class) { dt { (name) } dd { (value) } }
    }
}

/// How a run stands, in words: one that says it is running and holds no lock was killed.
pub fn standing(record: &Record, folder: &RunFolder) -> &'static str {
    match record.status {
        Status::Running if !folder.is_locked() => "killed",
        other => status(other),
    }
}

/// A status in words.
pub fn status(status: Status) -> &'static str {
    match status {
        Status::Running => "running",
        Status::Interrupted => "interrupted",
        Status::Finished => "finished",
        Status::Diverged => "diverged",
        Status::Failed => "failed",
    }
}

fn status_class(status: Status) -> &'static str {
    match status {
        Status::Finished => "good",
        Status::Running | Status::Interrupted => "open",
        Status::Diverged | Status::Failed => "bad",
    }
}
