//! The recipe language: YAML with places, layers merged by figment, checks against the declarations of
//! the registries, and messages that say where, what and how to mend it. Knows no tensors.
//!
//! ```text
//! files::read_chain ─┐
//! overrides::layers ─┴▶ normalize ▶ merge (figment) ▶ check ▶ Recipe ▶ resolved_yaml, digest
//! ```

mod check;
mod declared;
mod diagnostic;
mod files;
mod fit;
mod folders;
mod form;
mod headline;
mod identity;
mod language;
mod load;
mod mend;
mod merge;
mod normalize;
mod origin;
mod overrides;
mod phrase;
pub mod reference;
mod resolved;
pub mod schema;
pub mod sections;
mod seeds;
pub mod suggest;
mod values;
pub mod yaml;

pub use check::lint;
pub use declared::Declared;
pub use diagnostic::Diagnostic;
pub use files::MAX_CHAIN;
pub use headline::Headline;
pub use language::{Approach, Entries, Form, Language, Models, Registry};
pub use origin::{Origin, Source};
pub use overrides::{Overrides, PREFIX};
pub use sections::{BestEpoch, Device, EarlyStopping, Engine, Log, Mode, Trainer};
pub use values::values;

use std::path::{Path, PathBuf};

use runner_declare::{Chosen, KeyPath, Problem};
use runner_ground::error::{Error, Result};

use check::Era;
use yaml::Place;

/// A recipe: checked, complete, and aware of where each of its values came from.
///
/// Two recipes are equal when they say the same, wherever they are kept and however it was written.
#[derive(Clone, Debug)]
pub struct Recipe {
    /// The file it was read from, as it was given.
    pub path: PathBuf,
    /// What it is called: a folder's name.
    pub name: String,
    /// What it shows, in one line.
    pub description: Option<String>,
    /// The kind of experiment, with the keys that this kind adds to a recipe.
    pub task: Chosen,
    /// What all randomness follows from.
    pub seed: u64,
    /// The data, with the settings that all datasets have.
    pub dataset: Chosen,
    /// How the task is done.
    pub approach: Approach,
    /// The update rule of networks; none where a model learns.
    pub optimizer: Option<Chosen>,
    /// The learning-rate schedule, with the settings that all schedules have.
    pub lr_scheduler: Option<Chosen>,
    /// How the training runs.
    pub trainer: Trainer,
    /// When to stop before the last epoch.
    pub early_stopping: Option<EarlyStopping>,
    /// Forms of the metrics; metrics.csv is written whatever it says.
    pub logging: Vec<Log>,
    language: &'static Language,
    checked: check::Checked,
    of_run: bool,
}

impl PartialEq for Recipe {
    fn eq(&self, other: &Self) -> bool {
        self.checked.settings == other.checked.settings
    }
}

impl Recipe {
    /// Reads, merges and checks a recipe of this language.
    ///
    /// # Errors
    /// All its mistakes in one error of kind [`Recipe`](runner_ground::error::Kind::Recipe), each with its place.
    pub fn load(language: &'static Language, path: &Path, overrides: &Overrides) -> Result<Self> {
        load::load(language, path, Era::New, overrides, &|_| None, |_| Vec::new())
    }

    /// The resolved recipe that a run keeps. A key that it lacks was not there yet when the run began, and means what
    /// the run did.
    ///
    /// # Errors
    /// As [`Recipe::load`].
    pub fn kept(language: &'static Language, path: &Path) -> Result<Self> {
        let nothing = Overrides::default();
        let recipe = load::load(language, path, Era::Kept, &nothing, &|_| None, |_| Vec::new())?;
        Ok(Self { of_run: true, ..recipe })
    }

    /// [`Recipe::load`]. Where the recipe has mistakes, `further` is asked for those that only the whole
    /// recipe shows, with defaults in the place of what is wrong; all are reported at once. `moved` knows of files
    /// whose relative paths start from another folder than their own, the recipes that runs and sweeps keep, and gives that
    /// folder's absolute path; what such a file lacks means what it meant to its run ([`Recipe::kept`]).
    ///
    /// # Errors
    /// As [`Recipe::load`].
    pub fn load_with(
        language: &'static Language,
        path: &Path,
        overrides: &Overrides,
        moved: &dyn Fn(&Path) -> Option<PathBuf>,
        further: impl FnOnce(&Recipe) -> Vec<Problem>,
    ) -> Result<Self> {
        load::load(language, path, Era::New, overrides, moved, further)
    }

    /// Whether it is the one that a run keeps ([`Recipe::kept`]), or that a baseline was made of. What trained once goes on as
    /// it began: rules that were made since do not refuse it.
    #[must_use]
    pub fn is_of_run(&self) -> bool {
        self.of_run
    }

    /// The recipe as it was read when it had this digest, where keys were added since that meant something else until
    /// then; else none.
    #[must_use]
    pub fn as_of(
        language: &'static Language,
        path: &Path,
        overrides: &Overrides,
        moved: &dyn Fn(&Path) -> Option<PathBuf>,
        digest: &str,
    ) -> Option<Self> {
        let recipe = load::load(language, path, Era::Kept, overrides, moved, |_| Vec::new());
        let recipe = recipe.ok().filter(|recipe| recipe.digest() == digest)?;
        Some(Self { of_run: true, ..recipe })
    }

    /// The keys that mean in this recipe what they always meant, and something else in the other.
    #[must_use]
    pub fn older_than(&self, other: &Self) -> Vec<&KeyPath> {
        let paths = self.checked.as_before.iter();
        paths.filter(|path| !other.checked.as_before.contains(path)).collect()
    }

    /// The layers under one of the task's own keys, such as `network`; none where it is no list of layers.
    #[must_use]
    pub fn layers(&self, key: &str) -> Vec<Chosen> {
        let value = self.task.settings.get(key).cloned().unwrap_or_default();
        serde_json::from_value(value).unwrap_or_default()
    }

    /// The entry chosen under one of the task's own keys, such as `loss`.
    #[must_use]
    pub fn chosen(&self, key: &str) -> Option<Chosen> {
        serde_json::from_value(self.task.settings.get(key)?.clone()).ok()
    }

    /// Mistakes that were found after loading, such as shapes that do not fit, shown like those of the
    /// recipe itself. The path of a layer is `network.3.linear`.
    #[must_use]
    pub fn report(&self, problems: Vec<Problem>) -> Error {
        diagnostic::into_error(problems.into_iter().map(|problem| self.diagnose(problem)).collect())
    }

    /// An error that names keys of this recipe, with their places; any other as it is.
    #[must_use]
    pub fn place(&self, error: Error) -> Error {
        match error.problems() {
            [] => error,
            problems => self.report(problems.to_vec()),
        }
    }

    fn diagnose(&self, problem: Problem) -> Diagnostic {
        Diagnostic::new(self.locate(&problem.path), problem)
    }

    /// Where a key was written. For a default, or a key that is not there: where its section was.
    #[must_use]
    pub fn locate(&self, path: &KeyPath) -> Origin {
        let mut path = path.clone();
        loop {
            match self.checked.origins.get(&path) {
                Some(origin) if origin.source != Source::Default => return origin.clone(),
                _ if path.0.is_empty() => break,
                _ => path.0.pop(),
            };
        }
        let source = Source::File {
            depth: 0,
            path: self.path.clone(),
        };
        Origin {
            source,
            at: Place { line: 1, column: 1 },
        }
    }

    /// Every value's path, in the order of paths, with where it came from.
    pub fn provenance(&self) -> impl Iterator<Item = (&KeyPath, &Origin)> {
        self.checked.origins.iter()
    }

    /// The whole recipe as YAML that needs nothing else: keys in declared order, defaults included, each
    /// with a comment that says where it came from. Read back, it gives an equal recipe.
    #[must_use]
    pub fn resolved_yaml(&self) -> String {
        let fields = self.language.fields(Form {
            task: self.language.task(&self.task.name, self.approach),
            approach: self.approach,
        });
        resolved::write(self.language, &self.checked, &fields)
    }

    /// SHA-256, in hexadecimal, of what is trained: all values except the name, the description and the
    /// forms of the metrics.
    #[must_use]
    pub fn digest(&self) -> String {
        identity::digest(&self.checked)
    }
}
