//! Where two trainings part, by the tensors that both have marked.

use serde::Serialize;

use super::tensors::natural;
use runner_train::trace::Trace;

/// Where two trainings part.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Parting {
    /// The last step after which all tensors are the same; none where already the initial weights differ.
    pub same: Option<u64>,
    /// The first step after which one differs; 0 are the initial weights.
    pub step: u64,
    /// The epoch of that step, counted from 1; 0 for the initial weights.
    pub epoch: u64,
    /// The step's number within its epoch.
    pub step_of_epoch: u64,
    /// The tensors that differ then, in the network's order.
    pub tensors: Vec<String>,
}

impl Parting {
    /// Whether it is known to be this very step, and none before it.
    pub fn is_exact(&self) -> bool {
        self.step == self.same.map_or(0, |same| same + 1)
    }

    /// In words, as `epoch 2, step 3 (step 18 of all), in 0.weight`.
    pub fn words(&self) -> String {
        let tensor = self.tensors.first().map_or("", String::as_str);
        let others = match self.tensors.len() {
            0 | 1 => String::new(),
            count => format!(" and {} more tensors", count - 1),
        };
        match (self.step, self.same) {
            (0, _) => format!("the initial weights, in {tensor}{others}"),
            (step, _) if self.is_exact() => {
                let (epoch, within) = (self.epoch, self.step_of_epoch);
                format!("epoch {epoch}, step {within} (step {step} of all), in {tensor}{others}")
            }
            (step, same) => {
                let from = same.map_or(0, |same| same + 1);
                format!(
                    "one of the steps {from} to {step} (up to epoch {}), in {tensor}{others}",
                    self.epoch
                )
            }
        }
    }
}

/// Steps that both have marked.
pub fn shared(was: &Trace, now: &Trace) -> usize {
    pairs(was, now).count()
}

/// The first mark of both that differs.
pub fn parting(was: &Trace, now: &Trace, steps_per_epoch: u64) -> Option<Parting> {
    let mut same = None;
    for (step, was_digests, now_digests) in pairs(was, now) {
        if was.tensors == now.tensors && was_digests == now_digests {
            same = Some(step);
            continue;
        }
        let before = step.saturating_sub(1);
        let per_epoch = steps_per_epoch.max(1);
        return Some(Parting {
            same,
            step,
            epoch: if step == 0 { 0 } else { before / per_epoch + 1 },
            step_of_epoch: if step == 0 { 0 } else { before % per_epoch + 1 },
            tensors: differing(was, now, was_digests, now_digests),
        });
    }
    None
}

fn pairs<'a>(was: &'a Trace, now: &'a Trace) -> impl Iterator<Item = (u64, &'a [u64], &'a [u64])> {
    was.marks.iter().filter_map(|mark| {
        let index = now.marks.binary_search_by_key(&mark.step, |other| other.step).ok()?;
        Some((mark.step, &mark.digests[..], &now.marks[index].digests[..]))
    })
}

fn differing(was: &Trace, now: &Trace, was_digests: &[u64], now_digests: &[u64]) -> Vec<String> {
    let digest = |trace: &Trace, digests: &[u64], name: &String| {
        let index = trace.tensors.iter().position(|tensor| tensor == name)?;
        digests.get(index).copied()
    };
    let mut names: Vec<&String> = was.tensors.iter().chain(&now.tensors).collect();
    names.sort_by_key(|name| natural(name));
    names.dedup();
    let differs = |name: &&String| digest(was, was_digests, name) != digest(now, now_digests, name);
    names.into_iter().filter(differs).cloned().collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use runner_train::trace::Mark;

    fn trace(steps: &[(u64, [u64; 2])]) -> Trace {
        let mark = |&(step, digests): &(u64, [u64; 2])| Mark {
            step,
            digests: digests.to_vec(),
        };
        Trace {
            tensors: ["10.weight", "2.weight"].map(str::to_owned).to_vec(),
            marks: steps.iter().map(mark).collect(),
        }
    }

    #[test]
    fn trainings_part_at_the_first_mark_that_differs() {
        let was = trace(&[(0, [1, 1]), (1, [2, 2]), (2, [3, 3]), (4, [4, 4])]);
        assert_eq!(parting(&was, &was, 3), None);
        let now = trace(&[(0, [1, 1]), (1, [2, 2]), (3, [9, 9]), (4, [5, 5])]);
        let found = parting(&was, &now, 3).unwrap();
        assert_eq!(
            (found.same, found.step, found.epoch, found.step_of_epoch),
            (Some(1), 4, 2, 1)
        );
        assert_eq!(found.tensors, ["2.weight", "10.weight"]);
        assert!(!found.is_exact());
        assert!(
            found
                .words()
                .starts_with("one of the steps 2 to 4 (up to epoch 2), in 2.weight")
        );
        let exact = parting(&was, &trace(&[(1, [2, 2]), (2, [7, 3])]), 3).unwrap();
        assert!(exact.is_exact());
        assert_eq!(exact.words(), "epoch 1, step 2 (step 2 of all), in 10.weight");
        let initial = parting(&was, &trace(&[(0, [7, 1])]), 3).unwrap();
        assert_eq!(initial.words(), "the initial weights, in 10.weight");
    }

    #[test]
    fn networks_of_other_tensors_part_where_both_are_marked() {
        let was = trace(&[(0, [1, 1])]);
        let mut now = was.clone();
        now.tensors[0] = "3.bias".to_owned();
        assert_eq!(parting(&was, &now, 1).unwrap().tensors, ["3.bias", "10.weight"]);
    }
}
