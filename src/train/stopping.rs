//! Which epoch is the best, and when to stop waiting for a better one.

use serde::{Deserialize, Serialize};

use runner_metric as metric;
use runner_metric::Goal;
use runner_recipe::{BestEpoch, Mode, Recipe};
use runner_task::Plan;

/// How the best epoch is judged.
#[derive(Clone, Debug, PartialEq)]
pub struct Judge {
    /// The metric.
    pub monitor: String,
    /// Its direction.
    pub goal: Goal,
    /// An improvement smaller than this does not end the waiting.
    pub min_delta: f64,
    /// Which epoch is the best.
    pub best: BestEpoch,
    /// This many epochs in a row without improvement end the training, as in Keras: 1 ends it with the first.
    /// `None` never ends it.
    pub patience: Option<u64>,
}

/// The best so far.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Best {
    /// The epoch, counted from 1; 0 before the first.
    pub epoch: u64,
    /// The metric's value then.
    pub value: Option<f64>,
    /// Epochs since the last improvement by `min_delta`.
    pub waited: u64,
    /// That improvement, where it is not the best epoch itself.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub improved: Option<Improved>,
}

/// An improvement that ended the waiting.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct Improved {
    /// The epoch, counted from 1.
    pub epoch: u64,
    /// The metric's value then.
    pub value: f64,
}

impl Best {
    /// The epoch that is waited from.
    pub fn waited_from(&self) -> u64 {
        self.improved.map_or(self.epoch, |improved| improved.epoch)
    }

    /// Whether a training comes through it with this many epochs done.
    pub fn can_be(&self, epochs: u64) -> bool {
        self.waited_from().checked_add(self.waited) == Some(epochs)
            && (self.epoch > 0) == (epochs > 0)
            && self
                .improved
                .is_none_or(|improved| (1..self.epoch).contains(&improved.epoch))
            && self.epoch <= epochs
    }
}

/// What an epoch means for the training.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Verdict {
    /// Whether it is the best so far.
    pub best: bool,
    /// Whether it has not become better for too long.
    pub stop: bool,
}

impl Judge {
    /// As the recipe wants it, else by the plan's own metric.
    pub fn new(recipe: &Recipe, plan: &Plan) -> Self {
        let early = recipe.early_stopping.as_ref();
        let monitor = early.map_or(&plan.monitor, |early| &early.monitor).clone();
        Self {
            goal: match early.and_then(|early| early.mode) {
                Some(Mode::Min) => Goal::Min,
                Some(Mode::Max) => Goal::Max,
                None => metric::goal(&monitor).unwrap_or(Goal::Min),
            },
            monitor,
            min_delta: early.map_or(0.0, |early| early.min_delta),
            best: early.map_or(BestEpoch::AnyImprovement, |early| early.best),
            patience: early.map(|early| u64::from(early.patience)),
        }
    }

    /// Looks at an epoch's metric. A metric that is not a number is never an improvement, but the first
    /// epoch counts as the best until there is another.
    pub fn look(&self, best: &mut Best, epoch: u64, value: f64) -> Verdict {
        let first = best.epoch == 0;
        let from = best.improved.map(|improved| improved.value).or(best.value);
        // What ends the waiting is also better than the best: no epoch since came as far.
        let improved = match from {
            None => value.is_finite() || first,
            Some(old) => self.is_better(value, old, self.min_delta),
        };
        let better = match (self.best, best.value) {
            (BestEpoch::AnyImprovement, Some(old)) => improved || self.is_better(value, old, 0.0),
            _ => improved,
        };
        let waited = if improved { 0 } else { best.waited + 1 };
        if better {
            let since = best.improved.or(best.value.map(|value| Improved {
                epoch: best.epoch,
                value,
            }));
            *best = Best {
                epoch,
                value: value.is_finite().then_some(value),
                waited,
                improved: since.filter(|_| !improved),
            };
        }
        best.waited = waited;
        Verdict {
            best: better,
            stop: self.patience.is_some_and(|patience| waited >= patience && !improved),
        }
    }

    fn is_better(&self, value: f64, old: f64, by: f64) -> bool {
        match self.goal {
            Goal::Min => value < old - by,
            Goal::Max => value > old + by,
        }
    }

    /// Why a training ends whose last epoch was told to.
    pub fn reason(&self, best: &Best) -> String {
        let by = if self.min_delta > 0.0 {
            format!(" by more than {}", self.min_delta)
        } else {
            String::new()
        };
        format!(
            "{} has not improved{by} since epoch {} ({})",
            self.monitor,
            best.waited_from(),
            runner_ground::text::format::plural(best.waited as usize, "epoch", "epochs")
        )
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn judge(patience: Option<u64>) -> Judge {
        Judge {
            monitor: "val_loss".to_owned(),
            goal: Goal::Min,
            min_delta: 0.01,
            best: BestEpoch::AnyImprovement,
            patience,
        }
    }

    /// The epochs that were the best so far when they came, the one that ended the training, and the best of all.
    fn verdicts(judge: &Judge, values: &[f64]) -> (Vec<u64>, Option<u64>, Best) {
        let mut best = Best::default();
        let (mut bests, mut stop) = (Vec::new(), None);
        for (epoch, &value) in (1..).zip(values) {
            let verdict = judge.look(&mut best, epoch, value);
            assert!(best.can_be(epoch), "{best:?}");
            bests.extend(verdict.best.then_some(epoch));
            if verdict.stop {
                stop = Some(epoch);
                break;
            }
        }
        (bests, stop, best)
    }

    #[test]
    fn patience_counts_epochs_without_improvement() {
        let (bests, stop, best) = verdicts(&judge(Some(2)), &[1.0, 0.5, 0.505, 0.6]);
        assert_eq!((bests, stop), (vec![1, 2], Some(4)));
        assert_eq!((best.epoch, best.value), (2, Some(0.5)));
        assert_eq!(verdicts(&judge(Some(1)), &[1.0, 0.5, 0.6]).1, Some(3));
    }

    #[test]
    fn what_is_too_small_to_wait_on_is_kept_all_the_same() {
        let values = [1.0, 0.996, 0.992, 0.994, 0.989, 0.988];
        let (bests, stop, best) = verdicts(&judge(Some(3)), &values);
        assert_eq!(
            (bests, stop),
            (vec![1, 2, 3], Some(4)),
            "0.01 is counted from the first epoch on"
        );
        assert_eq!((best.epoch, best.waited_from(), best.value), (3, 1, Some(0.992)));
        assert!(
            judge(Some(3))
                .reason(&best)
                .contains("by more than 0.01 since epoch 1 (3 epochs)")
        );
        let (bests, stop, best) = verdicts(&judge(Some(4)), &values);
        assert_eq!(
            (bests, stop),
            (vec![1, 2, 3, 5, 6], None),
            "epoch 5 is 0.011 better than the first"
        );
        assert_eq!((best.epoch, best.waited_from(), best.waited), (6, 5, 1));
        let earlier = Judge {
            best: BestEpoch::BeyondMinDelta,
            ..judge(Some(4))
        };
        let (bests, _, best) = verdicts(&earlier, &values);
        assert_eq!((bests, best.epoch, best.improved), (vec![1, 5], 5, None));
    }

    #[test]
    fn an_undefined_metric_is_no_improvement() {
        let (bests, _, best) = verdicts(&judge(None), &[f64::NAN, f64::NAN, 3.0, f64::NAN]);
        assert_eq!((bests, best.epoch), (vec![1, 3], 3));
    }
}
