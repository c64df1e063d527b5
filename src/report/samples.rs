//! What the networks made, from the first epoch to the last.

use maud::{Markup, html};

use super::page;
use runner_results::RunFolder;
use runner_results::picture;
use runner_results::samples::{self, Sample};

/// This many epochs are shown, the first and the last among them.
const MOST_EPOCHS: usize = 6;
/// A larger file is named, not shown.
const CAP: u64 = 1 << 20;

/// Samples of some epochs, the last one first.
pub fn section(folder: &RunFolder) -> Markup {
    let all = samples::list(folder);
    let mut epochs: Vec<u64> = all.iter().map(|sample| sample.epoch).collect();
    epochs.dedup();
    if epochs.is_empty() {
        return html! {};
    }
    let body = html! {
        @for epoch in spread(&epochs).into_iter().rev() {
            h3 { "Epoch " (epoch) }
            ul.gallery.wide {
                @for sample in all.iter().filter(|sample| sample.epoch == epoch) { li { (card(folder, sample)) } }
            }
        }
        p.muted { "All " (all.len()) " files are in " (samples::FOLDER) "/." }
    };
    page::section("samples", "Samples", body)
}

/// At most [`MOST_EPOCHS`] of them, evenly.
fn spread(epochs: &[u64]) -> Vec<u64> {
    let shown = epochs.len().min(MOST_EPOCHS);
    let places = (0..shown).map(|i| i * (epochs.len() - 1) / (shown - 1).max(1));
    places.filter_map(|place| epochs.get(place).copied()).collect()
}

fn card(folder: &RunFolder, sample: &Sample) -> Markup {
    let title = sample.name.replace('_', " ");
    let contents = folder.read(&sample.file, CAP);
    html! {
        figure {
            @match contents {
                Ok(bytes) if sample.file.ends_with(".png") => {
                    img src=(picture::data_uri(&bytes)) alt={ (title) ", epoch " (sample.epoch) };
                }
                Ok(bytes) => { pre tabindex="0" { (String::from_utf8_lossy(&bytes)) } }
                Err(_) => { p.muted { "It cannot be shown here." } }
            }
            figcaption { (title) }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_first_and_the_last_epoch_are_among_those_shown() {
        let epochs: Vec<u64> = (1..=50).collect();
        assert_eq!(spread(&epochs), [1, 10, 20, 30, 40, 50]);
        assert_eq!(spread(&[7]), [7]);
        assert_eq!(spread(&[3, 4, 5]), [3, 4, 5]);
    }
}
