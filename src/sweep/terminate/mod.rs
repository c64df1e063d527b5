//! Rules by which a trial ends before its last epoch. A rule sees what the journal says of the trials so far, and
//! nothing else: replayed, it decides the same.

mod halving;
mod median;

use serde::{Deserialize, Serialize};

use super::state::State;
use runner_declare::{Settings, Value};
use runner_metric::Goal;

/// A rule with its settings.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(tag = "type", rename_all = "snake_case")]
pub enum Rule {
    /// Successive halving: of each `eta` trials that reached a rung one goes on.
    Asha {
        /// The first rung's epoch.
        min_iter: u64,
        /// Each further rung's epoch is this many times as late.
        eta: f64,
    },
    /// Several brackets of successive halving, which trials join in turn; each starts at a later rung.
    Hyperband {
        /// The first rung's epoch.
        min_iter: u64,
        /// Each further rung's epoch is this many times as late.
        eta: f64,
        /// Brackets.
        s: u32,
    },
    /// A trial goes on if its best value is no worse than the median of the others' at the same epoch.
    Median {
        /// The first epoch that is looked at.
        min_iter: u64,
    },
}

impl Rule {
    /// The rule that checked settings mean.
    pub(super) fn of(settings: &Settings) -> Self {
        let whole = |key: &str| settings.get(key).and_then(Value::as_u64).unwrap_or(1);
        let (min_iter, eta) = (
            whole("min_iter"),
            settings.get("eta").and_then(Value::as_f64).unwrap_or(3.0),
        );
        match settings.get("type").and_then(Value::as_str) {
            Some("hyperband") => Self::Hyperband {
                min_iter,
                eta,
                s: whole("s") as u32,
            },
            Some("median") => Self::Median { min_iter },
            _ => Self::Asha { min_iter, eta },
        }
    }

    /// The rule in a few words.
    pub fn words(&self) -> String {
        match self {
            Self::Asha { min_iter, eta } => format!("asha (from epoch {min_iter}, eta {eta})"),
            Self::Hyperband { min_iter, eta, s } => {
                format!("hyperband (from epoch {min_iter}, eta {eta}, {s} brackets)")
            }
            Self::Median { min_iter } => format!("the median rule (from epoch {min_iter})"),
        }
    }

    /// Whether the rule looks at a trial after this epoch; it never does after the last.
    pub fn looks_at(&self, trial: u64, epoch: u64, epochs: u64) -> bool {
        epoch < epochs
            && match self {
                Self::Asha { min_iter, eta } => halving::is_rung(*min_iter, *eta, epoch),
                Self::Hyperband { min_iter, eta, s } => {
                    halving::is_rung(halving::start(*min_iter, *eta, trial % u64::from(*s)), *eta, epoch)
                }
                Self::Median { min_iter } => epoch >= *min_iter,
            }
    }

    /// Whether a trial whose best value is this ends here, by what others had reached at the same epoch.
    pub fn prunes(&self, state: &State, trial: u64, epoch: u64, value: Option<f64>, goal: Goal) -> bool {
        let others = |same: &dyn Fn(u64) -> bool| -> Vec<Option<f64>> {
            let others = state
                .trials
                .iter()
                .zip(0..)
                .filter(|(_, index)| *index != trial && same(*index));
            let rungs = others.flat_map(|(other, _)| &other.rungs);
            rungs
                .filter(|(at, ..)| *at == epoch)
                .map(|(_, value, _)| *value)
                .collect()
        };
        match self {
            Self::Asha { eta, .. } => halving::prunes(&others(&|_| true), value, *eta, goal),
            Self::Hyperband { eta, s, .. } => {
                let bracket = |index: u64| index % u64::from(*s);
                halving::prunes(&others(&|index| bracket(index) == bracket(trial)), value, *eta, goal)
            }
            Self::Median { .. } => median::prunes(&others(&|_| true), value, goal),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::event::Event;
    use crate::space::Values;

    /// Trials whose values at one epoch are these, one after another; which of them the rule ends.
    fn pruned(rule: &Rule, epoch: u64, goal: Goal, values: &[f64]) -> Vec<usize> {
        let mut state = State::default();
        let mut pruned = Vec::new();
        for (index, value) in values.iter().enumerate() {
            let trial = index as u64;
            let value = value.is_finite().then_some(*value);
            state.take(&Event::Claimed {
                trial,
                attempt: 1,
                worker: "a".to_owned(),
                values: Some(Values::new()),
            });
            let ends = rule.prunes(&state, trial, epoch, value, goal);
            state.take(&Event::Rung {
                trial,
                attempt: 1,
                epoch,
                value,
                pruned: ends,
            });
            if ends {
                pruned.push(index);
            }
        }
        pruned
    }

    fn looked_at(rule: &Rule, trial: u64, epochs: u64) -> Vec<u64> {
        (1..=epochs)
            .filter(|epoch| rule.looks_at(trial, *epoch, epochs))
            .collect()
    }

    #[test]
    fn rungs_are_powers_of_eta() {
        let asha = Rule::Asha { min_iter: 1, eta: 3.0 };
        assert_eq!(looked_at(&asha, 0, 30), [1, 3, 9, 27]);
        assert_eq!(looked_at(&asha, 7, 27), [1, 3, 9], "the last epoch is no rung");
        let asha = Rule::Asha { min_iter: 2, eta: 2.0 };
        assert_eq!(looked_at(&asha, 0, 20), [2, 4, 8, 16]);
        let asha = Rule::Asha { min_iter: 1, eta: 1.5 };
        assert_eq!(looked_at(&asha, 0, 12), [1, 2, 3, 5, 8, 11]);
        let median = Rule::Median { min_iter: 3 };
        assert_eq!(looked_at(&median, 0, 6), [3, 4, 5]);
    }

    #[test]
    fn brackets_of_hyperband_start_one_rung_later_each() {
        let rule = Rule::Hyperband {
            min_iter: 1,
            eta: 3.0,
            s: 3,
        };
        assert_eq!(looked_at(&rule, 0, 30), [1, 3, 9, 27]);
        assert_eq!(looked_at(&rule, 1, 30), [3, 9, 27]);
        assert_eq!(looked_at(&rule, 2, 30), [9, 27]);
        assert_eq!(looked_at(&rule, 3, 30), [1, 3, 9, 27]);
        // Trials 0, 3 and 6 are of one bracket; 1 to 5 are compared with others of theirs only.
        let values = [0.5, 0.1, 0.1, 0.6, 0.2, 0.2, 0.4];
        assert_eq!(pruned(&rule, 9, Goal::Min, &values), [3, 4, 5]);
    }

    #[test]
    fn asha_keeps_the_best_third() {
        let rule = Rule::Asha { min_iter: 1, eta: 3.0 };
        // By hand: of n values the best max(1, n / 3) go on. 0.9 is alone; 0.8 is the best of two; 0.85 the
        // second of three (one goes on); 0.7 the best of four; of six two go on: 0.75 is the second; 0.79 is the
        // third of seven (two go on).
        let values = [0.9, 0.8, 0.85, 0.7, 0.95, 0.75, 0.79];
        assert_eq!(pruned(&rule, 1, Goal::Min, &values), [2, 4, 6]);
        let mirrored: Vec<f64> = values.iter().map(|x| -x).collect();
        assert_eq!(pruned(&rule, 1, Goal::Max, &mirrored), [2, 4, 6]);
    }

    #[test]
    fn median_keeps_what_is_no_worse_than_half() {
        let rule = Rule::Median { min_iter: 1 };
        // Medians of those before: none, 5, 4.5, 4, 4.5 …: 6 is worse than 4.5; 5 than 4.5.
        let values = [5.0, 4.0, 6.0, 4.0, 5.0, 4.0];
        assert_eq!(pruned(&rule, 2, Goal::Min, &values), [2, 4]);
    }

    #[test]
    fn no_number_is_worse_than_any() {
        let nan = f64::NAN;
        let asha = Rule::Asha { min_iter: 1, eta: 3.0 };
        assert_eq!(pruned(&asha, 1, Goal::Min, &[nan, 1.0, nan, nan, 0.5]), [2, 3]);
        let median = Rule::Median { min_iter: 1 };
        assert_eq!(pruned(&median, 1, Goal::Max, &[1.0, nan, 0.5]), [1]);
    }
}
