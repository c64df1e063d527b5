//! The page of a learning-rate range test. Like a run's report it needs no network and runs no script.

use maud::{Markup, html};

use runner_ground::text::format;
use runner_report::axis::{self, Axis};
use runner_report::curve::{self, Line, Plot};
use runner_report::page;
use runner_train::range_test::RangeTested;
use runner_train::suggest::Suggestions;

/// The page as HTML; `own` is the learning rate that the recipe says.
pub fn page(name: &str, tested: &RangeTested, suggestions: &Suggestions, own: Option<f64>) -> String {
    let title = format!("Learning rates of {name}");
    let body = html! {
        header { h1 { (title) } p.muted { (steps(tested)) } }
        main {
            (figures(suggestions, own))
            (page::section("losses", "Loss by learning rate", plot(tested, suggestions)))
            (page::section("method", "Method", method()))
        }
        footer { "Made by runner " (runner_ground::VERSION) ". This page needs no network and runs no script." }
    };
    page::document(&title, &[], &[], &body)
}

/// How far the test went, in words.
pub fn steps(tested: &RangeTested) -> String {
    let made = tested.lrs.len();
    let [first, last] = [tested.lrs.first(), tested.lrs.last()].map(|lr| format::rate(lr.copied().unwrap_or(f64::NAN)));
    let end = if (made as u64) < tested.asked {
        "; then the loss ran away"
    } else {
        ""
    };
    format!("{made} steps at learning rates from {first} to {last}{end}")
}

/// The axes of a plot of these losses over the learning rate.
pub fn axes(tested: &RangeTested, losses: impl Iterator<Item = f64>) -> (Axis, Axis) {
    (Axis::logarithmic(tested.lrs.iter().copied()), Axis::linear(losses))
}

/// The points of a curve that lie within an axis.
pub fn points(lrs: &[f64], losses: &[f64], y: &Axis) -> Vec<(f64, f64)> {
    let inside = |loss: f64| y.place(loss).is_some_and(|place| (0.0..=1.0).contains(&place));
    let loss = |&loss: &f64| if inside(loss) { loss } else { f64::NAN };
    lrs.iter().copied().zip(losses.iter().map(loss)).collect()
}

fn figures(suggestions: &Suggestions, own: Option<f64>) -> Markup {
    let told = |lr: Option<f64>| lr.map_or_else(|| "none".to_owned(), short);
    html! {
        dl.figures {
            div class="figure lead" { dt { "valley" } dd { (told(suggestions.valley)) } }
            div.figure { dt { "steepest" } dd { (told(suggestions.steepest)) } }
            div.figure { dt { "the recipe's" } dd { (told(own)) } }
        }
    }
}

fn plot(tested: &RangeTested, suggestions: &Suggestions) -> Markup {
    let smoothed = || tested.smoothed.iter().copied();
    let highest = smoothed().fold(f64::NEG_INFINITY, f64::max);
    // Single losses where the rate is far too large would press everything else to the ground.
    let single = tested.losses.iter().copied().filter(|&loss| loss <= highest);
    let (x, y) = axes(tested, smoothed().chain(single));
    let lines = vec![
        Line {
            name: "smoothed",
            points: points(&tested.lrs, &tested.smoothed, &y),
        },
        Line {
            name: "each step",
            points: points(&tested.lrs, &tested.losses, &y),
        },
    ];
    let lowest = tested.smoothed.iter().copied().fold(f64::INFINITY, f64::min);
    let words = format!(
        "The training loss over {}; its lowest smoothed value is {}",
        steps(tested),
        format::number(lowest)
    );
    html! {
        (curve::figure(&Plot {
            title: "training loss", lines, x, y, across: "learning rate (logarithmic)", label: axis::plain,
            mark: suggestions.valley, words,
        }))
        p.muted { "The dashed line marks the valley's suggestion. Losses above the picture are left out." }
    }
}

fn method() -> Markup {
    html! {
        p { "The network learns from its initial weights, one batch a step, while the learning rate grows by the same factor
            from step to step (L. Smith, 2017). Too small a rate changes nothing; too large a rate makes the loss run away;
            good ones lie where it falls." }
        p { "The valley lies in the longest stretch in which the smoothed loss falls, the steepest point where it falls
            fastest over the logarithm of the rate; both as fastai finds them. Nothing of the test is kept." }
    }
}

/// As many digits as a learning rate is worth.
pub fn short(lr: f64) -> String {
    format::rate(format!("{lr:.1e}").parse().unwrap_or(lr))
}
