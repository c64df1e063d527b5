//! Where a value came from: which layer, and where in it.

use std::fmt;
use std::path::PathBuf;

use super::yaml::Place;
use runner_ground::text::clip;
use runner_ground::text::one_line;

/// A layer of a recipe. The order is that of messages: the file itself, what it extends, the rest.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Source {
    /// A file: the recipe itself at depth 0, the base it extends at depth 1, and so on.
    File {
        /// How many `extends` lie between it and the recipe.
        depth: usize,
        /// The path as it was written.
        path: PathBuf,
    },
    /// An environment variable.
    Environment(String),
    /// A `--set key=value` of the command line.
    Set {
        /// Which of them, from 0.
        position: usize,
        /// `key=value` as it was written.
        text: String,
    },
    /// The values of a sweep that a command line gives: `-m key=value,value`.
    Multirun,
    /// The default that the recipe language declares.
    Default,
}

/// A layer and the place in it.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Origin {
    /// The layer.
    pub source: Source,
    /// The place in a file; nowhere for the other layers.
    pub at: Place,
}

impl Origin {
    /// As short as a comment wants it: `recipes/x.yaml:12`, `--set`, `environment RUNNER__SEED`, `default`.
    #[must_use]
    pub fn short(&self) -> String {
        match &self.source {
            Source::File { path, .. } => {
                format!("{}:{}", one_line(&path.display().to_string()), self.at.line)
            }
            Source::Environment(name) => format!("environment {}", one_line(name)),
            Source::Set { .. } => "--set".to_owned(),
            Source::Multirun => "-m".to_owned(),
            Source::Default => "default".to_owned(),
        }
    }
}

/// The layer alone, as messages name it.
impl fmt::Display for Source {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Source::File { path, .. } => f.write_str(&one_line(&path.display().to_string())),
            Source::Environment(name) => write!(f, "environment {}", one_line(name)),
            Source::Set { text, .. } => write!(f, "--set {}", clip(text)),
            Source::Multirun => f.write_str("-m"),
            Source::Default => f.write_str("default"),
        }
    }
}

/// `recipes/x.yaml:12:5`, `--set optimizer.lr=abc`, `environment RUNNER__OPTIMIZER__LR`.
impl fmt::Display for Origin {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.source {
            Source::File { .. } if self.at.line > 0 => {
                write!(f, "{}:{}:{}", self.source, self.at.line, self.at.column)
            }
            source => source.fmt(f),
        }
    }
}
