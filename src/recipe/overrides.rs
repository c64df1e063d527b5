//! `--set optimizer.lr=3e-4` and `RUNNER__OPTIMIZER__LR=3e-4`: values from outside the files.

use std::path::PathBuf;

use runner_declare::{KeyPath, Problem};

use super::diagnostic::Diagnostic;
use super::files::{self, Layer, Standing};
use super::keys::{assignment, keys};
use super::origin::{Origin, Source};
use super::yaml::{self, Data, MAX_BYTES, MAX_DEPTH, Node, Place, Scalar};

/// How environment variables that belong to a recipe begin.
pub const PREFIX: &str = "RUNNER__";

/// What the command line and the environment say about a recipe.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Overrides {
    /// `key=value`, in the order of the command line: of one key the later ones win. Values are YAML; a number in the
    /// key is an element of a list: `network.0.linear=256`. A key with dots of its own is put in quotes.
    pub set: Vec<String>,
    /// Environment variables by name; those without [`PREFIX`] are ignored. `__` separates keys, and
    /// upper case becomes lower case. `--set` wins over them.
    pub env: Vec<(String, String)>,
    /// What becomes of them where one of them chooses an optimizer that has no use for another one.
    pub standing: Standing,
    /// Where relative paths in them start from, seen from the recipe's folder; there itself when absent.
    pub folder: Option<PathBuf>,
}

impl Overrides {
    /// These `--set` texts, and the environment of this process.
    #[must_use]
    pub fn from_process(set: Vec<String>) -> Self {
        let env = std::env::vars_os()
            .map(|(name, value)| {
                (
                    name.to_string_lossy().into_owned(),
                    value.to_string_lossy().into_owned(),
                )
            })
            .filter(|(name, _)| name.starts_with(PREFIX))
            .collect();
        Self {
            set,
            env,
            ..Self::default()
        }
    }

    /// A layer for each of them, lowest first.
    pub(super) fn layers(&self, diagnostics: &mut Vec<Diagnostic>) -> Vec<Layer> {
        // Sorted, so that the order of the environment does not matter: a key before its sub-keys.
        let mut env: Vec<_> = self
            .env
            .iter()
            .filter_map(|(name, value)| Some((name, name.strip_prefix(PREFIX)?, value)))
            .collect();
        env.sort();
        let env = env.into_iter().map(|(name, key, value)| {
            let keys: Vec<String> = key.split("__").map(str::to_lowercase).collect();
            let complete = keys.iter().all(|key| !key.is_empty());
            let keys = complete.then_some(keys).ok_or("a key is missing");
            (Source::Environment(name.clone()), keys, Some(value.as_str()))
        });
        let set = self.set.iter().enumerate().map(|(position, text)| {
            let (key, value) = assignment(text).map_or((text.as_str(), None), |(key, value)| (key, Some(value)));
            let keys = keys(key.trim());
            (
                Source::Set {
                    position,
                    text: text.clone(),
                },
                keys,
                value,
            )
        });
        let mut layers = Vec::new();
        for (source, keys, value) in env.chain(set) {
            match tree(&source, keys, value) {
                Ok(tree) => layers.push(Layer {
                    source,
                    standing: self.standing,
                    tree,
                }),
                Err(found) => diagnostics.extend(found),
            }
        }
        layers
    }
}

/// The keys around the value.
fn tree(
    source: &Source,
    keys: Result<Vec<String>, &'static str>,
    value: Option<&str>,
) -> Result<Node, Vec<Diagnostic>> {
    let origin = Origin {
        source: source.clone(),
        at: Place::default(),
    };
    let refuse = |problem: Problem| Err(vec![Diagnostic::new(origin.clone(), problem)]);
    let Some(value) = value else {
        let problem = Problem::new(KeyPath::root(), "expected KEY=VALUE");
        return refuse(problem.help("such as --set optimizer.lr=3e-4"));
    };
    let keys = match keys {
        Ok(keys) if keys.len() <= MAX_DEPTH => keys,
        wrong => {
            let expected = match source {
                Source::Environment(_) => "expected keys joined by '__', such as RUNNER__OPTIMIZER__LR",
                _ => "expected keys joined by dots, such as 'optimizer.lr'",
            };
            let quoted = wrong.is_err_and(|what| what.contains("quote"));
            let help =
                || "keys with dots of their own stand in quotes: dataset.columns.\"a.b\".missing=mean".to_owned();
            return refuse(Problem {
                help: quoted.then(help),
                ..Problem::new(KeyPath::root(), expected)
            });
        }
    };
    if keys == ["extends"] {
        return refuse(Problem::new(KeyPath(keys), "only a file can say what it extends"));
    }
    if value.len() as u64 > MAX_BYTES {
        return refuse(Problem::new(KeyPath(keys), "the value is too long"));
    }
    let (node, flaws) = yaml::parse(value);
    if !flaws.is_empty() {
        let located = |flaw| {
            let mut problem = files::problem(flaw);
            problem.path.0.splice(0..0, keys.iter().cloned());
            Diagnostic::new(origin.clone(), problem)
        };
        return Err(flaws.into_iter().map(located).collect());
    }
    let nothing = || Node {
        at: Place::default(),
        data: Data::Scalar(Scalar {
            raw: String::new(),
            quoted: false,
            atom: yaml::Atom::Null,
        }),
    };
    let node = node.unwrap_or_else(nothing).nowhere();
    Ok(keys
        .into_iter()
        .rev()
        .fold(node, |node, key| Node::singleton(key, Place::default(), node)))
}
