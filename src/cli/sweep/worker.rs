//! A worker: takes trials from the journal, trains several at a time, and writes down how they ended.

use std::collections::BTreeMap;
use std::process::ChildStdin;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use super::super::progress::Style;
use super::liveness::{BEAT, Liveness};
use super::show::Show;
use super::trial::{self, TrialOutcome, train};
use super::trial_builder::TrialBuilder;
use super::watch::Held;
use runner_experiment::ask_to_stop;
use runner_ground::error::{Kind, Result};
use runner_results::RunFolder;
use runner_sweep::suggest::Ahead;
use runner_sweep::{Event, Log, State, Status, Values, suggest};

/// How often a worker without a trial looks for one.
const LOOK_EVERY: Duration = Duration::from_millis(50);
/// Programs are compiled for this many trials ahead.
const AHEAD: u64 = 64;

/// What a worker holds and knows.
pub struct Worker {
    /// Makes runs of trials.
    pub builder: TrialBuilder,
    /// The journal.
    pub log: Mutex<Log>,
    liveness: Mutex<Liveness>,
    jobs: usize,
    retries: u32,
    stopping: Arc<AtomicBool>,
    inputs: Arc<Mutex<BTreeMap<u64, ChildStdin>>>,
    /// Epoch and best value of the trials that train here.
    running: Mutex<BTreeMap<u64, (u64, Option<f64>)>>,
}

/// What a worker does next.
enum Next {
    /// Trains this trial.
    Trial(Held, Values),
    /// Looks again later: others may fail, and leave something to do.
    Later,
    /// Nothing: all trials are done.
    Nothing,
}

/// What dead workers left.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Left {
    /// A trial that can be taken over.
    Trial(u64),
    /// Only trials whose trainers have not quite ended.
    Saving,
    /// Nothing.
    Nothing,
}

impl Worker {
    /// A worker that trains `jobs` trials at a time.
    ///
    /// # Errors
    /// When the journal cannot be read.
    pub fn new(builder: TrialBuilder, jobs: usize, retries: u32) -> Result<Self> {
        let log = Log::open(builder.folder.journal()?)?;
        Ok(Self {
            liveness: Mutex::new(Liveness::enlist(&builder.folder)?),
            builder,
            log: Mutex::new(log),
            jobs,
            retries,
            stopping: Arc::default(),
            inputs: Arc::default(),
            running: Mutex::default(),
        })
    }

    /// Trains until nothing is left to do. Gives whether it was stopped before that.
    ///
    /// # Errors
    /// When the journal cannot be read or written.
    pub fn work(&self, style: Style) -> Result<bool> {
        self.on_ctrl_c();
        let mut show = Show::new(style, self);
        let done = AtomicBool::new(false);
        std::thread::scope(|scope| {
            let slots: Vec<_> = (0..self.jobs).map(|_| scope.spawn(|| self.slot())).collect();
            let helper = scope.spawn(|| self.beat_and_compile(&done));
            while slots.iter().any(|slot| !slot.is_finished()) {
                std::thread::sleep(Duration::from_millis(20));
                let news = lock(&self.log).refresh();
                if news.is_err() {
                    self.stop();
                }
                show.draw(self);
            }
            done.store(true, Ordering::Relaxed);
            helper.thread().unpark();
            let ended = slots
                .into_iter()
                .map(|slot| slot.join().unwrap_or_else(|_| Err(trial::broken())));
            let ended: Vec<Result<()>> = ended.collect();
            let _ = helper.join();
            show.finish(self);
            ended.into_iter().collect::<Result<Vec<()>>>()
        })?;
        lock(&self.log).sync()?;
        Ok(self.is_stopping())
    }

    fn slot(&self) -> Result<()> {
        let worked = self.trials();
        if worked.is_err() {
            // What one slot cannot write, another cannot either.
            self.stop();
        }
        worked
    }

    fn trials(&self) -> Result<()> {
        while !self.is_stopping() {
            match self.next()? {
                Next::Trial(held, values) => {
                    lock(&self.running).insert(held.trial, (0, None));
                    let outcome = train(self, held, &values);
                    lock(&self.running).remove(&held.trial);
                    self.tell(held, outcome?)?;
                }
                Next::Later => std::thread::sleep(LOOK_EVERY),
                Next::Nothing => break,
            }
        }
        Ok(())
    }

    /// Takes a trial: first one whose worker died, then one to be tried again, then a new one.
    fn next(&self) -> Result<Next> {
        let mut liveness = lock(&self.liveness);
        let name = liveness.name.clone();
        lock(&self.log).decide(|state| {
            let left = self.left(state, &mut liveness);
            if left == Left::Saving && self.builder.manifest.sweep.is_adaptive() {
                // What comes next depends on how this trial ends.
                return Ok((Vec::new(), Next::Later));
            }
            let left = match left {
                Left::Trial(trial) => Some(trial),
                Left::Saving | Left::Nothing => self.failed(state),
            };
            if let Some(trial) = left {
                let known = &state.trials[trial as usize];
                return Ok(self.claim(trial, known.attempt + 1, &name, None, known.values.clone()));
            }
            if state.total.is_none() {
                let trial = state.trials.len() as u64;
                let manifest = &self.builder.manifest;
                return Ok(match suggest::next(&manifest.sweep, state, manifest.metric.goal)? {
                    Some(values) => self.claim(trial, 1, &name, Some(values.clone()), values),
                    None => (vec![Event::Exhausted { trials: trial }], Next::Later),
                });
            }
            Ok((Vec::new(), if state.is_done() { Next::Nothing } else { Next::Later }))
        })
    }

    fn claim(&self, trial: u64, attempt: u32, worker: &str, new: Option<Values>, values: Values) -> (Vec<Event>, Next) {
        let event = Event::Claimed {
            trial,
            attempt,
            worker: worker.to_owned(),
            values: new,
        };
        (vec![event], Next::Trial(Held { trial, attempt }, values))
    }

    /// A trial that nobody works on any more.
    fn left(&self, state: &State, liveness: &mut Liveness) -> Left {
        let mut found = Left::Nothing;
        for (trial, index) in state.trials.iter().zip(0..).filter(|(trial, _)| trial.is_open()) {
            let gone = trial.worker.as_ref().is_none_or(|worker| liveness.is_dead(worker));
            if !gone {
                continue;
            }
            // A trainer that outlives its worker saves first.
            let is_saving = |path| RunFolder::open(path).is_ok_and(|run| run.is_locked());
            if !self.builder.folder.runs_of(index).into_iter().any(is_saving) {
                return Left::Trial(index);
            }
            found = Left::Saving;
        }
        found
    }

    fn failed(&self, state: &State) -> Option<u64> {
        let failed = |status: Status| matches!(status, Status::Failed | Status::Diverged);
        let again = state
            .ended()
            .find(|(index, ended)| failed(ended.status) && state.trials[*index].failures <= self.retries);
        again.map(|(index, _)| index as u64)
    }

    /// Writes down how a trial ended.
    fn tell(&self, held: Held, outcome: TrialOutcome) -> Result<()> {
        let Held { trial, attempt } = held;
        let event = match outcome {
            TrialOutcome::Ended(ended) => Event::Ended { trial, attempt, ended },
            TrialOutcome::Stopped => Event::Released { trial, attempt },
            TrialOutcome::Lost => return Ok(()),
        };
        lock(&self.log).decide(|state| {
            Ok((
                if state.holds(trial, attempt) {
                    vec![event]
                } else {
                    Vec::new()
                },
                (),
            ))
        })
    }

    fn beat_and_compile(&self, done: &AtomicBool) {
        std::thread::scope(|scope| {
            scope.spawn(|| self.compile_ahead(done));
            let name = lock(&self.liveness).name.clone();
            for count in 1.. {
                std::thread::park_timeout(BEAT);
                if done.load(Ordering::Relaxed) {
                    break;
                }
                self.builder.folder.beat(&name, count);
            }
        });
    }

    /// Compiles the programs of trials to come while others train.
    fn compile_ahead(&self, done: &AtomicBool) {
        let sweep = &self.builder.manifest.sweep;
        let mut ahead = Ahead::of(sweep, lock(&self.log).state());
        while !done.load(Ordering::Relaxed) && !self.is_stopping() {
            {
                let log = lock(&self.log);
                let begun = log.state().trials.len() as u64;
                if ahead.trial() < begun {
                    ahead = Ahead::of(sweep, log.state());
                } else if ahead.trial() >= begun + AHEAD {
                    drop(log);
                    std::thread::sleep(LOOK_EVERY);
                    continue;
                }
            }
            let Some(values) = ahead.next() else {
                break;
            };
            // What is wrong with it is reported when its turn comes. A seed is no shape: one program is that of all.
            let compiled = self.builder.experiments(&values).map(|all| all.into_iter().next());
            let _ = compiled.map(|first| first.map(|experiment| self.builder.program(&experiment)));
        }
    }

    fn on_ctrl_c(&self) {
        let (stopping, inputs) = (self.stopping.clone(), self.inputs.clone());
        // Replacing the handler fails only where one was set before: then that one stays.
        let _ = ctrlc::set_handler(move || {
            if stopping.swap(true, Ordering::Relaxed) {
                // The trainers see their input end, save, and end; their trials are taken over later.
                std::process::exit(Kind::Interrupted as i32);
            }
            lock(&inputs).values_mut().for_each(ask_to_stop);
        });
    }

    /// Whether it is to end.
    pub fn is_stopping(&self) -> bool {
        self.stopping.load(Ordering::Relaxed)
    }

    fn stop(&self) {
        self.stopping.store(true, Ordering::Relaxed);
        lock(&self.inputs).values_mut().for_each(ask_to_stop);
    }

    /// Keeps the input of a trial's trainer: while it is open the trainer goes on.
    pub fn holds_input(&self, trial: u64, input: Option<ChildStdin>) {
        let mut inputs = lock(&self.inputs);
        if let Some(mut input) = input {
            if self.is_stopping() {
                ask_to_stop(&mut input);
            }
            inputs.insert(trial, input);
        }
    }

    /// Gives the input of a trainer that has ended.
    pub fn lets_input_go(&self, trial: u64) -> Option<ChildStdin> {
        lock(&self.inputs).remove(&trial)
    }

    /// Asks one trial's trainer to stop.
    pub fn stop_trial(&self, trial: u64) {
        lock(&self.inputs).get_mut(&trial).into_iter().for_each(ask_to_stop);
    }

    /// Notes how far a trial has come, for the table.
    pub fn shows(&self, trial: u64, epoch: u64, best: Option<f64>) {
        lock(&self.running).insert(trial, (epoch, best));
    }

    /// The trials that train here.
    pub fn running(&self) -> BTreeMap<u64, (u64, Option<f64>)> {
        lock(&self.running).clone()
    }
}

/// A lock whose last holder panicked guards nothing that is half done.
pub fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
