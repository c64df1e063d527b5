//! Which epoch is the best, and when to stop waiting for a better one.

use serde::{Deserialize, Serialize};

use runner_metric as metric;
use runner_metric::Goal;
use runner_recipe::{Mode, Recipe};
use runner_task::Plan;

/// How the best epoch is judged.
#[derive(Clone, Debug, PartialEq)]
pub struct Judge {
    /// The metric.
    pub monitor: String,
    /// Its direction.
    pub goal: Goal,
    /// An improvement smaller than this is none.
    pub min_delta: f64,
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
    /// Epochs since that brought no improvement.
    pub waited: u64,
}

/// What an epoch means for the training.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Verdict {
    /// The best so far.
    Best,
    /// Not better; go on.
    Worse,
    /// Not better for too long: stop.
    Stop,
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
            patience: early.map(|early| u64::from(early.patience)),
        }
    }

    /// Looks at an epoch's metric. A metric that is not a number is never an improvement, but the first
    /// epoch counts as the best until there is another.
    pub fn look(&self, best: &mut Best, epoch: u64, value: f64) -> Verdict {
        let improved = match best.value {
            None => value.is_finite() || best.epoch == 0,
            Some(old) => match self.goal {
                Goal::Min => value < old - self.min_delta,
                Goal::Max => value > old + self.min_delta,
            },
        };
        if improved {
            *best = Best {
                epoch,
                value: value.is_finite().then_some(value),
                waited: 0,
            };
            return Verdict::Best;
        }
        best.waited += 1;
        match self.patience {
            Some(patience) if best.waited >= patience => Verdict::Stop,
            _ => Verdict::Worse,
        }
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
            patience,
        }
    }

    fn verdicts(judge: &Judge, values: &[f64]) -> (Vec<Verdict>, Best) {
        let mut best = Best::default();
        let verdicts = values
            .iter()
            .zip(1..)
            .map(|(&value, epoch)| judge.look(&mut best, epoch, value))
            .collect();
        (verdicts, best)
    }

    #[test]
    fn patience_counts_epochs_without_improvement() {
        use Verdict::{Best, Stop, Worse};
        let (seen, best) = verdicts(&judge(Some(2)), &[1.0, 0.5, 0.495, 0.6]);
        assert_eq!(seen, [Best, Best, Worse, Stop]);
        assert_eq!((best.epoch, best.value), (2, Some(0.5)));
        assert_eq!(verdicts(&judge(Some(1)), &[1.0, 0.5, 0.6]).0, [Best, Best, Stop]);
    }

    #[test]
    fn an_undefined_metric_is_no_improvement() {
        use Verdict::{Best, Worse};
        let (seen, best) = verdicts(&judge(None), &[f64::NAN, f64::NAN, 3.0, f64::NAN]);
        assert_eq!(seen, [Best, Worse, Best, Worse]);
        assert_eq!(best.epoch, 3);
    }
}
