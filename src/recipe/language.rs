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

/// The keys of a recipe: the root's, and those of the task that it names.
#[derive(Debug)]
pub struct Language {
    /// The root's keys that are shown before the task's.
    pub head: &'static [Field],
    /// The root's keys that are shown after the task's.
    pub tail: &'static [Field],
    /// The kinds of experiment.
    pub tasks: Registry,
    /// The layers of networks.
    pub layers: Registry,
}

impl Language {
    /// The task of this name.
    #[must_use]
    pub fn task(&self, name: &str) -> Option<&'static Section> {
        (self.tasks)().into_iter().find(|task| task.name == name)
    }

    /// The layer of this name.
    #[must_use]
    pub fn layer(&self, name: &str) -> Option<&'static Section> {
        (self.layers)().into_iter().find(|layer| layer.name == name)
    }

    /// The keys at the top of a recipe of this task, in declared order. Of an unknown task: those that mean the
    /// same in every task, the networks among them.
    #[must_use]
    pub fn fields(&self, task: Option<&'static Section>) -> Vec<&'static Field> {
        let own = task.map_or_else(|| self.networks(), |task| task.fields.iter().collect());
        self.head.iter().chain(own).chain(self.tail).collect()
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
