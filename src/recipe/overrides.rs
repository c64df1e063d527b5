//! `--set optimizer.lr=3e-4` and `RUNNER__OPTIMIZER__LR=3e-4`: values from outside the files.

use runner_declare::{KeyPath, Problem};

use super::diagnostic::Diagnostic;
use super::files::{self, Layer};
use super::origin::{Origin, Source};
use super::yaml::{self, Data, MAX_BYTES, MAX_DEPTH, Node, Place, Scalar};

/// How environment variables that belong to a recipe begin.
pub const PREFIX: &str = "RUNNER__";

/// What the command line and the environment say about a recipe.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Overrides {
    /// `key=value`, in the order of the command line: later ones win. Values are YAML; a number in the
    /// key is an element of a list: `network.0.linear=256`.
    pub set: Vec<String>,
    /// Environment variables by name; those without [`PREFIX`] are ignored. `__` separates keys, and
    /// upper case becomes lower case. `--set` wins over them.
    pub env: Vec<(String, String)>,
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
        Self { set, env }
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
            let keys = key.split("__").map(str::to_lowercase).collect();
            (Source::Environment(name.clone()), keys, Some(value.as_str()))
        });
        let set = self.set.iter().enumerate().map(|(position, text)| {
            let (key, value) = text
                .split_once('=')
                .map_or((text.as_str(), None), |(key, value)| (key, Some(value)));
            let keys = key.trim().split('.').map(str::to_owned).collect();
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
                Ok(tree) => layers.push(Layer { source, tree }),
                Err(found) => diagnostics.extend(found),
            }
        }
        layers
    }
}

/// The keys around the value.
fn tree(source: &Source, keys: Vec<String>, value: Option<&str>) -> Result<Node, Vec<Diagnostic>> {
    let origin = Origin {
        source: source.clone(),
        at: Place::default(),
    };
    let refuse = |problem: Problem| Err(vec![Diagnostic::new(origin.clone(), problem)]);
    let Some(value) = value else {
        let problem = Problem::new(KeyPath::root(), "expected KEY=VALUE");
        return refuse(problem.help("such as --set optimizer.lr=3e-4"));
    };
    if keys.iter().any(String::is_empty) || keys.len() > MAX_DEPTH {
        let expected = match source {
            Source::Environment(_) => "expected keys joined by '__', such as RUNNER__OPTIMIZER__LR",
            _ => "expected keys joined by dots, such as 'optimizer.lr'",
        };
        return refuse(Problem::new(KeyPath::root(), expected));
    }
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
