//! The samples with the largest losses, with their pictures or features.

use maud::{Markup, html};

use super::{cells, page};
use runner_data::ColumnInfo;
use runner_ground::text::format;
use runner_results::findings::{Mistake, Picture, Points};
use runner_results::picture;

/// Features shown at once; the others unfold.
const FEATURES: usize = 6;

/// The gallery, where the task kept samples.
pub fn section(mistakes: &[Mistake], points: Option<&Points>, columns: &[ColumnInfo]) -> Markup {
    if mistakes.is_empty() {
        return html! {};
    }
    let pictures = mistakes.iter().any(|mistake| mistake.picture.is_some());
    let body = html! {
        p.muted {
            @if let [_] = mistakes { "The test sample with the largest loss." }
            @else { "The " (mistakes.len()) " test samples with the largest losses, worst first." }
        }
        ul class=(if pictures { "gallery" } else { "gallery wide" }) {
            @for mistake in mistakes { li { (card(&readable(mistake, points), columns)) } }
        }
    };
    page::section("mistakes", "Worst mistakes", body)
}

/// Numbers of 32 bits are kept with four decimals, however large they are: six digits are shown. Those of 64 bits are
/// kept with as many as they have.
fn readable(mistake: &Mistake, points: Option<&Points>) -> Mistake {
    let mut mistake = mistake.clone();
    if points.is_some_and(|points| points.exact.is_empty()) {
        for text in [&mut mistake.target, &mut mistake.predicted] {
            let numbers: Option<Vec<f64>> = text.split(", ").map(|number| number.parse().ok()).collect();
            if let Some(numbers) = numbers {
                *text = numbers
                    .into_iter()
                    .map(format::six_digits)
                    .collect::<Vec<_>>()
                    .join(", ");
            }
        }
    }
    mistake
}

fn card(mistake: &Mistake, columns: &[ColumnInfo]) -> Markup {
    let uri = mistake
        .picture
        .as_ref()
        .and_then(Picture::to_png)
        .map(|png| picture::data_uri(&png));
    html! {
        figure {
            @if let (Some(uri), Some(picture)) = (uri, &mistake.picture) {
                img src=(uri) width=(picture.width) height=(picture.height)
                    alt={ "Test sample " (mistake.index) ": true " (mistake.target) ", predicted " (mistake.predicted) };
            } @else if mistake.picture.is_some() {
                p.muted { "Its picture cannot be shown." }
            }
            figcaption {
                p.verdict {
                    span.truth { (mistake.target) } " → " span.predicted { (mistake.predicted) }
                }
                @if let Some(confidence) = mistake.confidence { p.muted { (format!("{:.1} % sure", confidence * 100.0)) } }
                p.muted { "loss " (format::number(mistake.loss)) }
                @if let Some(name) = &mistake.name { p.name { (name) } }
                p.muted { "sample " (mistake.index) @if let Some(row) = mistake.row { ", row " (row) " of the data" } }
            }
            @if let Some(text) = &mistake.text { p.text { (text) } }
            (features(&shown(mistake, columns)))
        }
    }
}

/// The cells of a row, else its features.
fn shown(mistake: &Mistake, columns: &[ColumnInfo]) -> Vec<(String, String)> {
    let cells = cells::cells(columns, &mistake.features);
    if !cells.is_empty() {
        return cells;
    }
    let named = |(name, x): &(String, f64)| (name.clone(), format::value(*x));
    mistake.features.iter().map(named).collect()
}

fn features(features: &[(String, String)]) -> Markup {
    let (first, others) = features.split_at(features.len().min(FEATURES));
    html! {
        @if !first.is_empty() { (list(first)) }
        @if !others.is_empty() { details { summary { (others.len()) " more" } (list(others)) } }
    }
}

fn list(features: &[(String, String)]) -> Markup {
    html! {
        dl.features {
            @for (name, value) in features { div { dt { (name) } dd { (value) } } }
        }
    }
}
