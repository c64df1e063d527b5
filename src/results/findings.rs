//! What a task found on the test part with the best weights. Kept as findings.json, so that the page
//! can be written again without the data.

use base64::Engine;
use base64::engine::general_purpose::STANDARD as BASE64;
use serde::{Deserialize, Deserializer, Serialize, Serializer};

use super::RunFolder;
use crate::folder::file;
use runner_ground::error::{Error, Kind, Result};

/// No findings.json is larger than this many bytes.
const CAP: u64 = 256 << 20;

/// Everything that was found; what a task has nothing to say about stays empty.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Findings {
    /// Which class was taken for which.
    pub confusion: Option<Confusion>,
    /// Scores of each class, in the order of the classes.
    pub per_class: Vec<ClassScore>,
    /// Predicted against true values.
    pub points: Option<Points>,
    /// The samples with the largest losses, worst first.
    pub mistakes: Vec<Mistake>,
    /// What there is to know of the model, where one was fitted.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub model: Option<ModelFindings>,
}

/// A fitted model.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct ModelFindings {
    /// Its name in recipes.
    pub name: String,
    /// How large it is, such as (`leaves`, 9).
    pub size: Vec<(String, u64)>,
    /// How much each feature brought, in the order of the features; together 1. Empty where the model does not say.
    #[serde(deserialize_with = "named_or_nan")]
    pub importances: Vec<(String, f64)>,
}

/// Counts of samples by true and predicted class.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Confusion {
    /// Names of the classes.
    pub classes: Vec<String>,
    /// True class, predicted class, samples: each pair that occurs. Of many classes few do.
    pub counts: Vec<(u32, u32, u64)>,
}

/// Scores of one class. A score that is not defined is NaN.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct ClassScore {
    /// The class.
    pub name: String,
    /// Share of the samples taken for this class that are of it.
    #[serde(deserialize_with = "or_nan")]
    pub precision: f64,
    /// Share of this class's samples that were found.
    #[serde(deserialize_with = "or_nan")]
    pub recall: f64,
    /// Harmonic mean of both.
    #[serde(deserialize_with = "or_nan")]
    pub f1: f64,
    /// Samples of this class.
    pub support: u64,
}

/// Predicted and true values of some samples.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Points {
    /// The predicted quantity.
    pub name: String,
    /// What is true.
    #[serde(deserialize_with = "all_or_nan")]
    pub targets: Vec<f32>,
    /// What was predicted.
    #[serde(deserialize_with = "all_or_nan")]
    pub predictions: Vec<f32>,
    /// What is true and what was predicted, in the place of both, where the data's numbers have 64 bits.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub exact: Vec<[f64; 2]>,
}

impl Points {
    /// As many points as are kept.
    pub const CAP: usize = 2000;

    /// Points of all samples, thinned evenly to at most [`Points::CAP`].
    pub fn thinned(name: impl Into<String>, targets: &[f32], predictions: &[f32]) -> Self {
        let n = targets.len().min(predictions.len());
        Self {
            name: name.into(),
            targets: thinned(targets, n),
            predictions: thinned(predictions, n),
            exact: Vec::new(),
        }
    }

    /// The same of numbers of 64 bits, each pair what is true and what was predicted.
    pub fn exact(name: impl Into<String>, pairs: &[[f64; 2]]) -> Self {
        // JSON has no NaN.
        let finite: Vec<[f64; 2]> = pairs
            .iter()
            .copied()
            .filter(|pair| pair.iter().all(|x| x.is_finite()))
            .collect();
        Self {
            exact: thinned(&finite, finite.len()),
            ..Self::thinned(name, &[], &[])
        }
    }

    /// What is true and what was predicted, as numbers of 64 bits.
    pub fn pairs(&self) -> Vec<[f64; 2]> {
        let single = self.targets.iter().zip(&self.predictions);
        let single = single.map(|(&target, &prediction)| [target, prediction].map(f64::from));
        single.chain(self.exact.iter().copied()).collect()
    }
}

fn thinned<T: Copy>(values: &[T], n: usize) -> Vec<T> {
    let kept = n.min(Points::CAP);
    let picked = (0..kept).filter_map(|i| values.get(i * n / kept.max(1)).copied());
    picked.collect()
}

/// A sample that was predicted badly.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Mistake {
    /// Its place in the test part, from 0.
    pub index: usize,
    /// Its place in the data as they were before they were split, from 0.
    #[serde(default)]
    pub row: Option<u32>,
    /// What it is called, if it has a name, such as its file.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    /// What it is.
    pub target: String,
    /// What it was taken for.
    pub predicted: String,
    /// How sure the network was of that, from 0 to 1.
    pub confidence: Option<f64>,
    /// Its loss.
    #[serde(deserialize_with = "or_nan")]
    pub loss: f64,
    /// What it looks like, if it is a picture.
    pub picture: Option<Picture>,
    /// What it says, if it is a text.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub text: Option<String>,
    /// Its features by name, if they have names.
    #[serde(deserialize_with = "named_or_nan")]
    pub features: Vec<(String, f64)>,
}

/// A picture: bytes from 0 (dark) to 255, row by row, the channels of a pixel side by side.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Picture {
    /// Pixels in a row.
    pub width: u32,
    /// Rows.
    pub height: u32,
    /// 1 (grey), 2 (grey, alpha), 3 (red, green, blue) or 4 (and alpha).
    pub channels: u32,
    /// `height × width × channels` bytes; base64 in JSON.
    #[serde(serialize_with = "to_base64", deserialize_with = "from_base64")]
    pub pixels: Vec<u8>,
}

/// Writes findings.json.
///
/// # Errors
/// As [`RunFolder::write`].
pub fn write(folder: &RunFolder, findings: &Findings) -> Result<()> {
    let json = serde_json::to_vec(findings)
        .map_err(|error| Error::new(Kind::Failure, format!("{}: {error}", file::FINDINGS)))?;
    folder.write(file::FINDINGS, &json)
}

/// Reads findings.json; a run that has none yet found nothing.
///
/// # Errors
/// When the file is there but is not what [`write()`] writes.
pub fn read(folder: &RunFolder) -> Result<Findings> {
    if !folder.file(file::FINDINGS).exists() {
        return Ok(Findings::default());
    }
    let bytes = folder.read(file::FINDINGS, CAP)?;
    serde_json::from_slice(&bytes).map_err(|error| {
        let path = folder.file(file::FINDINGS);
        Error::new(Kind::Run, format!("{}: {error}", path.display()))
            .help("the file was changed or comes from another version of runner")
    })
}

// JSON has no NaN: serde_json writes null for it.

fn or_nan<'de, D: Deserializer<'de>>(deserializer: D) -> std::result::Result<f64, D::Error> {
    Ok(Option::deserialize(deserializer)?.unwrap_or(f64::NAN))
}

fn all_or_nan<'de, D: Deserializer<'de>>(deserializer: D) -> std::result::Result<Vec<f32>, D::Error> {
    let values = Vec::<Option<f32>>::deserialize(deserializer)?;
    Ok(values.into_iter().map(|x| x.unwrap_or(f32::NAN)).collect())
}

fn named_or_nan<'de, D: Deserializer<'de>>(deserializer: D) -> std::result::Result<Vec<(String, f64)>, D::Error> {
    let values = Vec::<(String, Option<f64>)>::deserialize(deserializer)?;
    Ok(values
        .into_iter()
        .map(|(name, x)| (name, x.unwrap_or(f64::NAN)))
        .collect())
}

fn to_base64<S: Serializer>(bytes: &[u8], serializer: S) -> std::result::Result<S::Ok, S::Error> {
    serializer.serialize_str(&BASE64.encode(bytes))
}

fn from_base64<'de, D: Deserializer<'de>>(deserializer: D) -> std::result::Result<Vec<u8>, D::Error> {
    let text = String::deserialize(deserializer)?;
    BASE64.decode(text).map_err(serde::de::Error::custom)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn undefined_numbers_survive_json() {
        let findings = Findings {
            per_class: vec![ClassScore {
                name: "a".into(),
                precision: f64::NAN,
                recall: 0.5,
                f1: f64::NAN,
                support: 0,
            }],
            points: Some(Points {
                name: "y".into(),
                targets: vec![1.0],
                predictions: vec![f32::INFINITY],
                exact: Vec::new(),
            }),
            mistakes: vec![Mistake {
                index: 3,
                row: Some(7),
                name: None,
                target: "1".into(),
                predicted: "2".into(),
                confidence: None,
                loss: f64::NAN,
                picture: Some(Picture {
                    width: 2,
                    height: 1,
                    channels: 1,
                    pixels: vec![7, 255],
                }),
                text: None,
                features: vec![("x".into(), f64::NAN)],
            }],
            ..Findings::default()
        };
        let json = serde_json::to_string(&findings).unwrap();
        let back: Findings = serde_json::from_str(&json).unwrap();
        assert!(back.per_class[0].precision.is_nan() && back.mistakes[0].loss.is_nan());
        assert!(back.points.unwrap().predictions[0].is_nan());
        assert_eq!(back.mistakes[0].picture, findings.mistakes[0].picture);
    }

    #[test]
    fn many_points_are_thinned_evenly() {
        let values: Vec<f32> = (0..5000).map(|i| i as f32).collect();
        let points = Points::thinned("y", &values, &values);
        assert_eq!(points.targets.len(), Points::CAP);
        assert_eq!(
            (points.targets[0], points.targets[1], points.targets[1999]),
            (0.0, 2.0, 4997.0)
        );
        assert_eq!(Points::thinned("y", &[], &[1.0]).targets.len(), 0);
    }
}
