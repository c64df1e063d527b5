//! What the run was made from, and how to make it again.

use maud::{Markup, html};

use super::page;
use runner_ground::text::format;
use runner_results::folder::file;
use runner_results::{Record, RunFolder};

/// Digests, versions, machine, and the command that repeats the run.
pub fn section(folder: &RunFolder, record: &Record) -> Markup {
    let recipe = folder.file(file::RECIPE);
    // Absolute, since nobody knows from which folder the page is read.
    let recipe = std::path::absolute(&recipe).unwrap_or(recipe);
    let command = format!(
        "runner run {} --data {}",
        format::shell(&recipe.to_string_lossy()),
        format::shell(&record.data_folder)
    );
    let body = html! {
        p { "The same recipe, data and program give the same numbers, on any number of threads. To run it again:" }
        pre tabindex="0" { code {
            @if let Some(commit) = &record.git {
                "git -C " (format::shell(&record.recipe_folder)) " checkout " (commit.trim_end_matches("-dirty")) "\n"
            }
            (command)
        } }
        @if record.git.as_ref().is_some_and(|commit| commit.ends_with("-dirty")) {
            p.muted { "Files differed from that commit when it ran." }
        }
        dl.facts { @for (name, value) in facts(record) { div { dt { (name) } dd { (value) } } } }
        @if !record.data.notes.is_empty() {
            h3 { "Notes on the data" }
            ul { @for note in &record.data.notes { li { (note) } } }
        }
    };
    page::section("provenance", "Provenance", body)
}

fn facts(record: &Record) -> Vec<(&'static str, String)> {
    let machine = &record.machine;
    let cpu = machine.cpu.clone().unwrap_or_else(|| "unknown processor".to_owned());
    let mut facts = vec![
        ("recipe", record.recipe_path.clone()),
        ("recipe SHA-256", record.recipe_digest.clone()),
        ("program SHA-256", record.program_digest.clone()),
        ("runner", format!("{} (build {})", record.runner, record.build)),
        ("compiler", record.rustc.clone()),
        ("machine", format!("{cpu}, {} cores, {}", machine.cores, machine.system)),
        ("threads", record.threads.to_string()),
        ("started", record.created.clone()),
        ("last change", record.updated.clone()),
    ];
    if let Some(digest) = &record.data_digest {
        facts.insert(2, ("data SHA-256", digest.clone()));
    }
    if let Some(commit) = &record.git {
        facts.push(("git commit", commit.clone()));
    }
    if let Some(host) = &machine.host {
        facts.push(("host", host.clone()));
    }
    facts
}
