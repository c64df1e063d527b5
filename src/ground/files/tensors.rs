//! Tensors in a file, in the safetensors format: checked name by name before anything is used.

use std::collections::{BTreeMap, HashMap};
use std::path::Path;

use safetensors::tensor::{Dtype, SafeTensors, TensorView};

use crate::error::{Error, Kind, Result};

/// The one key of the file's metadata. One, because the format keeps no order among several and the
/// same run must give the same bytes.
const KEY: &str = "runner";

/// Numbers of one tensor.
#[derive(Clone, Debug, PartialEq)]
pub enum Numbers {
    /// 32-bit floats.
    F32(Vec<f32>),
    /// 64-bit floats.
    F64(Vec<f64>),
    /// 64-bit integers.
    I64(Vec<i64>),
    /// Bytes, such as those of a text.
    U8(Vec<u8>),
}

/// A tensor with its shape.
#[derive(Clone, Debug, PartialEq)]
pub struct Stored {
    /// Its shape; empty for a scalar.
    pub shape: Vec<usize>,
    /// Its numbers, row-major.
    pub numbers: Numbers,
}

/// Named tensors and a text that goes with them.
///
/// ```
/// use runner_ground::files::tensors::Tensors;
/// let mut tensors = Tensors::new("{}");
/// tensors.push("0.weight", &[2, 1], vec![1.0, 2.0]);
/// let bytes = tensors.to_bytes()?;
/// let back = Tensors::from_bytes(&bytes, "demo".as_ref())?;
/// assert_eq!(back.floats("0.weight", &[2, 1])?, [1.0, 2.0]);
/// assert!(back.floats("0.weight", &[1, 2]).is_err());
/// # Ok::<(), runner_ground::error::Error>(())
/// ```
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Tensors {
    /// JSON of what the tensors are.
    pub about: String,
    tensors: BTreeMap<String, Stored>,
    source: String,
}

impl Tensors {
    /// No tensors yet.
    pub fn new(about: impl Into<String>) -> Self {
        Self {
            about: about.into(),
            ..Self::default()
        }
    }

    /// Adds a tensor of floats.
    pub fn push(&mut self, name: impl Into<String>, shape: &[usize], values: Vec<f32>) {
        let shape = shape.to_vec();
        let numbers = Numbers::F32(values);
        self.tensors.insert(name.into(), Stored { shape, numbers });
    }

    /// Adds a tensor of 64-bit floats.
    pub fn push_doubles(&mut self, name: impl Into<String>, shape: &[usize], values: Vec<f64>) {
        let shape = shape.to_vec();
        let numbers = Numbers::F64(values);
        self.tensors.insert(name.into(), Stored { shape, numbers });
    }

    /// Adds a tensor of integers.
    pub fn push_integers(&mut self, name: impl Into<String>, shape: &[usize], values: Vec<i64>) {
        let shape = shape.to_vec();
        let numbers = Numbers::I64(values);
        self.tensors.insert(name.into(), Stored { shape, numbers });
    }

    /// Adds a text: what is too long for [`Tensors::about`], which may have some megabytes.
    pub fn push_text(&mut self, name: impl Into<String>, text: String) {
        let shape = vec![text.len()];
        let numbers = Numbers::U8(text.into_bytes());
        self.tensors.insert(name.into(), Stored { shape, numbers });
    }

    /// The names, sorted.
    pub fn names(&self) -> impl Iterator<Item = &str> {
        self.tensors.keys().map(String::as_str)
    }

    /// The tensors with their names, sorted.
    pub fn iter(&self) -> impl Iterator<Item = (&str, &Stored)> {
        self.tensors.iter().map(|(name, tensor)| (name.as_str(), tensor))
    }

    /// The floats of a tensor.
    ///
    /// # Errors
    /// When it is missing or has another shape or type.
    pub fn floats(&self, name: &str, shape: &[usize]) -> Result<&[f32]> {
        match &self.get(name, shape)?.numbers {
            Numbers::F32(values) => Ok(values),
            other => Err(self.other_type(name, other, "32-bit floats")),
        }
    }

    /// The 64-bit floats of a tensor.
    ///
    /// # Errors
    /// When it is missing or has another shape or type.
    pub fn doubles(&self, name: &str, shape: &[usize]) -> Result<&[f64]> {
        match &self.get(name, shape)?.numbers {
            Numbers::F64(values) => Ok(values),
            other => Err(self.other_type(name, other, "64-bit floats")),
        }
    }

    /// The integers of a tensor.
    ///
    /// # Errors
    /// When it is missing or has another shape or type.
    pub fn integers(&self, name: &str, shape: &[usize]) -> Result<&[i64]> {
        match &self.get(name, shape)?.numbers {
            Numbers::I64(values) => Ok(values),
            other => Err(self.other_type(name, other, "64-bit integers")),
        }
    }

    /// A text.
    ///
    /// # Errors
    /// When it is missing or no text.
    pub fn text(&self, name: &str) -> Result<&str> {
        match &self.find(name)?.numbers {
            Numbers::U8(bytes) => std::str::from_utf8(bytes).map_err(|error| self.error(&format!("{name}: {error}"))),
            other => Err(self.other_type(name, other, "a text")),
        }
    }

    /// The file's bytes: the same tensors give the same bytes.
    ///
    /// # Errors
    /// When a shape and its numbers do not fit.
    pub fn to_bytes(&self) -> Result<Vec<u8>> {
        let wrong = |error: &dyn std::fmt::Display| Error::new(Kind::Failure, format!("a checkpoint: {error}"));
        let bytes: BTreeMap<&str, Vec<u8>> = self
            .tensors
            .iter()
            .map(|(name, t)| (name.as_str(), t.bytes()))
            .collect();
        let mut views = Vec::with_capacity(bytes.len());
        for (name, tensor) in &self.tensors {
            let view = TensorView::new(tensor.dtype(), tensor.shape.clone(), &bytes[name.as_str()]);
            views.push((name.as_str(), view.map_err(|error| wrong(&error))?));
        }
        let metadata = HashMap::from([(KEY.to_owned(), self.about.clone())]);
        safetensors::serialize(views, Some(metadata)).map_err(|error| wrong(&error))
    }

    /// Reads a file's bytes. `source` names the file in messages.
    ///
    /// # Errors
    /// When they are cut short, no safetensors, or hold a type other than F32, F64, I64 and U8.
    pub fn from_bytes(bytes: &[u8], source: &Path) -> Result<Self> {
        let source = source.display().to_string();
        let wrong = |what: String| Error::new(Kind::Run, format!("{source}: {what}"));
        let file = SafeTensors::deserialize(bytes)
            .map_err(|error| wrong(format!("not a whole safetensors file: {error}")).help(OTHER))?;
        let (_, metadata) = SafeTensors::read_metadata(bytes).map_err(|error| wrong(error.to_string()))?;
        let about = metadata
            .metadata()
            .as_ref()
            .and_then(|map| map.get(KEY))
            .cloned()
            .unwrap_or_default();
        let mut tensors = BTreeMap::new();
        for (name, view) in file.tensors() {
            let numbers = match view.dtype() {
                Dtype::F32 => Numbers::F32(floats(view.data())),
                Dtype::F64 => Numbers::F64(doubles(view.data())),
                Dtype::I64 => Numbers::I64(integers(view.data())),
                Dtype::U8 => Numbers::U8(view.data().to_vec()),
                other => {
                    return Err(wrong(format!(
                        "{name} is of type {other:?}; F32, F64, I64 and U8 are read"
                    )));
                }
            };
            let shape = view.shape().to_vec();
            tensors.insert(name, Stored { shape, numbers });
        }
        Ok(Self { about, tensors, source })
    }

    /// An error about the file that the tensors were read from.
    pub fn error(&self, what: &str) -> Error {
        Error::new(Kind::Run, format!("{}: {what}", self.source)).help(OTHER)
    }

    /// A tensor of whatever shape and type.
    ///
    /// # Errors
    /// When it is missing.
    pub fn find(&self, name: &str) -> Result<&Stored> {
        let found = self.tensors.get(name);
        found.ok_or_else(|| self.error(&format!("{name} is missing")))
    }

    fn get(&self, name: &str, shape: &[usize]) -> Result<&Stored> {
        let tensor = self.find(name)?;
        if tensor.shape != shape {
            let found = &tensor.shape;
            return Err(self.error(&format!("{name} has the shape {found:?}, the network needs {shape:?}")));
        }
        Ok(tensor)
    }

    fn other_type(&self, name: &str, found: &Numbers, wanted: &str) -> Error {
        let found = match found {
            Numbers::F32(_) => "32-bit floats",
            Numbers::F64(_) => "64-bit floats",
            Numbers::I64(_) => "64-bit integers",
            Numbers::U8(_) => "bytes",
        };
        self.error(&format!("{name} holds {found}, not {wanted}"))
    }
}

const OTHER: &str = "the checkpoint was damaged or belongs to another network";

impl Stored {
    fn dtype(&self) -> Dtype {
        match self.numbers {
            Numbers::F32(_) => Dtype::F32,
            Numbers::F64(_) => Dtype::F64,
            Numbers::I64(_) => Dtype::I64,
            Numbers::U8(_) => Dtype::U8,
        }
    }

    fn bytes(&self) -> Vec<u8> {
        match &self.numbers {
            Numbers::F32(values) => values.iter().flat_map(|value| value.to_le_bytes()).collect(),
            Numbers::F64(values) => values.iter().flat_map(|value| value.to_le_bytes()).collect(),
            Numbers::I64(values) => values.iter().flat_map(|value| value.to_le_bytes()).collect(),
            Numbers::U8(bytes) => bytes.clone(),
        }
    }
}

fn floats(bytes: &[u8]) -> Vec<f32> {
    let (chunks, _) = bytes.as_chunks::<4>();
    chunks.iter().map(|&chunk| f32::from_le_bytes(chunk)).collect()
}

fn doubles(bytes: &[u8]) -> Vec<f64> {
    let (chunks, _) = bytes.as_chunks::<8>();
    chunks.iter().map(|&chunk| f64::from_le_bytes(chunk)).collect()
}

fn integers(bytes: &[u8]) -> Vec<i64> {
    let (chunks, _) = bytes.as_chunks::<8>();
    chunks.iter().map(|&chunk| i64::from_le_bytes(chunk)).collect()
}

#[cfg(test)]
mod tests;
