//! What a training shows while it runs: consumers of its events, one file each.

mod bars;
mod download;
mod json;
mod line;
mod line_start;
mod plain;
mod quiet;
mod show;
mod spinner;
mod sweep_table;

pub use bars::Bars;
pub use download::Download;
pub use json::Json;
pub use line::{epoch_line, fit};
pub use line_start::LineStart;
pub use plain::Plain;
pub use quiet::Quiet;
pub use show::Show;
pub use spinner::Spinner;
pub use sweep_table::SweepTable;

use std::io::IsTerminal;

use super::args::ShowArgs;
use runner_train::event::Event;

/// Shows events.
pub trait Progress {
    /// Something happened.
    fn event(&mut self, event: &Event);
}

/// How much is shown, and how.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Style {
    /// Bars that move, on a terminal.
    Bars,
    /// A line an epoch, for files and pipes.
    Plain,
    /// Each event as a line of JSON.
    Json,
    /// Warnings only.
    Quiet,
}

impl Style {
    /// What the command line asks for; bars only where both outputs are a terminal, since they would
    /// otherwise be torn by lines that go elsewhere.
    pub fn choose(show: &ShowArgs) -> Self {
        let terminal = std::io::stdout().is_terminal() && std::io::stderr().is_terminal();
        match (show.json, show.quiet) {
            (true, _) => Self::Json,
            (_, true) => Self::Quiet,
            _ if terminal && console::Term::stderr().features().is_attended() && !is_dumb() => Self::Bars,
            _ => Self::Plain,
        }
    }

    /// The consumer of this style.
    pub fn consumer(self) -> Box<dyn Progress> {
        match self {
            Self::Bars => Box::new(Bars::on_terminal()),
            Self::Plain => Box::new(Plain::new(std::io::stdout())),
            Self::Json => Box::new(Json::new(std::io::stdout())),
            Self::Quiet => Box::new(Quiet),
        }
    }

    /// Whether people read along, so that a closing summary is wanted.
    pub fn for_people(self) -> bool {
        matches!(self, Self::Bars | Self::Plain)
    }
}

/// A terminal that cannot move its cursor.
fn is_dumb() -> bool {
    std::env::var_os("TERM").is_some_and(|term| term == "dumb")
}
