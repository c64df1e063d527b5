//! An experiment with the program that trains it.

use std::path::Path;

use super::create::{Member, create};
use super::{Checked, Places, Watcher};
use runner_compiler::cache::Cache;
use runner_compiler::{Executable, compile};
use runner_ground::error::{Error, Kind, Result};
use runner_ground::files::machine;
use runner_ground::text::format;
use runner_results::RunFolder;
use runner_task::Program;

/// A checked recipe whose network, if it has one, is compiled.
pub struct Ready {
    /// The recipe, its data and its plan.
    pub checked: Checked,
    /// What trains it.
    pub program: Executable,
}

impl Checked {
    /// What trains the recipe: its network, compiled unless that was done already, or the runner itself.
    ///
    /// # Errors
    /// When the training does not fit into memory, or the network cannot be compiled.
    pub fn ready(self, watcher: &mut dyn Watcher) -> Result<Ready> {
        let mut started = false;
        let program = self.program(&Cache::open(), || {
            started = true;
            watcher.compiling();
        });
        if started {
            watcher.compiled(program.is_ok());
        }
        Ok(Ready {
            checked: self,
            program: program?,
        })
    }

    /// The same for those who look on elsewhere; `starting` is called before the compiler is, if it is.
    ///
    /// # Errors
    /// As [`Checked::ready`].
    pub fn program(&self, cache: &Cache, starting: impl FnOnce()) -> Result<Executable> {
        fits(self.network_record().memory, self.plan.program())?;
        match self.plan.program() {
            Program::Compiled => compile(&self.source(), cache, starting),
            Program::Builtin => Executable::builtin(),
        }
    }
}

impl Ready {
    /// The run's folder with its first files.
    ///
    /// # Errors
    /// When it cannot be made.
    pub fn create(&self, results: &Path, places: Places, member: Option<Member>) -> Result<RunFolder> {
        create(results, &self.checked, places, &self.program, member)
    }
}

/// Refuses a training that needs more memory than there is, before anything is compiled for it.
fn fits(needed: u64, program: Program) -> Result<()> {
    match machine::memory() {
        Some(there) if needed > there => {
            let (needed, there) = (format::bytes(needed), format::bytes(there));
            let message = format!("this training needs {needed} of memory, and this machine has {there}");
            Err(Error::new(Kind::Failure, message).help(program.narrower()))
        }
        _ => Ok(()),
    }
}
