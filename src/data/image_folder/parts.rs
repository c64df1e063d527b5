//! Folders that are called as the parts of a dataset are, such as `train` and `val`: what is in them are the classes, and
//! they are none themselves.

use std::path::{Path, PathBuf};

use super::listing::is_flat;
use runner_declare::{KeyPath, Problem};
use runner_ground::error::Result;

/// A part, and the key that names its folder.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Role {
    Train,
    Validation,
    Test,
}

impl Role {
    const ALL: [Self; 3] = [Self::Train, Self::Validation, Self::Test];

    const fn key(self) -> &'static str {
        match self {
            Self::Train => "path",
            Self::Validation => "validation_path",
            Self::Test => "test_path",
        }
    }

    /// What a folder of this name holds in the layouts of other tools: `train`, `Training`, `val2017`, `test_set`.
    fn of(name: &str) -> Option<Self> {
        const NOUNS: [&str; 9] = [
            "sets", "set", "images", "image", "imgs", "pictures", "data", "split", "part",
        ];
        let name = name.to_lowercase();
        let mut words = name.split(|c: char| !c.is_alphabetic()).filter(|word| !word.is_empty());
        let first = words.next()?;
        if words.any(|word| !NOUNS.contains(&word)) {
            return None;
        }
        let stem = NOUNS.iter().find_map(|noun| first.strip_suffix(noun)).unwrap_or(first);
        match stem {
            "train" | "training" | "trn" => Some(Self::Train),
            "val" | "valid" | "validation" | "validate" | "dev" | "eval" | "evaluation" => Some(Self::Validation),
            "test" | "testing" | "tst" => Some(Self::Test),
            _ => None,
        }
    }
}

/// A folder with the name of a part.
struct Part<'a> {
    role: Role,
    name: &'a str,
    /// Whether the pictures lie in it without folders for their classes.
    flat: bool,
}

/// Refuses class folders that are parts. `said` is the folder as the recipe names it, and `has` whether the recipe has a key.
pub(super) fn refuse(found: &[(String, PathBuf)], said: &str, has: &dyn Fn(&str) -> bool) -> Result<()> {
    let mut parts = Vec::new();
    for (name, path) in found {
        if let Some(role) = Role::of(name) {
            let flat = is_flat(path)?;
            parts.push(Part { role, name, flat });
        }
    }
    // One such name among others may be a class: a train is a vehicle too. Its pictures lie in it then.
    let several = parts.iter().any(|part| part.role != parts[0].role);
    if !several && parts.iter().all(|part| part.flat) {
        return Ok(());
    }
    let names: Vec<String> = parts.iter().map(|part| format!("'{}'", part.name)).collect();
    let be = if let [_] = names.as_slice() {
        "is a part"
    } else {
        "are parts"
    };
    let message = format!(
        "{} in {said} {be} of the data, not {}",
        joined(&names),
        match names.as_slice() {
            [_] => "a class",
            _ => "classes",
        }
    );
    let others = found
        .iter()
        .map(|(name, _)| name)
        .filter(|name| Role::of(name).is_none());
    let others: Vec<String> = others.map(|name| format!("'{name}'")).collect();
    let problem = Problem::new(KeyPath::from("dataset.path"), message);
    Err(problem.help(remedy(&parts, &others, said, has)).into())
}

fn remedy(parts: &[Part<'_>], others: &[String], said: &str, has: &dyn Fn(&str) -> bool) -> String {
    let within = |part: &Part<'_>| Path::new(said).join(part.name).display().to_string();
    let of = |role| parts.iter().find(|part| part.role == role);
    let Some(train) = of(Role::Train) else {
        return "let 'path' be the folder with the training pictures, a folder a class".to_owned();
    };
    let deep = Role::ALL
        .into_iter()
        .filter_map(of)
        .filter(|part| !part.flat || part.role == Role::Train);
    let said_already = |part: &&Part<'_>| part.role == Role::Train || !has(part.role.key());
    let keys: Vec<String> = deep
        .filter(said_already)
        .map(|part| format!("{}: {}", part.role.key(), plain(&within(part))))
        .collect();
    let mut help = format!("write '{}'", keys.join(", "));
    if train.flat {
        help = format!(
            "put the pictures of each class into a folder of its own in {}, and {help}",
            within(train)
        );
    }
    for part in parts.iter().filter(|part| part.flat && part.role != Role::Train) {
        help += &format!(
            "; the pictures in {} have no classes: 'runner predict' takes them",
            within(part)
        );
    }
    if !others.is_empty() {
        let (be, belong) = if let [_] = others {
            ("a class", "it belongs")
        } else {
            ("classes", "they belong")
        };
        help += &format!(
            "; if {} is meant as {be}, {belong} into {}",
            joined(others),
            within(train)
        );
    }
    help
}

/// A path as YAML takes it within braces.
fn plain(path: &str) -> String {
    let is_plain = path.chars().all(|c| c.is_alphanumeric() || "_-./".contains(c)) && !path.starts_with('-');
    if is_plain { path.to_owned() } else { format!("{path:?}") }
}

/// `a, b and c`.
fn joined(names: &[String]) -> String {
    match names {
        [rest @ .., last] if !rest.is_empty() => format!("{} and {last}", rest.join(", ")),
        names => names.concat(),
    }
}
