//! The few lines of a recipe that a gallery shows, read without checking the rest.

use std::path::{Path, PathBuf};

use runner_ground::error::Result;

use super::diagnostic::into_error;
use super::files::{self, Chain, End};
use super::yaml::{self, Node};

/// What a gallery says about a recipe.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize)]
pub struct Headline {
    /// The file.
    pub path: PathBuf,
    /// What the recipe is called.
    pub name: String,
    /// The kind of experiment, its own or its base's.
    pub task: Option<String>,
    /// Its description; in its absence the first line of comment at the top of the file.
    pub description: Option<String>,
}

impl Headline {
    /// Reads a recipe's headline. Nothing but the YAML itself is checked.
    ///
    /// # Errors
    /// When the file or one of its bases cannot be read as YAML.
    pub fn read(path: &Path) -> Result<Self> {
        let Chain {
            layers,
            diagnostics,
            end,
        } = files::read_chain(path);
        if end == End::Broken {
            return Err(into_error(diagnostics));
        }
        let own = |key: &str| layers.first().and_then(|layer| text(&layer.tree, key));
        let stem = || path.file_stem().map(|stem| stem.to_string_lossy().into_owned());
        Ok(Self {
            path: path.to_owned(),
            name: own("name").or_else(stem).unwrap_or_default(),
            task: layers.iter().find_map(|layer| text(&layer.tree, "task")),
            description: own("description").or_else(|| first_comment(path)),
        })
    }
}

fn text(tree: &Node, key: &str) -> Option<String> {
    tree.get(key)?.text().map(str::to_owned)
}

/// The first comment before any key; an editor's modeline is not one.
fn first_comment(path: &Path) -> Option<String> {
    let text = yaml::read_file(path).ok()?;
    text.lines()
        .map_while(|line| {
            if line.trim().is_empty() {
                Some("")
            } else {
                line.strip_prefix('#')
            }
        })
        .map(str::trim)
        .find(|line| !line.is_empty() && !line.starts_with("yaml-language-server:"))
        .map(str::to_owned)
}
