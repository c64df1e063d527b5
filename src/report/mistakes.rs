//! The samples with the largest losses, with their pictures or features.

use maud::{Markup, html};

use super::page;
use runner_ground::text::format;
use runner_results::findings::{Mistake, Picture};
use runner_results::picture;

/// Features shown at once; the others unfold.
const FEATURES: usize = 6;

/// The gallery, where the task kept samples.
pub fn section(mistakes: &[Mistake]) -> Markup {
    if mistakes.is_empty() {
        return html! {};
    }
    let pictures = mistakes.iter().any(|mistake| mistake.picture.is_some());
    let body = html! {
        p.muted { "The " (mistakes.len()) " test samples with the largest losses, worst first." }
        ul class=(if pictures { "gallery" } else { "gallery wide" }) {
            @for mistake in mistakes { li { (card(mistake)) } }
        }
    };
    page::section("mistakes", "Worst mistakes", body)
}

fn card(mistake: &Mistake) -> Markup {
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
            (features(&mistake.features))
        }
    }
}

fn features(features: &[(String, f64)]) -> Markup {
    let (first, others) = features.split_at(features.len().min(FEATURES));
    html! {
        @if !first.is_empty() { (list(first)) }
        @if !others.is_empty() { details { summary { (others.len()) " more" } (list(others)) } }
    }
}

fn list(features: &[(String, f64)]) -> Markup {
    html! {
        dl.features {
            @for (name, value) in features { div { dt { (name) } dd { (format::value(*value)) } } }
        }
    }
}
