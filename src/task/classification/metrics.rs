//! Which metrics a classification has, and counting them.

use crate::objective::Meter;
use runner_data::DataInfo;
use runner_declare::{KeyPath, Problem, Value};
use runner_ground::error::Result;
use runner_ground::text::{clip, closest};
use runner_metric::{Asked, Average, Classes, Classification, Metric};
use runner_recipe::Recipe;

/// The classes as the recipe's metrics are about them.
pub(super) fn about<'a>(recipe: &Recipe, names: &'a [String]) -> Classes<'a> {
    let average = recipe.task.settings.get("average").and_then(Value::as_str);
    let positive = positive(recipe).and_then(|class| names.iter().position(|name| *name == class));
    let usual = Classes::new(names);
    Classes {
        positive: positive.unwrap_or(usual.positive),
        average: match average {
            Some("macro") => Average::Macro,
            _ => Average::Binary,
        },
        ..usual
    }
}

/// The class that the recipe calls positive, as classes are written.
fn positive(recipe: &Recipe) -> Option<String> {
    match recipe.task.settings.get("positive_class")? {
        Value::String(class) => Some(class.clone()),
        other => Some(other.to_string()),
    }
}

/// Refuses a positive class that there is not.
pub(super) fn wrong_positive(recipe: &Recipe, names: &[String]) -> Option<Problem> {
    let class = positive(recipe)?;
    let path = KeyPath::from("positive_class");
    if names.len() != 2 {
        let message = format!("there is a positive class among two, and there are {}", names.len());
        let help = "remove it; metrics of one class have its name, as in f1_CLASS";
        return Some(Problem::new(path, message).help(help));
    }
    let quoted = names.iter().map(|name| format!("'{name}'")).collect::<Vec<_>>();
    (!names.contains(&class)).then(|| {
        Problem::new(path, format!("there is no class '{}'", clip(&class))).help(format!("use {}", quoted.join(" or ")))
    })
}

/// Of which class these metrics are.
pub(super) fn of_positive(metrics: &[&str], about: &Classes<'_>) -> String {
    let Classes { names, positive, .. } = *about;
    let [class, other] = [positive, 1 - positive.min(1)].map(|class| names.get(class).map_or("", String::as_str));
    let (listed, are) = match metrics {
        [one] => ((*one).to_owned(), "is that"),
        [all @ .., last] => (format!("{} and {last}", all.join(", ")), "are those"),
        [] => return String::new(),
    };
    let place = if positive == 0 { "first" } else { "second" };
    format!("{listed} {are} of class '{class}', the {place} of two; 'positive_class: {other}' has the other")
}

/// The metrics that the recipe asks for, else the usual ones.
pub(super) fn asked(recipe: &Recipe, about: &Classes<'_>) -> std::result::Result<Vec<Asked>, Vec<Problem>> {
    let listed = recipe.task.settings.get("metrics").and_then(|list| list.as_array());
    let Some(listed) = listed else {
        // That k is too large is reported at `top_k`.
        return Ok(Asked::usual(top_k(recipe).filter(|&k| k < about.names.len()), about));
    };
    let (mut asked, mut problems) = (Vec::<Asked>::new(), Vec::new());
    for (place, name) in listed.iter().enumerate() {
        let name = name.as_str().unwrap_or_default();
        let path = KeyPath::from("metrics").join(place);
        match Asked::new(name, about) {
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
pub(super) fn meant(recipe: &Recipe, about: &Classes<'_>) -> Vec<String> {
    let listed = recipe.task.settings.get("metrics").and_then(|list| list.as_array());
    let known: Vec<String> = runner_metric::sections()
        .into_iter()
        .flat_map(|section| match section.name.strip_suffix("CLASS") {
            Some(start) => about.names.iter().map(|class| format!("{start}{class}")).collect(),
            None => vec![section.name.to_owned()],
        })
        .filter(|name| Asked::new(name, about).is_ok())
        .collect();
    let known: Vec<&str> = known.iter().map(String::as_str).collect();
    let names = listed.into_iter().flatten().filter_map(|name| name.as_str());
    let mut meant: Vec<String> = Vec::new();
    for name in names {
        let mean = format!("{name}_macro");
        let name = match Asked::new(name, about) {
            Ok(_) => Some(name),
            // Of several classes f1 is probably their mean.
            Err(_) if Asked::new(&mean, about).is_ok() => Some(mean.as_str()),
            Err(_) => closest(name, &known),
        };
        meant.extend(
            name.filter(|name| meant.iter().all(|other| other != name))
                .map(str::to_owned),
        );
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
            "at most {MOST_KEPT} numbers; ask for metrics that only count, such as accuracy"
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
