//! Whether runs were trained on the same data: the files that a recipe names may have been others.

use super::run::Run;

/// What two runs' data have to do with each other.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Relation {
    /// The same, as far as anybody can know.
    Same,
    /// Another one.
    Other,
    /// It cannot be known: one is a run of an earlier version, which keeps what its seed made of the data alone.
    Unknown,
}

/// The relation of two runs whose recipes say the same of their data.
pub fn relation(one: &Run, other: &Run) -> Relation {
    proven(one, other).unwrap_or_else(|| match (&one.data_source, &other.data_source) {
        // One has not read its data yet.
        _ if one.data_digest.is_none() || other.data_digest.is_none() => Relation::Same,
        (Some(a), Some(b)) if a != b => Relation::Other,
        (Some(_), None) | (None, Some(_)) => Relation::Unknown,
        _ => Relation::Same,
    })
}

/// What the samples themselves prove, where the same seed has divided them.
fn proven(one: &Run, other: &Run) -> Option<Relation> {
    let (a, b) = (one.data_digest.as_ref()?, other.data_digest.as_ref()?);
    let proof = if a == b { Relation::Same } else { Relation::Other };
    (one.seed() == other.seed()).then_some(proof)
}

/// Runs that differ in their seeds alone, by their data; in the order in which they are given.
pub fn divided(runs: &[Run], all: Vec<usize>) -> Vec<Vec<usize>> {
    let mut groups: Vec<Vec<usize>> = Vec::new();
    for run in all {
        let fits = |group: &&mut Vec<usize>| {
            let own = &runs[run];
            let has = |relation: &dyn Fn(&Run) -> bool| group.iter().any(|&member| relation(&runs[member]));
            // Other bytes may well be the same samples: what is proven counts for all of a group.
            let is_proven = has(&|member| proven(member, own) == Some(Relation::Same));
            let is_likely = has(&|member| relation(member, own) == Relation::Same)
                && !has(&|member| relation(member, own) == Relation::Other);
            (is_proven || is_likely) && !has(&|member| proven(member, own) == Some(Relation::Other))
        };
        match groups.iter_mut().find(fits) {
            Some(group) => group.push(run),
            None => groups.push(vec![run]),
        }
    }
    groups
}

/// What there is to say where recipes that say the same of their data do not have the same.
pub fn note(runs: &[&Run]) -> Option<String> {
    let mut found = None;
    for (index, one) in runs.iter().enumerate() {
        for other in &runs[index + 1..] {
            match say_the_same(one, other).then(|| relation(one, other)) {
                Some(Relation::Other) => {
                    return Some(format!(
                        "the data differs: {} was not the same for all runs, though their recipes say the same of it",
                        one.data
                    ));
                }
                Some(Relation::Unknown) => {
                    found = Some(format!(
                        "whether {} was the same for all runs is not known: some are of an earlier version",
                        one.data
                    ));
                }
                _ => {}
            }
        }
    }
    found
}

/// Whether recipes say the same of their data.
pub fn say_the_same(one: &Run, other: &Run) -> bool {
    one.data == other.data && one.settings.get("dataset") == other.settings.get("dataset")
}

/// A few digits that tell data from other data.
pub fn mark(run: &Run) -> Option<String> {
    let digest = run.data_source.as_ref().or(run.data_digest.as_ref())?;
    Some(digest.chars().take(12).collect())
}
