//! Something that turns while one thing takes long, such as compiling a network.

use std::time::{Duration, Instant};

use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};

use super::Style;
use crate::output;
use runner_ground::text::format;

/// Turns until it is finished or dropped; shows nothing unless the style is bars.
pub struct Spinner {
    bar: ProgressBar,
    since: Instant,
}

impl Spinner {
    /// Starts turning, with what is being done: `compiling the network`.
    pub fn start(style: Style, doing: &str) -> Self {
        let target = if style == Style::Bars {
            ProgressDrawTarget::stderr()
        } else {
            ProgressDrawTarget::hidden()
        };
        let bar = ProgressBar::with_draw_target(None, target);
        let template = ProgressStyle::with_template("{spinner:.cyan} {msg} {elapsed:.dim}");
        bar.set_style(template.unwrap_or_else(|_| ProgressStyle::default_spinner()));
        let width = usize::from(console::Term::stderr().size().1);
        // Room for the spinner and the time; a wrapped line would be drawn again and again.
        bar.set_message(console::truncate_str(doing, width.saturating_sub(12), "…").into_owned());
        bar.enable_steady_tick(Duration::from_millis(100));
        Self {
            bar,
            since: Instant::now(),
        }
    }

    /// Stops, and leaves what was done with the time it took: `compiled the network in 2.6 s`.
    pub fn finish(self, done: &str) {
        let line = format!("{done} in {}", format::seconds(self.since.elapsed().as_secs_f64()));
        let hidden = self.bar.is_hidden();
        self.bar.finish_and_clear();
        if !hidden {
            // The bar's own println does nothing once it is finished.
            output::say(&line);
        }
    }
}

impl Drop for Spinner {
    fn drop(&mut self) {
        self.bar.finish_and_clear();
    }
}
