//! Which metrics a classification has, and counting them.

use crate::objective::Meter;
use runner_data::DataInfo;
use runner_declare::{KeyPath, Problem, Value};
use runner_ground::error::Result;
use runner_ground::text::closest;
use runner_metric::{Asked, Classification, Metric};
use runner_recipe::Recipe;

/// The metrics that the recipe asks for, else the usual ones.
pub(super) fn asked(recipe: &Recipe, classes: &[String]) -> std::result::Result<Vec<Asked>, Vec<Problem>> {
    let listed = recipe.task.settings.get("metrics").and_then(|list| list.as_array());
    let Some(listed) = listed else {
        // That k is too large is reported at `top_k`.
        return Ok(Asked::usual(top_k(recipe).filter(|&k| k < classes.len())));
    };
    let (mut asked, mut problems) = (Vec::<Asked>::new(), Vec::new());
    for (place, name) in listed.iter().enumerate() {
        let name = name.as_str().unwrap_or_default();
        let path = KeyPath::from("metrics").join(place);
        match Asked::new(name, classes) {
            Ok(one) if asked.iter().any(|other| other.name == one.name) => {
                problems.push(Problem::new(path, format!("'{name}' stands there twice")).help("remove one of the two"));
            }
            Ok(one) => asked.push(one),
            Err([message, help]) => problems.push(Problem::new(path, message).help(help)),
        }
    }
    let top_k = top_k(recipe).map(|k| format!("top_{k}_accuracy"));
    if let Some(name) = top_k.filter(|name| asked.iter().all(|one| one.name != *name)) {
        let message = format!("top_k asks for {name}, which 'metrics' does not list");
        problems.push(Problem::new(KeyPath::from("top_k"), message).help("remove top_k, or add it to 'metrics'"));
    }
    if problems.is_empty() { Ok(asked) } else { Err(problems) }
}

/// The metrics that are meant by a list with mistakes: what else names one of them is not wrong.
pub(super) fn meant(recipe: &Recipe, classes: &[String]) -> Vec<String> {
    let listed = recipe.task.settings.get("metrics").and_then(|list| list.as_array());
    let known: Vec<String> = runner_metric::sections()
        .into_iter()
        .flat_map(|section| match section.name.strip_suffix("CLASS") {
            Some(start) => classes.iter().map(|class| format!("{start}{class}")).collect(),
            None => vec![section.name.to_owned()],
        })
        .collect();
    let known: Vec<&str> = known.iter().map(String::as_str).collect();
    let names = listed.into_iter().flatten().filter_map(|name| name.as_str());
    let mut meant: Vec<String> = Vec::new();
    for name in names.filter_map(|name| match Asked::new(name, classes) {
        Ok(_) => Some(name),
        Err(_) => closest(name, &known),
    }) {
        if meant.iter().all(|other| other != name) {
            meant.push(name.to_owned());
        }
    }
    meant
}

/// This many probabilities are kept for metrics that rank samples: 4 bytes each.
const MOST_KEPT: usize = 1 << 28;

pub(super) fn too_many(asked: &[Asked], classes: usize, info: &DataInfo) -> Option<Problem> {
    let ranks = asked.iter().position(Asked::reads_probabilities)?;
    let samples = info.rows.into_iter().max().unwrap_or(0);
    let kept = samples.saturating_mul(classes);
    (kept > MOST_KEPT).then(|| {
        let message = format!(
            "{} keeps the probabilities of all samples: {samples} samples of {classes} classes are too many",
            asked[ranks].name
        );
        Problem::new(KeyPath::from("metrics").join(ranks), message).help(format!(
            "at most {MOST_KEPT} numbers; ask for metrics that only count, such as f1"
        ))
    })
}

pub(super) fn top_k(recipe: &Recipe) -> Option<usize> {
    recipe.task.settings.get("top_k")?.as_u64().map(|k| k as usize)
}

/// The metrics that are asked for, over what was seen.
pub(super) struct Counted {
    pub(super) asked: Vec<Asked>,
    pub(super) seen: Classification,
}

impl Metric for Counted {
    fn update(&mut self, outputs: &[f32], target: runner_data::Target<'_>) {
        self.seen.update(outputs, target);
    }

    fn values(&self) -> Vec<(String, f64)> {
        let value = |one: &Asked| (one.name.clone(), self.seen.value(one));
        self.asked.iter().map(value).collect()
    }

    fn is_like(&self, other: &Self) -> bool {
        self.seen.is_like(&other.seen)
    }
}

impl Meter for Counted {
    fn state(&self) -> Value {
        self.seen.state()
    }

    fn restore(&mut self, state: &Value) -> Result<()> {
        self.seen.restore(state)
    }
}
