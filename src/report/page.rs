//! The page's skeleton: its head, its sections in order, its style.

use base64::Engine;
use base64::engine::general_purpose::STANDARD as BASE64;
use maud::{DOCTYPE, Markup, PreEscaped, html};
use sha2::{Digest, Sha256};

use super::{
    classification, curves, mistakes, model, network, overview, provenance, recipe, regression, samples, tree,
};
use runner_results::findings::Findings;
use runner_results::row::Row;
use runner_results::{Record, RunFolder};

/// Everything the page is made from.
pub struct Contents<'a> {
    /// The run.
    pub folder: &'a RunFolder,
    /// Its run.json.
    pub record: &'a Record,
    /// Its metrics.csv.
    pub rows: &'a [Row],
    /// Its findings.json.
    pub findings: &'a Findings,
    /// The resolved recipe's text; empty where there is none.
    pub recipe: &'a str,
}

/// The page as HTML.
pub fn page(contents: &Contents) -> String {
    let Contents {
        folder,
        record,
        rows,
        findings,
        recipe,
    } = *contents;
    let best = record.summary.as_ref().map(|summary| summary.best_epoch);
    let today = |row: &Row| Row {
        metrics: record.named(&row.metrics),
        ..row.clone()
    };
    let rows: Vec<Row> = rows.iter().map(today).collect();
    let positive = record.metrics.iter().find_map(|metric| metric.class.as_deref());
    let body = html! {
        (overview::header(folder, record))
        main {
            (overview::figures(record))
            @match (&record.model, rows.as_slice()) {
                (Some(_), [row]) => { (model::metrics(row)) }
                _ => { (curves::section(&rows, best, positive)) }
            }
            @if let Some(found) = &findings.model { (model::section(found, &tree::section(folder, &record.data))) }
            (classification::section(findings))
            (regression::section(findings.points.as_ref()))
            (mistakes::section(&findings.mistakes, findings.points.as_ref(), &record.data.columns))
            (samples::section(folder))
            @if record.model.is_none() { (network::section(&record.network)) }
            (recipe::section(recipe, &record.provenance))
            (provenance::section(folder, record))
        }
        footer { "Made by runner " (runner_ground::VERSION) ". This page needs no network and runs no script." }
    };
    let title = format!("{} · {}", record.name, folder.id());
    document(&title, &[], &[], &body)
}

/// A whole page in the common style, with more styles and with scripts of ours, all within it. Nothing is loaded, and
/// nothing but these scripts runs, whatever a recipe or a CSV file says: the page's policy names them by their digests.
/// Pictures are allowed where the page holds some.
pub fn document(title: &str, styles: &[&str], scripts: &[&str], body: &Markup) -> String {
    let digest = |script: &&str| format!(" 'sha256-{}'", BASE64.encode(Sha256::digest(script.as_bytes())));
    let allowed = match scripts {
        [] => String::new(),
        _ => format!("; script-src{}", scripts.iter().map(digest).collect::<String>()),
    };
    let pictures = if body.0.contains("src=\"data:image/") {
        "img-src data:; "
    } else {
        ""
    };
    let policy = format!("default-src 'none'; {pictures}style-src 'unsafe-inline'{allowed}");
    let markup = html! {
        (DOCTYPE)
        html lang="en" {
            head {
                meta charset="utf-8";
                meta name="viewport" content="width=device-width, initial-scale=1";
                meta name="color-scheme" content="light dark";
                meta http-equiv="Content-Security-Policy" content=(policy);
                title { (title) }
                style { (PreEscaped(include_str!("style.css"))) }
                @for style in styles { style { (PreEscaped(style)) } }
            }
            body {
                (body)
                @for script in scripts { script { (PreEscaped(script)) } }
            }
        }
    };
    markup.into_string()
}

/// A section with its heading; `id` is for links into the page.
pub fn section(id: &str, title: &str, body: Markup) -> Markup {
    html! {
        section id=(id) aria-labelledby={ (id) "-title" } {
            h2 id={ (id) "-title" } { (title) }
            (body)
        }
    }
}
