//! What samples look like, without the samples: their fields, in and out.

use serde::{Deserialize, Serialize};

use super::table_column::{ColumnInfo, FileDialect};

/// What a dataset looks like, without its samples.
///
/// ```
/// use runner_data::{DataContext, describe};
/// use runner_declare::Chosen;
/// let settings = serde_json::json!({"test_split": 0.2, "validation_split": 0.1, "normalize": "standardize"});
/// let chosen = Chosen { name: "iris".into(), settings: settings.as_object().unwrap().clone() };
/// let iris = describe(&chosen, &DataContext::new(".", 42))?;
/// assert_eq!((iris.shape(), iris.width()), (vec![4], 4));
/// assert_eq!(iris.classes().unwrap()[0], "setosa");
/// # Ok::<(), runner_ground::error::Error>(())
/// ```
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(try_from = "Stored")]
pub struct DataInfo {
    /// The dataset's name in recipes.
    pub name: String,
    /// What a network is given of each sample.
    pub inputs: Vec<FieldInfo>,
    /// What is to be predicted.
    pub targets: Vec<FieldInfo>,
    /// What the training part taught about the columns of a table; empty where there are none.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub columns: Vec<ColumnInfo>,
    /// How the table's file is written; none where there is no file, or nobody kept it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub dialect: Option<FileDialect>,
    /// Samples in the training, validation and test part.
    pub rows: [usize; 3],
    /// What stands in for the data that was asked for; `None` for the real thing.
    pub stand_in: Option<StandIn>,
    /// Lines worth showing the user: inferred columns and types, dropped rows, the source.
    pub notes: Vec<String>,
}

/// One thing that each sample has.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct FieldInfo {
    /// What it is called: `image`, `label`, or its column's name.
    pub name: String,
    /// What it is.
    pub kind: FieldKind,
}

/// What a field of a sample is.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum FieldKind {
    /// A picture: `[channels, height, width]`.
    Image {
        /// 1 for grey, 3 for red, green and blue.
        channels: usize,
        /// Rows of pixels.
        height: usize,
        /// Columns of pixels.
        width: usize,
    },
    /// Numbers: `[width]`.
    Numbers {
        /// How many.
        width: usize,
        /// What each is called, where they have names.
        names: Option<Vec<String>>,
    },
    /// One of these classes.
    Class(Vec<String>),
    /// A text: at each of `length` places the number of a token.
    Tokens {
        /// The tokens; each one's place is its number.
        vocabulary: Vec<String>,
        /// The most that a sample has.
        length: usize,
        /// Samples may have fewer. Token 0 then stands at the places behind a sample's end and nowhere else.
        ragged: bool,
    },
}

/// Data that was trained on in the place of what the recipe names.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct StandIn {
    /// Its name in recipes: what `stand_in` says.
    pub name: String,
    /// What it is and what it is not, for people.
    pub sentence: String,
}

impl FieldKind {
    /// An image of this shape, `[channels, height, width]`.
    pub fn image([channels, height, width]: [usize; 3]) -> Self {
        Self::Image {
            channels,
            height,
            width,
        }
    }

    /// Numbers with these names.
    pub fn numbers(names: Vec<String>) -> Self {
        Self::Numbers {
            width: names.len(),
            names: Some(names),
        }
    }

    /// Shape of one sample's field as a network sees it; a class is one number.
    pub fn shape(&self) -> Vec<usize> {
        match *self {
            Self::Image {
                channels,
                height,
                width,
            } => vec![channels, height, width],
            Self::Numbers { width, .. } => vec![width],
            Self::Class(_) => vec![1],
            Self::Tokens { length, .. } => vec![length],
        }
    }

    /// The names that it has: of its classes, tokens or numbers.
    pub fn names(&self) -> &[String] {
        match self {
            Self::Class(names) | Self::Tokens { vocabulary: names, .. } => names,
            Self::Numbers { names, .. } => names.as_deref().unwrap_or_default(),
            Self::Image { .. } => &[],
        }
    }
}

impl FieldInfo {
    /// A field of this kind with its usual name.
    pub fn new(kind: FieldKind) -> Self {
        let name = match kind {
            FieldKind::Image { .. } => "image",
            FieldKind::Numbers { .. } => "numbers",
            FieldKind::Class(_) => "label",
            FieldKind::Tokens { .. } => "text",
        };
        Self {
            name: name.to_owned(),
            kind,
        }
    }
}

impl DataInfo {
    /// Shape of one sample's (first) input, such as `[1, 28, 28]` (channels, height, width) or `[4]`.
    pub fn shape(&self) -> Vec<usize> {
        self.inputs.first().map(|field| field.kind.shape()).unwrap_or_default()
    }

    /// Numbers in it: the product of [`DataInfo::shape`].
    pub fn width(&self) -> usize {
        self.shape().iter().product()
    }

    /// What the (first) input is.
    pub fn input(&self) -> Option<&FieldKind> {
        self.inputs.first().map(|field| &field.kind)
    }

    /// What the (first) target is.
    pub fn target(&self) -> Option<&FieldKind> {
        self.targets.first().map(|field| &field.kind)
    }

    /// The classes, where one of them is to be predicted.
    pub fn classes(&self) -> Option<&[String]> {
        match self.target() {
            Some(FieldKind::Class(classes)) => Some(classes),
            _ => None,
        }
    }

    /// The tokens that follow each other, where the next one is to be predicted at each place.
    pub fn next_tokens(&self) -> Option<&[String]> {
        match self.target() {
            Some(FieldKind::Tokens { vocabulary, .. }) => Some(vocabulary),
            _ => None,
        }
    }

    /// The tokens that inputs are made of, where these are texts.
    pub fn vocabulary(&self) -> Option<&[String]> {
        match self.input() {
            Some(FieldKind::Tokens { vocabulary, .. }) => Some(vocabulary),
            _ => None,
        }
    }

    /// The names of an input's numbers, where they have names.
    pub fn features(&self) -> Option<&[String]> {
        match self.input() {
            Some(FieldKind::Numbers { names, .. }) => names.as_deref(),
            _ => None,
        }
    }
}

/// A [`DataInfo`] as files have it: today's, or with one shape and one target, as before there were fields.
#[derive(Deserialize)]
struct Stored {
    name: String,
    inputs: Option<Vec<FieldInfo>>,
    targets: Option<Vec<FieldInfo>>,
    input: Option<Vec<usize>>,
    target: Option<Target>,
    features: Option<Vec<String>>,
    #[serde(default)]
    columns: Vec<ColumnInfo>,
    #[serde(default)]
    dialect: Option<FileDialect>,
    rows: [usize; 3],
    stand_in: Option<StandIn>,
    notes: Vec<String>,
}

#[derive(Deserialize)]
#[serde(rename_all = "snake_case")]
enum Target {
    Classes(Vec<String>),
    Values(Vec<String>),
    Characters(Vec<String>),
}

impl TryFrom<Stored> for DataInfo {
    type Error = String;

    fn try_from(stored: Stored) -> Result<Self, String> {
        let (inputs, targets) = match (stored.inputs, stored.targets, stored.input, stored.target) {
            (Some(inputs), Some(targets), None, None) => (inputs, targets),
            (None, None, Some(input), Some(target)) => before(&input, target, stored.features)?,
            _ => return Err("it has neither inputs and targets nor an input and a target".to_owned()),
        };
        Ok(Self {
            name: stored.name,
            inputs,
            targets,
            columns: stored.columns,
            dialect: stored.dialect,
            rows: stored.rows,
            stand_in: stored.stand_in,
            notes: stored.notes,
        })
    }
}

type Fields = (Vec<FieldInfo>, Vec<FieldInfo>);

fn before(input: &[usize], target: Target, names: Option<Vec<String>>) -> Result<Fields, String> {
    let text = |vocabulary, length| FieldKind::Tokens {
        vocabulary,
        length,
        ragged: false,
    };
    let input = match (input, &target) {
        (&[length], Target::Characters(characters)) => text(characters.clone(), length),
        (&[width], _) => FieldKind::Numbers { width, names },
        (&[channels, height, width], _) => FieldKind::image([channels, height, width]),
        _ => return Err(format!("samples of the shape {input:?}")),
    };
    let target = match target {
        Target::Classes(classes) => FieldKind::Class(classes),
        Target::Values(names) => FieldKind::numbers(names),
        Target::Characters(characters) => text(characters, input.shape()[0]),
    };
    Ok((vec![FieldInfo::new(input)], vec![FieldInfo::new(target)]))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(fields: serde_json::Value) -> Result<DataInfo, String> {
        let mut all = serde_json::json!({"name": "x", "rows": [1, 2, 3], "stand_in": null, "notes": []});
        for (key, value) in fields.as_object().unwrap() {
            all[key] = value.clone();
        }
        serde_json::from_value(all).map_err(|error| error.to_string())
    }

    #[test]
    fn what_was_written_before_there_were_fields_is_read() {
        let picture =
            read(serde_json::json!({"input": [1, 2, 3], "target": {"classes": ["a", "b"]}, "features": null}));
        let picture = picture.unwrap();
        assert_eq!(picture.shape(), [1, 2, 3]);
        assert_eq!(picture.classes().unwrap(), ["a", "b"]);
        let table =
            read(serde_json::json!({"input": [2], "target": {"values": ["y"]}, "features": ["p", "q"]})).unwrap();
        assert_eq!(table.features().unwrap(), ["p", "q"]);
        assert_eq!(table.target(), Some(&FieldKind::numbers(vec!["y".into()])));
        let text = read(serde_json::json!({"input": [9], "target": {"characters": ["a"]}, "features": null})).unwrap();
        assert_eq!(
            (text.width(), text.next_tokens(), text.vocabulary()),
            (9, text.vocabulary(), text.next_tokens())
        );
        for info in [picture, table, text] {
            let again = serde_json::from_value::<DataInfo>(serde_json::to_value(&info).unwrap()).unwrap();
            assert_eq!(info, again);
        }
    }

    #[test]
    fn what_is_neither_is_refused() {
        let message = read(serde_json::json!({"input": [2]})).unwrap_err();
        assert!(message.contains("neither inputs and targets"), "{message}");
        let message = read(serde_json::json!({"input": [2, 2], "target": {"classes": []}})).unwrap_err();
        assert!(message.contains("[2, 2]"), "{message}");
    }
}
