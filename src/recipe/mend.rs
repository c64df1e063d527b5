//! What a recipe would say without its mistakes: so that what is found only later, such as a metric that
//! does not exist, is reported together with them.

use figment::value::Value as Found;

use runner_declare::{KeyPath, Problem};

use super::check::Checked;
use super::diagnostic::{Diagnostic, Fault};
use super::merge::Merged;

/// Each round takes at least one value away; more mistakes than this are reported without what comes later.
const ROUNDS: usize = 8;
/// Sections that networks and losses do not depend on.
const UNRELATED: [&str; 5] = ["optimizer", "lr_scheduler", "trainer", "early_stopping", "logging"];

/// The recipe whose misspelt names are those that were meant, and whose wrong values are taken away, so that
/// their defaults hold; `None` where one is needed that has no default.
pub fn mend(
    merged: &mut Merged,
    mistakes: &[Diagnostic],
    check: impl Fn(&Merged, &mut Vec<Diagnostic>) -> Checked,
) -> Option<Checked> {
    let mut wrong = mistakes.to_vec();
    for _ in 0..ROUNDS {
        for mistake in &wrong {
            let path = &mistake.problem.path;
            match (&mistake.fault, walk(&mut merged.value, &path.0)) {
                (Fault::Misspelt(name), Some(value)) => *value = Found::String(value.tag(), (*name).to_owned()),
                _ => take_away(&mut merged.value, path),
            }
        }
        let mut left = Vec::new();
        let checked = check(merged, &mut left);
        if left.is_empty() {
            return Some(checked);
        }
        wrong = left;
    }
    None
}

/// Whether a problem may only follow from mistakes in these sections.
pub fn rests_on(problem: &Problem, wrong: &[&str]) -> bool {
    let own = problem.path.section().unwrap_or_default();
    let grounds: &[&str] = match own {
        "trainer" => &["dataset"],
        "optimizer" => &[],
        "lr_scheduler" => &["dataset", "optimizer", "task", "trainer"],
        "early_stopping" => &["dataset", "task"],
        // The task's own keys: its networks and losses have to fit each other and the data.
        _ => return !wrong.iter().all(|key| UNRELATED.contains(key)),
    };
    wrong.iter().any(|key| *key == own || grounds.contains(key))
}

/// Takes away the value at a path; where there is none, what it would belong to.
fn take_away(value: &mut Found, path: &KeyPath) {
    let taken = |length: usize| {
        let (key, holder) = path.0.get(..length)?.split_last()?;
        match walk(value, holder)? {
            Found::Dict(_, entries) => entries.remove(key).map(drop),
            Found::Array(_, items) => {
                let index = key.parse().ok().filter(|&index: &usize| index < items.len())?;
                items.remove(index);
                Some(())
            }
            _ => None,
        }
    };
    let _ = (1..=path.0.len()).rev().find_map(taken);
}

fn walk<'a>(mut value: &'a mut Found, path: &[String]) -> Option<&'a mut Found> {
    for key in path {
        value = match value {
            Found::Dict(_, entries) => entries.get_mut(key)?,
            Found::Array(_, items) => items.get_mut(key.parse::<usize>().ok()?)?,
            _ => return None,
        };
    }
    Some(value)
}
