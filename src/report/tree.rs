//! The upper part of a tree as nested lists: they wrap on a narrow screen and are read aloud in order.

use maud::{Markup, html};

use runner_ground::text::format;
use runner_results::findings::TreeNode;

/// From the root as deep as is known.
pub(super) fn drawing(root: &TreeNode) -> Markup {
    html! {
        p.muted { "Each question sends a sample on; a bar is the share of the training samples that come there." }
        ul.tree { (node(root, None, root.samples.max(1))) }
        @if is_cut(root) { p.muted { "What lies deeper is left out (…)." } }
    }
}

fn node(found: &TreeNode, answer: Option<&str>, all: u64) -> Markup {
    let length = format!("--length:{:.1}%", found.samples as f64 / all as f64 * 100.0);
    html! {
        li {
            div.node style=(length) {
                @if let Some(answer) = answer { span.answer { (answer) } }
                @match &found.asks {
                    Some((feature, most)) => { span.asks { (feature) " ≤ " (format::value(*most)) "?" } }
                    None => { span.predicted { (found.predicted) } }
                }
                span.muted {
                    (format::plural(found.samples as usize, "sample", "samples"))
                    @match found.share {
                        Some(share) => { ", " (format!("{:.0} %", share * 100.0)) " " (found.predicted) }
                        None => { @if found.asks.is_some() { ", mean " (found.predicted) } }
                    }
                }
            }
            @match found.below.as_slice() {
                [yes, no] => { ul { (node(yes, Some("yes"), all)) (node(no, Some("no"), all)) } }
                _ => { @if found.asks.is_some() { ul { li { span.muted { "…" } } } } }
            }
        }
    }
}

fn is_cut(node: &TreeNode) -> bool {
    (node.asks.is_some() && node.below.is_empty()) || node.below.iter().any(is_cut)
}
