//! Metrics that are asked for by their names, over classes that have names too.

use super::{About, Family, MetricDef, Reads, TopK, find, named};
use runner_ground::text::{clip, closest};

/// The classes that metrics are about.
#[derive(Clone, Copy, Debug)]
pub struct Classes<'a> {
    /// Their names, in order.
    pub names: &'a [String],
    /// The positive one, where there are two.
    pub positive: usize,
    /// What `precision`, `recall` and `f1` mean.
    pub average: Average,
}

/// What the bare names `precision`, `recall` and `f1` mean.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Average {
    /// Of two classes, those of the positive one.
    Binary,
    /// Means over classes.
    Macro,
}

/// The metrics whose names have meant both.
const AVERAGED: [&str; 3] = ["precision", "recall", "f1"];

impl<'a> Classes<'a> {
    /// Of two the second is positive, as in scikit-learn.
    pub fn new(names: &'a [String]) -> Self {
        Self {
            names,
            positive: names.len().saturating_sub(1),
            average: Average::Binary,
        }
    }

    /// The positive class, where metrics may be about it.
    pub fn positive(&self) -> Option<&'a str> {
        let one_of_two = self.names.len() == 2 && self.average == Average::Binary;
        self.names.get(self.positive).filter(|_| one_of_two).map(String::as_str)
    }
}

/// A metric that is asked for by a name.
#[derive(Clone, Debug)]
pub struct Asked {
    /// The name, such as `top_5_accuracy`.
    pub name: String,
    /// The metric.
    pub def: &'static MetricDef,
    /// The class, or the k, that the name says; else the positive class.
    pub which: usize,
}

impl Asked {
    /// The metric of this name over these classes.
    ///
    /// # Errors
    /// In words, when there is none, or none of these classes; with a remedy.
    pub fn new(name: &str, classes: &Classes<'_>) -> Result<Self, [String; 2]> {
        let (def, said) = meant(name, classes).ok_or_else(|| unknown(name))?;
        let names = classes.names;
        let which = match def.family {
            Family::One => {
                let of = def.of_classes;
                if names.len() != 2 && of.is_some_and(|of| of.about == About::Positive) {
                    let message = format!(
                        "{name} is that of a positive class among two, and there are {}",
                        names.len()
                    );
                    let help = format!(
                        "use '{name}_macro' or '{name}_weighted', which are means over classes, or that of a class, as in '{name}_{}'",
                        names.first().map_or("CLASS", String::as_str)
                    );
                    return Err([message, help]);
                }
                classes.positive
            }
            Family::Class => names.iter().position(|class| class == said).ok_or_else(|| {
                let known: Vec<&str> = names.iter().map(String::as_str).collect();
                let help = match closest(said, &known) {
                    Some(near) => format!("did you mean '{}'?", def.section.name.replace("CLASS", near)),
                    None => format!("the classes are {}", some(&known)),
                };
                [format!("there is no class '{}'", clip(said)), help]
            })?,
            Family::K => {
                let k: usize = said.parse().unwrap_or(0);
                if k == 0 || k >= names.len() {
                    let help = format!("k is at least 1 and less than the {} classes", names.len());
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
    pub fn usual(k: Option<usize>, classes: &Classes<'_>) -> Vec<Self> {
        let bare = classes.names.len() == 2 || classes.average == Average::Macro;
        let averaged = AVERAGED.map(|name| if bare { name.to_owned() } else { format!("{name}_macro") });
        let names = ["accuracy".to_owned()].into_iter().chain(averaged);
        let mut usual: Vec<Self> = names.filter_map(|name| Self::new(&name, classes).ok()).collect();
        let of_k = k.map(|k| Self {
            name: TopK::new(k).name(),
            def: &super::top_k::TOP_K_ACCURACY,
            which: k,
        });
        usual.splice(1..1, of_k);
        usual
    }

    /// Whether the probabilities of all samples are kept for it.
    pub fn reads_probabilities(&self) -> bool {
        self.def.of_classes.is_some_and(|of| of.reads == Reads::Probabilities)
    }
}

/// The metric of a name, and what the name says in the place of `k` or `CLASS`.
fn meant<'a>(name: &'a str, classes: &Classes<'_>) -> Option<(&'static MetricDef, &'a str)> {
    if classes.average == Average::Binary {
        return named(name).filter(is_of_classes);
    }
    // Before averages had names of their own, f1_macro was that of a class 'macro'.
    let of_class = |start: &&str| {
        let class = name.strip_prefix(*start)?.strip_prefix('_')?;
        let def = super::METRICS
            .iter()
            .find(|def| def.family == Family::Class && def.says(name).is_some())?;
        classes
            .names
            .iter()
            .any(|known| known == class)
            .then_some((*def, class))
    };
    if let Some(found) = AVERAGED.iter().find_map(of_class) {
        return Some(found);
    }
    match AVERAGED.iter().find(|bare| **bare == name) {
        Some(bare) => {
            let mean = format!("{bare}_macro");
            let found = super::METRICS.iter().find(|def| def.section.name == mean);
            found.map(|def| (*def, ""))
        }
        None => named(name).filter(is_of_classes),
    }
}

fn is_of_classes((def, _): &(&'static MetricDef, &str)) -> bool {
    def.of_classes.is_some()
}

fn unknown(name: &str) -> [String; 2] {
    let names: Vec<&str> = super::METRICS.iter().map(|def| def.section.name).collect();
    let help = match closest(name, &names) {
        // `train_f1` is a column, not a metric.
        _ if find(name).as_ref().is_some_and(is_of_classes) => {
            "name it without its part: each metric is computed on every part".to_owned()
        }
        Some("top_k_accuracy") => "k is a number, as in top_2_accuracy".to_owned(),
        Some(near) if near.ends_with("CLASS") => {
            format!("CLASS is the name of a class, as in {}", near.replace("CLASS", "spam"))
        }
        Some(near) => format!("did you mean '{near}'?"),
        None => format!("one of: {}", names.join(", ")),
    };
    [format!("there is no metric '{}'", clip(name)), help]
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
