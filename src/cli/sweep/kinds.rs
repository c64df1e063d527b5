//! What the kinds of the recipe's keys decide of a sweep's numbers: whole ones, or any.

use super::check::Checks;
use super::place;
use super::values::beside;
use runner_declare::{Kind, Problem};
use runner_recipe::{Declaration, Recipe, keys};
use runner_sweep::distribution::Distribution;
use runner_sweep::{Method, Parameter, Sweep};

/// Decides whether whole bounds draw whole numbers, and notes it. Gives what cannot be.
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

/// Two parameters of one and the same key: a layer's number and the key that it is short for, another tool's name and ours.
pub fn twice(checks: &Checks, sweep: &Sweep) -> Vec<Problem> {
    let parameters = &sweep.space.parameters;
    let known: Vec<_> = parameters
        .iter()
        .map(|own| (keys(&own.key).unwrap_or_default(), declaration(checks, sweep, own)))
        .collect();
    let same = |one: usize, other: usize| {
        let ((a, of_a), (b, of_b)) = (&known[one], &known[other]);
        let (Some((last, above)), Some((_, beside))) = (b.split_last(), a.split_last()) else {
            return false;
        };
        // Elements of a list share one declaration, which is that of no key.
        let declared =
            matches!((of_a, of_b), (Some(x), Some(y)) if x.presence.is_some() && std::ptr::eq(x.kind, y.kind));
        let is_short = parameters[one].is_scalar() && above == a.as_slice();
        (is_short && (declared || last == "name")) || (declared && above == beside)
    };
    let mut problems = Vec::new();
    for other in 0..parameters.len() {
        for one in (0..parameters.len()).filter(|&one| one != other && same(one, other)) {
            let is_told = one > other && same(other, one);
            if !is_told {
                let (one, other) = (&parameters[one], &parameters[other]);
                let message = format!("'{}' and '{}' are the same key of the recipe", one.key, other.key);
                let at = place::of(checks.declared, other, None, 0);
                problems.push(Problem::new(at, message).help("remove one of the two"));
            }
        }
    }
    problems
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
