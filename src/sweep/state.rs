//! Where a sweep stands: what follows from the lines of its journal, one after another.

use super::event::{Ended, Event, Status};
use super::seen::Seen;
use super::space::Values;
use runner_metric::Goal;

/// What is known of a trial.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Trial {
    /// Its values.
    pub values: Values,
    /// How often it has been taken.
    pub attempt: u32,
    /// Who has it now; none where it is done or was let go.
    pub worker: Option<String>,
    /// What it had reached at the epochs that the rule looked at: epoch, best value, whether it ended there.
    pub rungs: Vec<(u64, Option<f64>, bool)>,
    /// How it ended.
    pub ended: Option<Ended>,
    /// How often it failed.
    pub failures: u32,
}

impl Trial {
    /// Whether it has begun and is not done.
    pub fn is_open(&self) -> bool {
        self.ended.is_none()
    }
}

/// All trials, in order.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct State {
    /// By their numbers.
    pub trials: Vec<Trial>,
    /// How many there will be, where that is known.
    pub total: Option<u64>,
    /// Their settings.
    pub seen: Seen,
}

impl State {
    /// Takes a line. One that speaks of what cannot be, such as a trial that somebody else holds by now, changes
    /// nothing; it says whether it did.
    pub fn take(&mut self, event: &Event) -> bool {
        match event {
            Event::Claimed {
                trial,
                attempt,
                worker,
                values,
            } => self.claim(*trial, *attempt, worker, values.as_ref()),
            Event::Rung {
                trial,
                attempt,
                epoch,
                value,
                pruned,
            } => self.held(*trial, *attempt).is_some_and(|trial| {
                let new = trial.rungs.iter().all(|(known, ..)| known != epoch);
                if new {
                    trial.rungs.push((*epoch, *value, *pruned));
                }
                new
            }),
            Event::Released { trial, attempt } => {
                self.held(*trial, *attempt).map(|trial| trial.worker = None).is_some()
            }
            Event::Ended { trial, attempt, ended } => self.held(*trial, *attempt).is_some_and(|trial| {
                trial.worker = None;
                trial.failures += u32::from(matches!(ended.status, Status::Failed | Status::Diverged));
                trial.ended = Some(ended.clone());
                true
            }),
            Event::Exhausted { trials } => {
                self.total = Some(*trials);
                true
            }
        }
    }

    fn claim(&mut self, index: u64, attempt: u32, worker: &str, values: Option<&Values>) -> bool {
        let count = self.trials.len() as u64;
        let new = index == count && attempt == 1;
        if new {
            self.trials.push(Trial::default());
        }
        let Some(trial) = self
            .trials
            .get_mut(index as usize)
            .filter(|trial| attempt == trial.attempt + 1)
        else {
            return false;
        };
        if let Some(values) = values.filter(|_| new) {
            trial.values.clone_from(values);
            self.seen.add(values);
        }
        trial.attempt = attempt;
        trial.worker = Some(worker.to_owned());
        trial.ended = None;
        true
    }

    /// The trial, if this attempt is the one that holds it.
    fn held(&mut self, index: u64, attempt: u32) -> Option<&mut Trial> {
        self.trials
            .get_mut(index as usize)
            .filter(|trial| trial.attempt == attempt && trial.ended.is_none() && trial.worker.is_some())
    }

    /// Whether an attempt still holds its trial.
    pub fn holds(&self, index: u64, attempt: u32) -> bool {
        self.trials
            .get(index as usize)
            .is_some_and(|trial| trial.attempt == attempt && trial.ended.is_none() && trial.worker.is_some())
    }

    /// Trials that ended in this way.
    pub fn count(&self, status: Status) -> usize {
        self.ended().filter(|(_, ended)| ended.status == status).count()
    }

    /// Trials that are done, with their numbers.
    pub fn ended(&self) -> impl Iterator<Item = (usize, &Ended)> {
        self.trials
            .iter()
            .enumerate()
            .filter_map(|(index, trial)| Some((index, trial.ended.as_ref()?)))
    }

    /// Whether every trial that there will be is done.
    pub fn is_done(&self) -> bool {
        self.total.is_some_and(|total| self.trials.len() as u64 >= total)
            && self.trials.iter().all(|trial| !trial.is_open())
    }

    /// Trials that count, the best first; of equal ones the earlier first. One without a number comes last.
    pub fn ranking(&self, goal: Goal) -> Vec<(usize, &Ended)> {
        let mut ranked: Vec<_> = self.ended().filter(|(_, ended)| ended.status.counts()).collect();
        ranked.sort_by(|(_, a), (_, b)| badness(a.value, goal).total_cmp(&badness(b.value, goal)));
        ranked
    }

    /// The best trial that finished, else the best that was pruned.
    pub fn best(&self, goal: Goal) -> Option<(usize, &Ended)> {
        let ranked = self.ranking(goal);
        let whole = ranked
            .iter()
            .find(|(_, ended)| ended.status == Status::Finished && ended.value.is_some());
        whole
            .or(ranked.first())
            .copied()
            .filter(|(_, ended)| ended.value.is_some())
    }
}

/// A value such that smaller is better; no number is worse than any.
pub fn badness(value: Option<f64>, goal: Goal) -> f64 {
    match (value, goal) {
        (None, _) => f64::INFINITY,
        (Some(value), Goal::Min) => value,
        (Some(value), Goal::Max) => -value,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn claimed(trial: u64, attempt: u32, worker: &str) -> Event {
        Event::Claimed {
            trial,
            attempt,
            worker: worker.to_owned(),
            values: Some(Values::new()),
        }
    }

    fn ended(trial: u64, attempt: u32, value: f64) -> Event {
        Event::Ended {
            trial,
            attempt,
            ended: Ended {
                status: Status::Finished,
                value: Some(value),
                best_epoch: 1,
                epochs: 1,
                metrics: vec![("val_loss".to_owned(), value)],
                seconds: 1.0,
                failure: None,
                seeds: Vec::new(),
            },
        }
    }

    #[test]
    fn who_lost_a_trial_is_not_listened_to() {
        let mut state = State::default();
        assert!(state.take(&claimed(0, 1, "a")));
        assert!(!state.take(&claimed(0, 1, "b")), "it is taken");
        assert!(!state.take(&claimed(2, 1, "b")), "there is no trial 1 yet");
        assert!(state.take(&claimed(0, 2, "b")), "taken over");
        assert!(!state.take(&ended(0, 1, 1.0)), "the first holder is too late");
        assert!(state.take(&ended(0, 2, 2.0)));
        assert!(!state.take(&ended(0, 2, 3.0)), "a trial ends once");
        assert_eq!(state.best(Goal::Min).unwrap().1.value, Some(2.0));
    }

    #[test]
    fn a_trial_that_was_let_go_is_open_and_nobodys() {
        let mut state = State::default();
        state.take(&claimed(0, 1, "a"));
        assert!(state.take(&Event::Released { trial: 0, attempt: 1 }));
        assert!(state.trials[0].is_open() && state.trials[0].worker.is_none());
        assert!(!state.take(&ended(0, 1, 1.0)));
    }

    #[test]
    fn events_survive_json() {
        let mut end = ended(3, 1, 0.5);
        if let Event::Ended { ended, .. } = &mut end {
            ended.metrics.push(("r2".to_owned(), f64::NAN));
        }
        for event in [claimed(0, 1, "a"), end, Event::Exhausted { trials: 3 }] {
            let text = serde_json::to_string(&event).unwrap();
            let back: Event = serde_json::from_str(&text).unwrap();
            assert_eq!(format!("{back:?}"), format!("{event:?}"), "{text}");
        }
    }

    #[test]
    fn the_best_is_one_that_came_to_its_end() {
        let mut state = State::default();
        for (trial, value) in [3.0, 1.0, 2.0].into_iter().enumerate() {
            state.take(&claimed(trial as u64, 1, "a"));
            state.take(&ended(trial as u64, 1, value));
        }
        state.trials[1].ended.as_mut().unwrap().status = Status::Pruned;
        assert_eq!(state.best(Goal::Min).unwrap().0, 2);
        assert_eq!(
            state
                .ranking(Goal::Max)
                .iter()
                .map(|(index, _)| *index)
                .collect::<Vec<_>>(),
            [0, 2, 1]
        );
        state.trials[2].ended.as_mut().unwrap().value = None;
        assert_eq!(state.best(Goal::Min).unwrap().0, 0);
    }
}
