//! What a run's process is: a compiled network, or the runner itself, which has all models in it.

use std::path::PathBuf;
use std::process::Command;

use super::cache::digest;
use runner_ground::error::{Error, Kind, Result};
use runner_ground::files::lock::Lock;

/// The word after which the runner does the work of a compiled network. No recipe has this name.
pub const BUILTIN: &str = "__builtin";

/// A program ready to run. While this lives, nobody removes it.
#[derive(Debug)]
pub struct Executable {
    /// Its file.
    pub program: PathBuf,
    /// The digest that names it.
    pub digest: String,
    /// Whether it was there already.
    pub cached: bool,
    /// What it is called with before all else.
    first: Option<&'static str>,
    /// None where the cache cannot be written, and so not be cleaned either.
    _held: Option<Lock>,
}

impl Executable {
    /// A compiled network.
    pub(super) fn compiled(program: PathBuf, digest: String, cached: bool, held: Option<Lock>) -> Self {
        Self {
            program,
            digest,
            cached,
            first: None,
            _held: held,
        }
    }

    /// The runner itself, to be started again as a process of its own. Nothing is compiled.
    ///
    /// # Errors
    /// When the system does not say where it is.
    pub fn builtin() -> Result<Self> {
        let program = std::env::current_exe()
            .map_err(|error| Error::new(Kind::Failure, format!("where runner itself is: {error}")))?;
        Ok(Self {
            program,
            digest: digest(BUILTIN, &[]),
            cached: true,
            first: Some(BUILTIN),
            _held: None,
        })
    }

    /// The same program, which somebody may remove from now on. A caller that keeps several has to let them go like
    /// this: a lock guards many programs, and holding it for one keeps everybody, the holder too, from making another.
    #[must_use]
    pub fn let_go(self) -> Self {
        Self { _held: None, ..self }
    }

    /// The command that starts it.
    pub fn command(&self) -> Command {
        let mut command = Command::new(&self.program);
        command.args(self.first);
        command
    }
}
