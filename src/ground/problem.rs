//! A mistake in a recipe, named by the key where it stands; the recipe knows the file and line.

use std::fmt;

/// The way to a value: `optimizer.lr`, `network.0.linear.out_features`.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct KeyPath(pub Vec<String>);

impl KeyPath {
    /// The recipe itself.
    pub fn root() -> Self {
        Self::default()
    }

    /// The way to what lies under this key, or at this index.
    ///
    /// ```
    /// use runner_ground::error::KeyPath;
    /// assert_eq!(KeyPath::from("network").join(0).join("linear").to_string(), "network.0.linear");
    /// ```
    #[must_use]
    pub fn join(&self, key: impl fmt::Display) -> Self {
        let mut keys = self.0.clone();
        keys.push(key.to_string());
        Self(keys)
    }

    /// The same way, from where another one ends.
    #[must_use]
    pub fn after(&self, place: &KeyPath) -> Self {
        Self([place.0.as_slice(), &self.0].concat())
    }

    /// The key of the recipe that it begins with; none for the recipe itself.
    #[must_use]
    pub fn section(&self) -> Option<&str> {
        self.0.first().map(String::as_str)
    }
}

impl From<&str> for KeyPath {
    fn from(dotted: &str) -> Self {
        Self(dotted.split('.').map(str::to_owned).collect())
    }
}

impl fmt::Display for KeyPath {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0.join("."))
    }
}

/// One mistake: where, what was expected, and what to do.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Problem {
    /// The key where it stands.
    pub path: KeyPath,
    /// What is wrong, starting in lower case, without a full stop.
    pub message: String,
    /// The remedy.
    pub help: Option<String>,
}

impl Problem {
    /// A mistake at a key.
    pub fn new(path: KeyPath, message: impl Into<String>) -> Self {
        Self {
            path,
            message: message.into(),
            help: None,
        }
    }

    /// The same problem, seen from further up.
    #[must_use]
    pub fn under(mut self, place: &KeyPath) -> Self {
        self.path = self.path.after(place);
        self
    }

    /// Says what to do about it.
    #[must_use]
    pub fn help(mut self, help: impl Into<String>) -> Self {
        self.help = Some(help.into());
        self
    }
}
