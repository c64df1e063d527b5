//! The recipe language: YAML with places, layers merged by figment, checks against the declarations of
//! the registries, and messages that say where, what and how to mend it. Knows no tensors.
//!
//! ```text
//! files::read_chain ─┐
//! overrides::layers ─┴▶ normalize ▶ merge (figment) ▶ check ▶ Recipe ▶ resolved_yaml, digest
//! ```

mod check;
mod declaration;
mod declared;
mod diagnostic;
mod effect;
mod files;
mod fit;
mod folders;
mod form;
mod headline;
mod identity;
mod keys;
mod language;
mod load;
mod mend;
mod merge;
mod name;
mod normalize;
mod origin;
mod overrides;
mod phrase;
pub mod reference;
mod resolved;
pub mod schema;
pub mod sections;
mod seeds;
mod spelling;
pub mod suggest;
mod tree;
mod values;
pub mod yaml;

pub use check::lint;
pub use declaration::Declaration;
pub use declared::Declared;
pub use diagnostic::Diagnostic;
pub use files::{MAX_CHAIN, Standing};
pub use headline::Headline;
pub use keys::{assignment, keys};
pub use language::{Approach, Entries, Form, Language, Models, Registry};
pub use name::{RULE as NAME_RULE, earlier_name, is_name};
pub use origin::{Origin, Source};
pub use overrides::{Overrides, PREFIX};
pub use sections::{BestEpoch, Device, EarlyStopping, Engine, Log, Mode, Trainer};
pub use values::values;

use std::path::{Path, PathBuf};

use runner_declare::{Chosen, KeyPath, Problem, Value};
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
        load::load(language, path, Some(Era::New), overrides, &|_| None, |_| Vec::new())
    }

    /// The resolved recipe that a run keeps. A key that it lacks was not there yet when the run began, and means what
    /// the run did.
    ///
    /// # Errors
    /// As [`Recipe::load`].
    pub fn kept(language: &'static Language, path: &Path) -> Result<Self> {
        let nothing = Overrides::default();
        let recipe = load::load(language, path, Some(Era::Kept), &nothing, &|_| None, |_| Vec::new())?;
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
        load::load(language, path, None, overrides, moved, further)
    }

    /// What the key at a path is declared to be, given what this recipe chooses; none where it has no such key.
    #[must_use]
    pub fn declaration(&self, path: &[String]) -> Option<Declaration> {
        let task = self.language.task(&self.task.name, self.approach);
        let approach = self.approach;
        let fields = self.language.fields(Form { task, approach });
        let name = |path: &[String]| {
            let chosen = path.iter().try_fold(None, |found: Option<&Value>, key| {
                let next = match found {
                    None => self.checked.settings.get(key),
                    Some(Value::Array(items)) => items.get(key.parse::<usize>().ok()?),
                    Some(value) => value.get("settings").unwrap_or(value).get(key),
                };
                next.map(Some)
            });
            Some(chosen??.get("name")?.as_str()?.to_owned())
        };
        declaration::declaration(self.language, &fields, path, &name)
    }

    /// The recipe of a sweep's trial: the resolved one that the sweep kept, whose relative paths start from
    /// `recipe_folder`, with the trial's values over it. What neither says means what it means today, since a trial may
    /// choose entries that the kept recipe never had; in a sweep of an earlier version, whose values
    /// [yield](Standing::Yields), what it meant then.
    ///
    /// # Errors
    /// As [`Recipe::load`].
    pub fn trial(language: &'static Language, path: &Path, values: &Overrides, recipe_folder: &Path) -> Result<Self> {
        let era = match values.standing {
            Standing::Yields => Era::Kept,
            Standing::Stays => Era::New,
        };
        let moved = |_: &Path| Some(recipe_folder.to_owned());
        load::load(language, path, Some(era), values, &moved, |_| Vec::new())
    }

    /// Whether it is the one that a run keeps ([`Recipe::kept`]), or that a baseline was made of. What trained once goes
    /// on as it began: rules that were made since do not refuse it.
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
        let recipe = load::load(language, path, Some(Era::Kept), overrides, moved, |_| Vec::new());
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
