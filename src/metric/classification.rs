//! What was seen of a classifier, from which all its metrics follow.

use serde::{Deserialize, Serialize};

use super::{ConfusionMatrix, Family, Metric, MetricDef, Probabilities, Reads, TopK, USUAL, find, named};
use runner_data::Target;
use runner_loss::Prediction;

/// Counts of true against predicted classes; for metrics that are asked for also hits among the k largest outputs, and
/// the probabilities of all samples.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Classification {
    confusion: ConfusionMatrix,
    top_k: Option<TopK>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    more_top_k: Vec<TopK>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    probabilities: Option<Probabilities>,
    prediction: Prediction,
}

/// A metric that is asked for by a name.
#[derive(Clone, Debug)]
pub struct Asked {
    /// The name, such as `top_5_accuracy`.
    pub name: String,
    /// The metric.
    pub def: &'static MetricDef,
    /// The class, or the k, that the name says.
    pub which: usize,
}

impl Asked {
    /// The metric of this name over these classes.
    ///
    /// # Errors
    /// In words, when there is none, or none of these classes; with a remedy.
    pub fn new(name: &str, classes: &[String]) -> Result<Self, [String; 2]> {
        let of_classes = |(def, _): &(&MetricDef, &str)| def.of_classes.is_some();
        let (def, said) = named(name).filter(of_classes).ok_or_else(|| {
            let names: Vec<&str> = super::METRICS.iter().map(|def| def.section.name).collect();
            let help = match runner_ground::text::closest(name, &names) {
                // `train_f1` is a column, not a metric.
                _ if find(name).as_ref().is_some_and(of_classes) => {
                    "name it without its part: each metric is computed on every part".to_owned()
                }
                Some("top_k_accuracy") => "k is a number, as in top_2_accuracy".to_owned(),
                Some("f1_CLASS") => "CLASS is the name of a class, as in f1_spam".to_owned(),
                Some(near) => format!("did you mean '{near}'?"),
                None => format!("one of: {}", names.join(", ")),
            };
            [
                format!("there is no metric '{}'", runner_ground::text::clip(name)),
                help,
            ]
        })?;
        let which = match def.family {
            Family::One => 0,
            Family::Class => classes.iter().position(|class| class == said).ok_or_else(|| {
                let known: Vec<&str> = classes.iter().map(String::as_str).collect();
                let help = match runner_ground::text::closest(said, &known) {
                    Some(near) => format!("did you mean '{}'?", def.section.name.replace("CLASS", near)),
                    None => format!("the classes are {}", some(&known)),
                };
                [format!("there is no class '{}'", runner_ground::text::clip(said)), help]
            })?,
            Family::K => {
                let k: usize = said.parse().unwrap_or(0);
                if k == 0 || k >= classes.len() {
                    let help = format!("k is at least 1 and less than the {} classes", classes.len());
                    return Err([format!("{name} says nothing here"), help]);
                }
                k
            }
        };
        Ok(Self {
            name: name.to_owned(),
            def,
            which,
        })
    }

    /// The metrics where a recipe does not choose any; the share of the `k` likeliest, where a `k` is given,
    /// comes after that of the likeliest.
    pub fn usual(k: Option<usize>) -> Vec<Self> {
        let of_k = k.map(|k| Self {
            name: TopK::new(k).name(),
            def: &super::top_k::TOP_K_ACCURACY,
            which: k,
        });
        let mut usual: Vec<Self> = USUAL.iter().filter_map(|name| Self::new(name, &[]).ok()).collect();
        usual.splice(1..1, of_k);
        usual
    }

    /// Whether the probabilities of all samples are kept for it.
    pub fn reads_probabilities(&self) -> bool {
        self.def.of_classes.is_some_and(|of| of.reads == Reads::Probabilities)
    }
}

/// The first of many names.
fn some(names: &[&str]) -> String {
    const MOST: usize = 10;
    let shown = names.iter().take(MOST).copied().collect::<Vec<_>>().join(", ");
    let more = names.len().saturating_sub(MOST);
    if more == 0 {
        shown
    } else {
        format!("{shown} and {more} more")
    }
}

impl Classification {
    /// For `classes` classes, with the accuracy among the `k` largest outputs when a `k` is given.
    pub fn new(classes: usize, k: Option<usize>, prediction: Prediction) -> Self {
        Self {
            confusion: ConfusionMatrix::new(classes),
            top_k: k.map(TopK::new),
            more_top_k: Vec::new(),
            probabilities: None,
            prediction,
        }
    }

    /// For `classes` classes, and whatever these metrics need.
    pub fn seen_by(asked: &[Asked], classes: usize, prediction: Prediction) -> Self {
        let of_k = asked.iter().filter(|one| one.def.family == Family::K);
        let mut ks = of_k.map(|one| one.which);
        Self {
            top_k: ks.next().map(TopK::new),
            more_top_k: ks.map(TopK::new).collect(),
            probabilities: asked
                .iter()
                .any(Asked::reads_probabilities)
                .then(|| Probabilities::new(classes)),
            ..Self::new(classes, None, prediction)
        }
    }

    /// Counts of true against predicted classes.
    pub fn confusion(&self) -> &ConfusionMatrix {
        &self.confusion
    }

    /// Hits among the `k` largest outputs, where they are counted.
    pub fn top_k(&self, k: usize) -> Option<&TopK> {
        self.top_k.iter().chain(&self.more_top_k).find(|top_k| top_k.k() == k)
    }

    /// The probabilities of all samples, where they are kept.
    pub fn probabilities(&self) -> Option<&Probabilities> {
        self.probabilities.as_ref()
    }

    /// The value of a metric; NaN where no sample was seen.
    pub fn value(&self, asked: &Asked) -> f64 {
        let of = asked.def.of_classes;
        of.map_or(f64::NAN, |of| (of.value)(self, asked.which))
    }

    /// Adds what another accumulator of the same classes has seen.
    pub fn merge(&mut self, other: &Self) {
        self.confusion.merge(&other.confusion);
        let ours = self.top_k.iter_mut().chain(&mut self.more_top_k);
        let theirs = other.top_k.iter().chain(&other.more_top_k);
        ours.zip(theirs).for_each(|(ours, theirs)| ours.merge(theirs));
        if let (Some(ours), Some(theirs)) = (&mut self.probabilities, &other.probabilities) {
            ours.merge(theirs);
        }
    }
}

impl Metric for Classification {
    fn update(&mut self, outputs: &[f32], target: Target<'_>) {
        let Target::Classes(classes) = target else {
            return;
        };
        let width = outputs.len() / classes.len().max(1);
        if width == 0 || width * classes.len() != outputs.len() {
            return;
        }
        for (row, &class) in outputs.chunks_exact(width).zip(classes) {
            self.confusion.add(class, self.prediction.class(row));
            let counters = self.top_k.iter_mut().chain(&mut self.more_top_k);
            match (self.prediction, row) {
                // One output tells the second class from the first, whose own would be 0.
                (Prediction::Sigmoid, &[second]) => counters.for_each(|top_k| top_k.add(&[0.0, second], class)),
                _ => counters.for_each(|top_k| top_k.add(row, class)),
            }
            if let Some(probabilities) = &mut self.probabilities {
                probabilities.add(class, &self.prediction.class_probabilities(row));
            }
        }
    }

    fn values(&self) -> Vec<(String, f64)> {
        let asked = Asked::usual(self.top_k.as_ref().map(TopK::k));
        asked.iter().map(|one| (one.name.clone(), self.value(one))).collect()
    }

    fn is_like(&self, other: &Self) -> bool {
        let ks = |one: &Self| -> Vec<usize> { one.top_k.iter().chain(&one.more_top_k).map(TopK::k).collect() };
        let classes = |one: &Self| one.probabilities.as_ref().map(Probabilities::classes);
        self.confusion.classes() == other.confusion.classes()
            && self.prediction == other.prediction
            && ks(self) == ks(other)
            && classes(self) == classes(other)
            && other
                .top_k
                .iter()
                .chain(&other.more_top_k)
                .all(|top_k| top_k.total() <= other.confusion.total())
            && other
                .probabilities
                .as_ref()
                .is_none_or(|kept| kept.len() as u64 <= other.confusion.total())
    }
}
