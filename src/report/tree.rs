//! The upper part of a tree as nested lists: they wrap on a narrow screen and are read aloud in order. It is drawn from the
//! weights, which runs of any version have.

use maud::{Markup, html};

use runner_data::DataInfo;
use runner_ground::files::tensors::Tensors;
use runner_ground::text::format;
use runner_model::{Branch, upper_tree};
use runner_results::folder::file;
use runner_results::{CHECKPOINT_CAP, RunFolder};

/// From the root as deep as is shown; nothing where the run's model is no tree.
pub(super) fn section(folder: &RunFolder, data: &DataInfo) -> Markup {
    let bytes = folder.read(file::BEST, CHECKPOINT_CAP).ok();
    let weights = bytes.and_then(|bytes| Tensors::from_bytes(&bytes, &folder.file(file::BEST)).ok());
    let Some(root) = weights.and_then(|weights| upper_tree(&weights, data.width())) else {
        return html! {};
    };
    let all = root.samples.max(1);
    html! {
        p.muted { "Each question sends a sample on; a bar is the share of the training samples that come there." }
        ul.tree { (node(&root, None, all, data)) }
        @if is_cut(&root) { p.muted { "What lies deeper is left out (…)." } }
    }
}

fn node(branch: &Branch, answer: Option<&str>, all: u64, data: &DataInfo) -> Markup {
    let length = format!("--length:{:.1}%", branch.samples as f64 / all as f64 * 100.0);
    let (predicted, share) = said(branch, data);
    html! {
        li {
            div.node style=(length) {
                @if let Some(answer) = answer { span.answer { (answer) } }
                @match branch.split {
                    Some((feature, most)) => { span.asks { (name(feature, data)) " ≤ " (format::value(most)) "?" } }
                    None => { span.predicted { (predicted) } }
                }
                span.muted {
                    (format::plural(branch.samples as usize, "sample", "samples"))
                    @match share {
                        Some(share) => { ", " (format!("{:.0} %", share * 100.0)) " " (predicted) }
                        None => { @if branch.split.is_some() { ", mean " (predicted) } }
                    }
                }
            }
            @match branch.below.as_slice() {
                [yes, no] => { ul { (node(yes, Some("yes"), all, data)) (node(no, Some("no"), all, data)) } }
                _ => { @if branch.split.is_some() { ul { li { span.muted { "…" } } } } }
            }
        }
    }
}

/// What is predicted of most, and for classes their share.
fn said(branch: &Branch, data: &DataInfo) -> (String, Option<f64>) {
    let numbers = branch.value.iter().copied().enumerate();
    match (data.classes(), numbers.reduce(|a, b| if b.1 > a.1 { b } else { a })) {
        (Some(classes), Some((class, share))) => (classes.get(class).cloned().unwrap_or_default(), Some(share)),
        _ => {
            let numbers: Vec<String> = branch.value.iter().map(|&x| format::value(x)).collect();
            (numbers.join(", "), None)
        }
    }
}

fn name(feature: usize, data: &DataInfo) -> String {
    let names = data.features().unwrap_or_default();
    names
        .get(feature)
        .cloned()
        .unwrap_or_else(|| format!("number {feature}"))
}

fn is_cut(branch: &Branch) -> bool {
    (branch.split.is_some() && branch.below.is_empty()) || branch.below.iter().any(is_cut)
}
