//! The files of a recipe: itself, the base that it extends, and that one's base.

use std::path::{Path, PathBuf};

use runner_declare::{KeyPath, Problem};

use super::diagnostic::Diagnostic;
use super::origin::{Origin, Source};
use super::phrase;
use super::yaml::{self, Data, Flaw, Node, Place};

/// How many files may follow each other by `extends`, the recipe itself included.
pub const MAX_CHAIN: usize = 8;

/// Values of a recipe from one source.
#[derive(Clone, Debug)]
pub struct Layer {
    /// Where they come from.
    pub source: Source,
    /// What becomes of them where a layer above chooses otherwise.
    pub standing: Standing,
    /// The values: a mapping.
    pub tree: Node,
}

/// What becomes of settings that a layer above has no use for, since it chooses another optimizer, dataset, layer.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Standing {
    /// They go: a base is to be changed by what extends it, and a file by who calls it.
    Yields,
    /// They stay, and are refused: who gives a value for this very training is told that it has no effect.
    #[default]
    Stays,
}

/// A recipe's files, itself first, with the mistakes found in reading them. There is none where the recipe
/// itself could not be read.
pub struct Chain {
    /// The files.
    pub layers: Vec<Layer>,
    /// The mistakes.
    pub diagnostics: Vec<Diagnostic>,
    /// How the chain ends.
    pub end: End,
}

/// How a chain of files ends.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum End {
    /// With a file that extends nothing.
    Whole,
    /// With a file, or a base, that could not be read: what it says is not known.
    Broken,
}

/// Reads a recipe and what it extends.
pub fn read_chain(path: &Path) -> Chain {
    let mut chain = Chain {
        layers: Vec::new(),
        diagnostics: Vec::new(),
        end: End::Broken,
    };
    let mut seen = Vec::new();
    let mut next = Some((path.to_owned(), None));
    while let Some((path, asked)) = next.take() {
        let source = Source::File {
            depth: chain.layers.len(),
            path: path.clone(),
        };
        if let Err(diagnostic) = admit(&path, asked.as_ref(), &mut seen) {
            chain.diagnostics.push(*diagnostic);
            return chain;
        }
        let Some(mut tree) = read(&path, &source, asked, &mut chain.diagnostics) else {
            return chain;
        };
        let extends = take_extends(&mut tree, &source);
        if !chain.layers.is_empty() {
            drop_own(&mut tree);
        }
        chain.layers.push(Layer {
            source,
            standing: Standing::Yields,
            tree,
        });
        match extends {
            Ok(extends) => {
                let beside = path.parent().unwrap_or(Path::new(""));
                next = extends.map(|(base, origin)| (beside.join(base), Some(origin)));
            }
            Err(diagnostic) => {
                chain.diagnostics.push(*diagnostic);
                return chain;
            }
        }
    }
    chain.end = End::Whole;
    chain
}

/// One file's values; a mistake in opening a base is reported where it is asked for.
fn read(path: &Path, source: &Source, asked: Option<Origin>, diagnostics: &mut Vec<Diagnostic>) -> Option<Node> {
    let located = |flaw: Flaw| {
        Diagnostic::new(
            Origin {
                source: source.clone(),
                at: flaw.at,
            },
            problem(flaw),
        )
    };
    let text = match yaml::read_file(path) {
        Ok(text) => text,
        Err(mut flaw) => {
            diagnostics.push(match asked {
                Some(origin) if flaw.at == Place::default() => {
                    flaw.message = format!("{}: {}", path.display(), flaw.message);
                    Diagnostic::new(
                        origin,
                        Problem {
                            path: "extends".into(),
                            ..problem(flaw)
                        },
                    )
                }
                _ => located(flaw),
            });
            return None;
        }
    };
    let (tree, flaws) = yaml::parse(&text);
    let broken = tree.is_none() && !flaws.is_empty();
    diagnostics.extend(flaws.into_iter().map(located));
    if broken {
        return None;
    }
    let at = Place { line: 1, column: 1 };
    let flaw = match tree {
        Some(tree) if matches!(tree.data, Data::Map(_)) => return Some(Node { at, ..tree }),
        Some(tree) if !tree.is_null() => {
            let message = format!(
                "a recipe is a mapping of keys to values, found {}",
                phrase::found(&tree)
            );
            Flaw {
                at: tree.at,
                path: Vec::new(),
                message,
                help: Some("write 'key: value', one a line".to_owned()),
            }
        }
        _ => {
            let help = Some("a recipe starts with its task, such as 'task: classification'".to_owned());
            Flaw {
                at,
                path: Vec::new(),
                message: "the recipe is empty".to_owned(),
                help,
            }
        }
    };
    diagnostics.push(located(flaw));
    None
}

/// A mistake of the text as a mistake of the recipe.
pub fn problem(flaw: Flaw) -> Problem {
    Problem {
        path: KeyPath(flaw.path),
        message: flaw.message,
        help: flaw.help,
    }
}

/// Refuses chains that are too long or come back to where they were.
fn admit(path: &Path, asked: Option<&Origin>, seen: &mut Vec<PathBuf>) -> Result<(), Box<Diagnostic>> {
    let real = path.canonicalize().unwrap_or_else(|_| path.to_owned());
    let refused = if seen.contains(&real) {
        Some(format!(
            "'{}' extends itself, directly or through its bases",
            path.display()
        ))
    } else if seen.len() >= MAX_CHAIN {
        Some(format!("more than {MAX_CHAIN} recipes extend each other"))
    } else {
        None
    };
    seen.push(real);
    match (refused, asked) {
        (Some(message), Some(origin)) => Err(Box::new(Diagnostic::new(
            origin.clone(),
            Problem::new("extends".into(), message),
        ))),
        _ => Ok(()),
    }
}

/// Takes `extends` out of a file's values.
fn take_extends(tree: &mut Node, source: &Source) -> Result<Option<(PathBuf, Origin)>, Box<Diagnostic>> {
    let Data::Map(entries) = &mut tree.data else {
        return Ok(None);
    };
    let Some(entry) = entries.remove("extends") else {
        return Ok(None);
    };
    let origin = Origin {
        source: source.clone(),
        at: entry.value.at,
    };
    match entry.value.text() {
        Some(base) if !base.is_empty() => Ok(Some((PathBuf::from(base), origin))),
        _ => {
            let message = format!("expected the path of a recipe, found {}", phrase::found(&entry.value));
            Err(Box::new(Diagnostic::new(
                origin,
                Problem::new("extends".into(), message),
            )))
        }
    }
}

/// A base's name and description are its own: its results are not those of what extends it.
fn drop_own(tree: &mut Node) {
    if let Data::Map(entries) = &mut tree.data {
        entries.remove("name");
        entries.remove("description");
    }
}
