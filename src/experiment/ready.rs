//! An experiment with its compiled network.

use std::path::Path;

use super::create::{Member, create};
use super::{Checked, Places, Watcher};
use runner_compiler::cache::Cache;
use runner_compiler::{Compiled, compile};
use runner_ground::error::{Error, Kind, Result};
use runner_ground::files::machine;
use runner_ground::text::format;
use runner_results::RunFolder;

/// A checked recipe whose network is compiled.
pub struct Ready {
    /// The recipe, its data and its plan.
    pub checked: Checked,
    /// The network's program.
    pub compiled: Compiled,
}

impl Checked {
    /// Compiles the network, unless it is compiled already.
    ///
    /// # Errors
    /// When the training does not fit into memory, or the network cannot be compiled.
    pub fn compile(self, watcher: &mut dyn Watcher) -> Result<Ready> {
        fits(self.network_record().memory)?;
        let mut started = false;
        let compiled = compile(&self.source(), &Cache::open(), || {
            started = true;
            watcher.compiling();
        });
        if started {
            watcher.compiled(compiled.is_ok());
        }
        Ok(Ready {
            checked: self,
            compiled: compiled?,
        })
    }
}

impl Ready {
    /// The run's folder with its first files.
    ///
    /// # Errors
    /// When it cannot be made.
    pub fn create(&self, results: &Path, places: Places, member: Option<Member>) -> Result<RunFolder> {
        create(results, &self.checked, places, &self.compiled, member)
    }
}

/// Refuses a training that needs more memory than there is, before anything is compiled for it.
///
/// # Errors
/// When it does.
pub fn fits(needed: u64) -> Result<()> {
    match machine::memory() {
        Some(there) if needed > there => {
            let (needed, there) = (format::bytes(needed), format::bytes(there));
            let message = format!("this training needs {needed} of memory, and this machine has {there}");
            Err(Error::new(Kind::Failure, message).help("make the layers narrower, or trainer.batch_size smaller"))
        }
        _ => Ok(()),
    }
}
