//! YAML 1.2 with places, read within stated bounds. The event parser is `saphyr-parser`; what the
//! events mean (numbers, duplicate keys, aliases) is decided here, and nothing here knows recipes. Writing is
//! left to `serde_yaml`.

mod build;
mod glued;
mod node;
mod read;
mod refuse;
mod scalar;
mod write;
#[cfg(test)]
mod write_tests;

pub use node::{Atom, Data, Entry, Node, Place, Scalar};
pub use read::{MAX_BYTES, read_file};
pub use write::write;

/// How deep lists and mappings may nest.
pub const MAX_DEPTH: usize = 64;
/// How many values there may be once every alias has been replaced by what it stands for.
pub const MAX_NODES: usize = 100_000;
/// How many bytes of text those values may hold together, for the same reason.
pub const MAX_TEXT: usize = 4 * MAX_BYTES as usize;

/// A mistake in a text, and where.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Flaw {
    /// Where it stands.
    pub at: Place,
    /// The key that it concerns, when there is one: its way from the top.
    pub path: Vec<String>,
    /// What is wrong.
    pub message: String,
    /// What to do about it.
    pub help: Option<String>,
}

impl Flaw {
    fn new(at: Place, message: impl Into<String>) -> Self {
        Self {
            at,
            path: Vec::new(),
            message: message.into(),
            help: None,
        }
    }

    fn help(mut self, help: impl Into<String>) -> Self {
        self.help = Some(help.into());
        self
    }
}

/// The values of one document, or `None` where the text is empty or broken, with every mistake found.
///
/// ```
/// use runner_recipe::yaml;
/// let (tree, flaws) = yaml::parse("seed: 1\nseed: 2\n");
/// assert!(tree.is_some());
/// assert_eq!(flaws[0].at.line, 2);
/// ```
#[must_use]
pub fn parse(text: &str) -> (Option<Node>, Vec<Flaw>) {
    build::Builder::new(text.strip_prefix('\u{feff}').unwrap_or(text)).run()
}
