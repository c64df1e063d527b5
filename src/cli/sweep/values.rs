//! Each value of a sweep by itself, and beside each choice that may have no use for it.

use super::check::{Checks, shown, without_set};
use super::place;
use runner_declare::{KeyPath, Kind, Problem, Value};
use runner_ground::error::{Error, Located, Result};
use runner_recipe::{Declaration, Recipe, keys};
use runner_sweep::distribution::{Distribution, same};
use runner_sweep::space::Space;
use runner_sweep::{Method, Parameter, Sweep, Values};

/// More values of a choice are not held against every value of another parameter.
const CHOICES: usize = 50;

/// A value beside a choice: which, and what the recipe says to the two.
struct Beside {
    choice: Option<(String, Value)>,
    found: Result<Recipe>,
}

/// What the kinds of the recipe's keys decide: whether whole bounds draw whole numbers. Says what it decided.
pub fn settle(checks: &Checks, sweep: &mut Sweep) -> Vec<Problem> {
    let mut problems = Vec::new();
    for index in 0..sweep.space.parameters.len() {
        let parameter = &sweep.space.parameters[index];
        let Some(takes) = declaration(checks, sweep, parameter).and_then(|found| numbers(found.kind)) else {
            continue;
        };
        let at = place::of(checks.declared, parameter, None, 0);
        match (takes, &parameter.distribution) {
            (Numbers::Any, &Distribution::IntUniform { min, max }) if parameter.by_bounds => {
                if sweep.method == Method::Grid {
                    let message = format!(
                        "'{}' takes any number, and a grid needs values that can be counted",
                        parameter.key
                    );
                    let help = "write 'values: […]', or for whole numbers alone 'distribution: int_uniform'";
                    problems.push(Problem::new(at, message).help(help));
                    continue;
                }
                sweep.notes.push(format!(
                    "{}: any number from {min} to {max}, since it takes any; 'distribution: int_uniform' draws whole ones",
                    parameter.key
                ));
                sweep.space.parameters[index].distribution = Distribution::Uniform {
                    min: min as f64,
                    max: max as f64,
                    log: false,
                    q: None,
                };
            }
            (Numbers::Whole, distribution) if distribution.has_fractions() => {
                let message = format!("'{}' takes whole numbers, and this draws others", parameter.key);
                let help =
                    "write whole bounds without a 'distribution', or one that rounds, such as q_uniform with q: 1";
                problems.push(Problem::new(at, message).help(help));
            }
            _ => {}
        }
    }
    problems
}

/// Values that say the same as one before them in their list say nothing new: they go, and that is said.
pub fn distinct(checks: &Checks, sweep: &mut Sweep) {
    for index in 0..sweep.space.parameters.len() {
        let parameter = &sweep.space.parameters[index];
        let Distribution::Categorical { values, probabilities } = &parameter.distribution else {
            continue;
        };
        let digest = |value: &Value| {
            let recipe = beside(checks, sweep, parameter, value)
                .into_iter()
                .find_map(|found| found.found.ok())?;
            Some(recipe.digest())
        };
        let mut kept: Vec<(Value, Option<String>, f64)> = Vec::new();
        let mut notes = Vec::new();
        for (at, value) in values.iter().enumerate() {
            let digest = if values.len() > CHOICES { None } else { digest(value) };
            let weight = probabilities.as_ref().map_or(1.0, |all| all[at]);
            let known = |(other, told, _): &&mut (Value, Option<String>, f64)| {
                same(other, value) || (digest.is_some() && *told == digest)
            };
            match kept.iter_mut().find(known) {
                Some((other, _, likely)) => {
                    *likely += weight;
                    notes.push(format!(
                        "{}: {value} is the same as {other}, and is tried once",
                        parameter.key
                    ));
                }
                None => kept.push((value.clone(), digest, weight)),
            }
        }
        if notes.is_empty() {
            continue;
        }
        let probabilities = probabilities
            .is_some()
            .then(|| kept.iter().map(|(.., weight)| *weight).collect());
        let values = kept.into_iter().map(|(value, ..)| value).collect();
        sweep.space.parameters[index].distribution = Distribution::Categorical { values, probabilities };
        sweep.notes.append(&mut notes);
    }
}

/// All that the recipe does not take, with the places of the sweep's file.
pub fn wrong(checks: &Checks, sweep: &Sweep) -> Vec<Problem> {
    let mut problems = Vec::new();
    for parameter in &sweep.space.parameters {
        let mut conditional = false;
        for (index, (key, value)) in parameter.distribution.examples().into_iter().enumerate() {
            let at = place::of(checks.declared, parameter, key, index);
            let found = beside(checks, sweep, parameter, &value);
            let taken: Vec<&(String, Value)> = taken(&found).collect();
            let mut refused = found
                .iter()
                .filter_map(|one| Some((one.choice.as_ref(), one.found.as_ref().err()?)));
            let Some((choice, error)) = refused.next() else {
                continue;
            };
            let told = error.located().into_iter();
            if taken.is_empty() && found.iter().all(|one| one.found.is_err()) {
                problems.extend(told.map(|found| problem(&at, parameter, &value, found)));
            } else if let Some(choice) = choice
                && !std::mem::replace(&mut conditional, true)
            {
                let whole = place::of(checks.declared, parameter, None, 0);
                problems.extend(
                    told.map(|found| needs_condition(&whole, checks, (parameter, &value), choice, &taken, &found)),
                );
            }
        }
    }
    problems
}

/// The choices beside which a value is taken.
fn taken(found: &[Beside]) -> impl Iterator<Item = &(String, Value)> {
    found
        .iter()
        .filter(|one| one.found.is_ok())
        .filter_map(|one| one.choice.as_ref())
}

/// A value over the recipe: alone, or where other parameters choose what it is a setting of, beside each choice that
/// the recipe takes.
fn beside(checks: &Checks, sweep: &Sweep, parameter: &Parameter, value: &Value) -> Vec<Beside> {
    let space = &sweep.space;
    let load = |values: &Values| {
        let recipe = checks.recipe(sweep, values)?;
        // Whether its data is there, and is what the recipe says.
        checks.data(&recipe)?;
        Ok(recipe)
    };
    let mut all = Vec::new();
    for choice in space.parameters.iter().filter(|other| chooses(other, parameter)) {
        for chosen in choices(choice) {
            let together = [(parameter, value), (choice, &chosen)];
            let (Some(values), Some(without)) = (assume(space, &together), assume(space, &together[1..])) else {
                continue;
            };
            let found = load(&values);
            // What is wrong with the choice itself is told where it stands.
            if found.is_ok() || checks.recipe(sweep, &without).is_ok() {
                let choice = Some((choice.key.clone(), chosen));
                all.push(Beside { choice, found });
            }
        }
    }
    if all.is_empty()
        && let Some(mut values) = assume(space, &[(parameter, value)])
    {
        let mut found = load(&values);
        if found.is_err() {
            // A choice may need settings that other parameters give it.
            for own in space
                .in_order()
                .filter(|own| chooses(parameter, own) && own.is_active(&values))
                .collect::<Vec<_>>()
            {
                if let Some((_, example)) = own.distribution.examples().into_iter().next() {
                    values.entry(own.key.clone()).or_insert(example);
                }
            }
            found = load(&values).or(found);
        }
        all.push(Beside { choice: None, found });
    }
    all
}

fn choices(choice: &Parameter) -> Vec<Value> {
    match &choice.distribution {
        Distribution::Categorical { values, .. } => values.iter().take(CHOICES).cloned().collect(),
        _ => Vec::new(),
    }
}

/// Whether what one parameter is decides which settings there are for the other: `optimizer.name`, or `optimizer`
/// itself, for `optimizer.momentum`; the task, or a model in place of networks, for all.
fn chooses(choice: &Parameter, of: &Parameter) -> bool {
    let (Ok(mut chosen), Ok(own)) = (keys(&choice.key), keys(&of.key)) else {
        return false;
    };
    if choice.key == of.key {
        return false;
    }
    if chosen.last().is_some_and(|key| key == "name") {
        chosen.pop();
    }
    let whole = matches!(chosen.as_slice(), [only] if ["task", "model", "network"].contains(&only.as_str()));
    whole || own.starts_with(&chosen)
}

/// These values, with those of the parameters that decide whether theirs are there; `None` where they never meet.
fn assume(space: &Space, wanted: &[(&Parameter, &Value)]) -> Option<Values> {
    let mut values: Values = wanted
        .iter()
        .map(|(own, value)| (own.key.clone(), (*value).clone()))
        .collect();
    let mut open: Vec<&Parameter> = wanted.iter().map(|(own, _)| *own).collect();
    while let Some(own) = open.pop() {
        for condition in &own.when {
            if let Some(value) = values.get(&condition.key) {
                if !condition.values.iter().any(|known| same(known, value)) {
                    return None;
                }
                continue;
            }
            values.insert(condition.key.clone(), condition.values.first()?.clone());
            open.extend(space.parameters.iter().find(|other| other.key == condition.key));
        }
    }
    Some(values)
}

fn problem(at: &KeyPath, parameter: &Parameter, value: &Value, found: Located) -> Problem {
    let message = without_set(&found.message);
    let about = if found.path == parameter.key || found.path.is_empty() {
        String::new()
    } else {
        format!("{}: ", found.path)
    };
    Problem {
        help: found.help,
        ..Problem::new(
            at.clone(),
            format!("{}: {about}{message}", shown(&parameter.key, value)),
        )
    }
}

/// A value that some choices have no use for.
fn needs_condition(
    at: &KeyPath,
    checks: &Checks,
    (parameter, value): (&Parameter, &Value),
    (key, chosen): &(String, Value),
    taken: &[&(String, Value)],
    found: &Located,
) -> Problem {
    let (given, beside) = (shown(&parameter.key, value), shown(key, chosen));
    let message = format!("{given} in trials of {beside}: {}", without_set(&found.message));
    let with: Vec<Value> = taken
        .iter()
        .filter(|(other, _)| other == key)
        .map(|(_, value)| value.clone())
        .collect();
    let condition = match with.as_slice() {
        [Value::String(word)] => word.clone(),
        [value] => value.to_string(),
        values => Value::from(values.to_vec()).to_string(),
    };
    let help = if checks.declared.path.as_os_str().is_empty() {
        format!("in a sweep's file 'when: {{{key}: {condition}}}' leaves it to these trials (docs/sweeps.md)")
    } else {
        format!("add 'when: {{{key}: {condition}}}' to it: then it is there in these trials alone")
    };
    Problem::new(at.clone(), message).help(help)
}

/// What numbers a key takes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Numbers {
    Whole,
    Any,
}

fn numbers(kind: &Kind) -> Option<Numbers> {
    match kind {
        Kind::Integer { .. } => Some(Numbers::Whole),
        Kind::Number(_) => Some(Numbers::Any),
        Kind::Section(section) => {
            let short = section
                .fields
                .iter()
                .find(|field| Some(field.key) == section.shorthand)?;
            numbers(&short.kind)
        }
        Kind::Either(kinds) => {
            let found: Vec<Numbers> = kinds.iter().filter_map(numbers).collect();
            found
                .contains(&Numbers::Any)
                .then_some(Numbers::Any)
                .or(found.first().copied())
        }
        _ => None,
    }
}

fn declaration(checks: &Checks, sweep: &Sweep, parameter: &Parameter) -> Option<Declaration> {
    let keys = keys(&parameter.key).ok()?;
    let of = |recipe: &Recipe| recipe.declaration(&keys);
    let known = of(&checks.base.recipe).filter(|_| parameter.when.is_empty());
    known.or_else(|| {
        let examples = parameter.distribution.examples();
        let recipes = examples
            .iter()
            .flat_map(|(_, value)| beside(checks, sweep, parameter, value));
        recipes
            .filter_map(|found| found.found.ok())
            .find_map(|recipe| of(&recipe))
    })
}

/// One error of them all.
///
/// # Errors
/// That, where there is one.
pub fn refuse(checks: &Checks, problems: Vec<Problem>) -> Result<(), Error> {
    if problems.is_empty() {
        return Ok(());
    }
    Err(checks.declared.report(problems))
}
