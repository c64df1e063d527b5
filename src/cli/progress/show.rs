//! What is shown while a recipe becomes a trained run.

use super::{Download, Progress, Spinner, Style};
use crate::output;
use runner_experiment::Watcher;
use runner_ground::error::Error;
use runner_train::event::Event;

/// Shows it in a style.
pub struct Show {
    style: Style,
    download: Option<Download>,
    spinner: Option<Spinner>,
    training: Option<Box<dyn Progress>>,
}

impl Show {
    /// Everything.
    pub fn new(style: Style) -> Self {
        Self {
            style,
            download: None,
            spinner: None,
            training: None,
        }
    }

    /// Of the training only bars, where there are some: it is none that stays.
    pub fn aside(style: Style) -> Self {
        let quiet = if style == Style::Bars { style } else { Style::Quiet };
        Self {
            training: Some(quiet.consumer()),
            ..Self::new(style)
        }
    }
}

impl Watcher for Show {
    fn note(&mut self, text: &str) {
        output::note(text);
    }

    fn download(&mut self, step: &runner_data::Progress<'_>) {
        self.download
            .get_or_insert_with(|| Download::new(self.style))
            .step(step);
    }

    fn downloaded(&mut self) {
        self.download = None;
    }

    fn compiling(&mut self) {
        self.spinner = Some(Spinner::start(self.style, "compiling the network"));
    }

    fn compiled(&mut self, well: bool) {
        if let Some(spinner) = self.spinner.take().filter(|_| well) {
            spinner.finish("compiled the network");
        }
    }

    fn member(&mut self, seed: u64, place: usize, of: usize) {
        if self.style.for_people() {
            output::say(&format!("seed {seed} ({} of {of})", place + 1));
        }
    }

    fn member_failed(&mut self, error: &Error) {
        output::error(error);
    }

    fn event(&mut self, event: &Event) {
        self.training.get_or_insert_with(|| self.style.consumer()).event(event);
    }
}
