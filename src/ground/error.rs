//! The one error type: what went wrong, in the user's words, and the exit code that follows.

use std::fmt;
use std::path::PathBuf;

use serde::Serialize;

pub use crate::problem::{KeyPath, Problem};

/// `Result` with the runner's [`Error`].
pub type Result<T, E = Error> = std::result::Result<T, E>;

/// What kind of mistake it was. The numbers are exit codes: documented in the README, never changed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// The work failed while running: a full disk, a read-only folder, a lost process.
    Failure = 1,
    /// The command line asks for something that does not exist.
    Usage = 2,
    /// The recipe is wrong.
    Recipe = 3,
    /// The data is missing or wrong.
    Data = 4,
    /// The network could not be compiled: no toolchain, a stale library.
    Compile = 5,
    /// The training diverged: a loss that is not finite.
    Diverged = 6,
    /// A run's folder or checkpoint is wrong.
    Run = 7,
    /// Stopped by Ctrl-C; the run can be resumed.
    Interrupted = 130,
}

impl Kind {
    /// The kind of an exit code; any unknown one is a [`Kind::Failure`].
    pub fn from_exit_code(code: u8) -> Self {
        let kinds = [
            Kind::Usage,
            Kind::Recipe,
            Kind::Data,
            Kind::Compile,
            Kind::Diverged,
            Kind::Run,
            Kind::Interrupted,
        ];
        kinds
            .into_iter()
            .find(|&kind| kind as u8 == code)
            .unwrap_or(Kind::Failure)
    }
}

/// An error with its exit code and a message for people.
///
/// ```
/// use runner_ground::error::{Error, Kind};
/// let error = Error::new(Kind::Data, "iris.csv is empty").help("download it again");
/// assert_eq!(error.exit_code(), 4);
/// assert_eq!(error.to_string(), "iris.csv is empty\n  help: download it again");
/// ```
#[derive(Clone, Debug)]
pub struct Error {
    kind: Kind,
    message: String,
    help: Option<String>,
    problems: Vec<Problem>,
    located: Vec<Located>,
}

/// One mistake with its place, for programs.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Located {
    /// The file; none for what a file does not say.
    pub file: Option<PathBuf>,
    /// The line, from 1.
    pub line: Option<usize>,
    /// The column in characters, from 1.
    pub column: Option<usize>,
    /// The key, such as `optimizer.lr`.
    pub path: String,
    /// What is wrong.
    pub message: String,
    /// The remedy.
    pub help: Option<String>,
}

impl Error {
    /// An error of this kind. The message names the file and the key; it ends without a full stop.
    pub fn new(kind: Kind, message: impl Into<String>) -> Self {
        Self {
            kind,
            message: message.into(),
            help: None,
            problems: Vec::new(),
            located: Vec::new(),
        }
    }

    /// Says what to do about it.
    #[must_use]
    pub fn help(mut self, help: impl Into<String>) -> Self {
        self.help = Some(help.into());
        self
    }

    /// Puts what was being done before the message: `context: message`.
    #[must_use]
    pub fn context(mut self, context: impl fmt::Display) -> Self {
        self.message = format!("{context}: {}", self.message);
        self
    }

    /// The keys of a recipe that are wrong, where that is what is wrong: the recipe knows their places.
    pub fn problems(&self) -> &[Problem] {
        &self.problems
    }

    /// The same error, with the single mistakes that its message lists.
    #[must_use]
    pub fn with_located(self, located: Vec<Located>) -> Self {
        Self { located, ..self }
    }

    /// The single mistakes with their places; the error itself where it has no place.
    pub fn located(&self) -> Vec<Located> {
        if !self.located.is_empty() {
            return self.located.clone();
        }
        vec![Located {
            file: None,
            line: None,
            column: None,
            path: String::new(),
            message: self.message.clone(),
            help: self.help.clone(),
        }]
    }

    /// The kind.
    pub fn kind(&self) -> Kind {
        self.kind
    }

    /// The process's exit code for this error.
    pub fn exit_code(&self) -> u8 {
        self.kind as u8
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.message)?;
        match &self.help {
            Some(help) => write!(f, "\n  help: {help}"),
            None => Ok(()),
        }
    }
}

impl std::error::Error for Error {}

impl From<Problem> for Error {
    fn from(problem: Problem) -> Self {
        vec![problem].into()
    }
}

/// Mistakes in a recipe, named by their keys.
impl From<Vec<Problem>> for Error {
    fn from(problems: Vec<Problem>) -> Self {
        let line = |problem: &Problem| {
            let help = problem.help.as_ref().map(|help| format!("\n  help: {help}"));
            format!("{}: {}{}", problem.path, problem.message, help.unwrap_or_default())
        };
        let lines: Vec<String> = problems.iter().map(line).collect();
        Self {
            problems,
            ..Self::new(Kind::Recipe, lines.join("\n"))
        }
    }
}
