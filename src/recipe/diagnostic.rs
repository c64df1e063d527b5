//! All mistakes of a recipe, located, in order, as one error.

use std::fmt;

use runner_declare::{KeyPath, Problem};
use runner_ground::error::{Error, Kind, Located};

use super::origin::{Origin, Source};

/// How many mistakes are shown; the rest are counted.
const SHOWN: usize = 50;

/// One mistake with its place.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Diagnostic {
    /// Where.
    pub origin: Origin,
    /// What, at which key, and the remedy.
    pub problem: Problem,
    /// What kind of mistake it is.
    pub fault: Fault,
}

/// Kinds of mistakes, as far as something follows from the difference.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Fault {
    /// What stands there cannot be.
    Wrong,
    /// Nothing stands there; where a base could not be read, it may say it.
    Absent,
    /// A name that probably means this one, and was looked at as if it did.
    Misspelt(&'static str),
}

impl Diagnostic {
    /// A mistake at a place.
    #[must_use]
    pub fn new(origin: Origin, problem: Problem) -> Self {
        let fault = Fault::Wrong;
        Self { origin, problem, fault }
    }

    /// The same mistake, known to be of this kind.
    #[must_use]
    pub fn fault(self, fault: Fault) -> Self {
        Self { fault, ..self }
    }
}

/// `file:line:column: key.path: message`, and the help on a line of its own.
impl fmt::Display for Diagnostic {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: ", self.origin)?;
        if self.problem.path != KeyPath::root() {
            write!(f, "{}: ", runner_ground::text::clip(&self.problem.path.to_string()))?;
        }
        f.write_str(&self.problem.message)?;
        match &self.problem.help {
            Some(help) => write!(f, "\n  help: {help}"),
            None => Ok(()),
        }
    }
}

/// One error that shows them all, sorted by place.
#[must_use]
pub fn into_error(mut diagnostics: Vec<Diagnostic>) -> Error {
    let key = |d: &Diagnostic| (d.origin.clone(), d.problem.path.clone(), d.problem.message.clone());
    diagnostics.sort_by_cached_key(key);
    diagnostics.dedup();
    let mut lines: Vec<String> = diagnostics.iter().take(SHOWN).map(ToString::to_string).collect();
    if diagnostics.len() > SHOWN {
        lines.push(format!("… and {} more mistakes", diagnostics.len() - SHOWN));
    }
    Error::new(Kind::Recipe, lines.join("\n")).with_located(diagnostics.into_iter().map(located).collect())
}

fn located(Diagnostic { origin, problem, .. }: Diagnostic) -> Located {
    let given = |number: usize| (number > 0).then_some(number);
    let (file, message) = match &origin.source {
        Source::File { path, .. } => (Some(path.clone()), problem.message),
        source => (None, format!("{source}: {}", problem.message)),
    };
    Located {
        file,
        line: given(origin.at.line),
        column: given(origin.at.column),
        path: problem.path.to_string(),
        message,
        help: problem.help,
    }
}
