//! The recipe language as a value: the keys of a recipe, and the registries that keys choose from.
//! Tests make small languages of their own; programs use that of the catalog.

use runner_declare::{Field, Kind, Section};

/// A registry's sections, in the order in which they are shown.
pub type Registry = fn() -> Vec<&'static Section>;

/// What a key chooses from, and the fields that every entry has besides its own.
#[derive(Clone, Copy, Debug)]
pub struct Entries {
    /// The entries.
    pub entries: Registry,
    /// Fields of all of them.
    pub common: &'static [Field],
}

/// The keys of a recipe: the root's, and those of the task and the approach that it names.
#[derive(Debug)]
pub struct Language {
    /// The root's keys that are shown before the task's.
    pub head: &'static [Field],
    /// The root's keys that are shown after the task's, where networks learn.
    pub tail: &'static [Field],
    /// The kinds of experiment.
    pub tasks: Registry,
    /// The layers of networks.
    pub layers: Registry,
    /// What recipes say that have a model.
    pub models: Models,
}

/// The keys of recipes with a `model` in the place of networks.
#[derive(Clone, Copy, Debug)]
pub struct Models {
    /// The tasks that models can do, with the keys that they have then.
    pub tasks: Registry,
    /// The root's keys that are shown after the task's.
    pub tail: &'static [Field],
}

impl Models {
    /// A language in which only networks learn.
    pub const NONE: Self = Self {
        tasks: Vec::new,
        tail: &[],
    };
}

/// How a task is done.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Approach {
    /// Networks, by gradient descent.
    Network,
    /// A model that is fitted to the data as a whole.
    Model,
}

/// Which keys a recipe has: those of its task and its approach.
#[derive(Clone, Copy, Debug)]
pub struct Form {
    /// The task; none where the recipe names none that there is.
    pub task: Option<&'static Section>,
    /// How a task is done.
    pub approach: Approach,
}

impl Form {
    /// The same task with the other approach.
    #[must_use]
    pub fn other(self, language: &Language) -> Option<Self> {
        let approach = match self.approach {
            Approach::Network => Approach::Model,
            Approach::Model => Approach::Network,
        };
        let task = language.task(self.task?.name, approach)?;
        Some(Self {
            task: Some(task),
            approach,
        })
    }
}

/// The key of a model.
pub const MODEL: &str = "model";

impl Language {
    /// The task of this name, with the keys that it has in this approach.
    #[must_use]
    pub fn task(&self, name: &str, approach: Approach) -> Option<&'static Section> {
        let tasks = match approach {
            Approach::Network => self.tasks,
            Approach::Model => self.models.tasks,
        };
        tasks().into_iter().find(|task| task.name == name)
    }

    /// The layer of this name.
    #[must_use]
    pub fn layer(&self, name: &str) -> Option<&'static Section> {
        (self.layers)().into_iter().find(|layer| layer.name == name)
    }

    /// The keys at the top of a recipe of this form, in declared order. Of an unknown task: those that mean the
    /// same in every task, the networks among them.
    #[must_use]
    pub fn fields(&self, form: Form) -> Vec<&'static Field> {
        let own = form
            .task
            .map_or_else(|| self.networks(), |task| task.fields.iter().collect());
        self.head.iter().chain(own).chain(self.tail(form.approach)).collect()
    }

    /// The root's keys after the task's.
    #[must_use]
    pub fn tail(&self, approach: Approach) -> &'static [Field] {
        match approach {
            Approach::Network => self.tail,
            Approach::Model => self.models.tail,
        }
    }

    fn networks(&self) -> Vec<&'static Field> {
        let mut networks: Vec<&'static Field> = Vec::new();
        for field in (self.tasks)().into_iter().flat_map(|task| task.fields) {
            if matches!(field.kind, Kind::Layers) && networks.iter().all(|known| known.key != field.key) {
                networks.push(field);
            }
        }
        networks
    }
}
