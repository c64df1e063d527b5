//! A model of several steps, driven as the trainer's process drives those of the registry: each step has a row, it can
//! be stopped between and within steps, and goes on to the same bytes.

use std::sync::atomic::{AtomicBool, Ordering};

use runner::catalog;
use runner::data::loader::{Epoch, Loader, Order};
use runner::data::{DataContext, Dataset};
use runner::declare::Value;
use runner::error::Result;
use runner::files::tensors::Tensors;
use runner::metric::Goal;
use runner::model::Step;
use runner::optim::schedule::Horizon;
use runner::recipe::{BestEpoch, Overrides, Recipe};
use runner::results::findings::Findings;
use runner::results::folder::file;
use runner::results::{RunFolder, metrics};
use runner::task::{Fitted, Learning, Model, Outcome};
use runner::train::origin::Origin;
use runner::train::state::{Course, State};
use runner::train::stopping::Judge;
use runner::train::trainer::{Ending, Trainer};

/// The mean of a column of the training part, found by halving what is left: not much of a model, but one that needs all
/// of its state to go on.
struct Halving<'a> {
    found: f64,
    /// Said to stop during the step that is counted down to.
    gives_up: Option<(u32, &'a AtomicBool)>,
}

const TARGET: f64 = 5.84;

impl Fitted for Halving<'_> {
    fn step(&mut self, stop: &AtomicBool) -> Result<Step> {
        if let Some((left, told)) = &mut self.gives_up {
            if *left == 0 {
                told.store(true, Ordering::Relaxed);
            }
            *left = left.wrapping_sub(1);
        }
        if stop.load(Ordering::Relaxed) {
            return Ok(Step::Stopped);
        }
        self.found += (TARGET - self.found) / 2.0;
        let close = (TARGET - self.found).abs() < 0.1;
        Ok(if close { Step::Done } else { Step::More })
    }

    fn metrics(&mut self, _train: Epoch, validation: Option<Epoch>) -> Result<Vec<(String, f64)>> {
        assert!(validation.is_some());
        Ok(vec![("val_loss".to_owned(), TARGET - self.found)])
    }
}

impl Model for Halving<'_> {
    fn export(&self) -> Tensors {
        let mut tensors = Tensors::new("{}");
        tensors.push_doubles("found", &[1], vec![self.found]);
        tensors
    }

    fn import(&mut self, weights: &Tensors) -> Result<()> {
        self.found = weights.doubles("found", &[1])?[0];
        Ok(())
    }

    fn save(&self, out: &mut Tensors) -> Value {
        out.push_doubles("found", &[1], vec![self.found]);
        Value::Null
    }

    fn restore(&mut self, tensors: &Tensors, _state: &Value) -> Result<()> {
        self.import(tensors)
    }

    fn finish(&mut self, _test: Option<Epoch>) -> Result<Outcome> {
        Ok(Outcome {
            test: Vec::new(),
            predictions: None,
            findings: Findings::default(),
        })
    }
}

/// Steps at most; it is done after the sixth.
const MOST: u64 = 10;

struct Experiment {
    root: tempfile::TempDir,
    recipe: Recipe,
    dataset: Dataset,
}

impl Experiment {
    fn new() -> Self {
        let root = tempfile::tempdir().unwrap();
        let path = root.path().join("halving.yaml");
        let text = "task: classification\ndataset: {name: iris, validation_split: 0.2}\nnetwork: [{linear: 3}]\n";
        std::fs::write(&path, text).unwrap();
        let recipe = Recipe::load(catalog::language(), &path, &Overrides::default()).unwrap();
        let dataset = runner::data::load(&recipe.dataset, &DataContext::new(root.path(), recipe.seed)).unwrap();
        Self { root, recipe, dataset }
    }

    fn folder(&self, name: &str) -> RunFolder {
        RunFolder::create(self.root.path(), name, |_| Ok(())).unwrap()
    }

    fn loader(&self, training: bool) -> Loader {
        let validation = self.dataset.validation.as_ref().unwrap();
        let part = if training { &self.dataset.train } else { validation };
        self.dataset.loader(part, 64, Order::Sequential).unwrap()
    }

    /// One stay of a process at the run. It is asked to stop in its step number `within`, or after every step.
    fn stay(&self, folder: &RunFolder, within: Option<u32>, after_each: bool) -> (Ending, State) {
        let stopping = AtomicBool::new(false);
        let horizon = Horizon {
            epochs: MOST,
            steps_per_epoch: 1,
        };
        let course = Course {
            horizon,
            batches: 1,
            accumulate: 1,
        };
        let origin = Origin {
            recipe: self.recipe.digest(),
            data: self.dataset.digest.clone(),
        };
        let mut model = Halving {
            found: 0.0,
            gives_up: within.map(|within| (within, &stopping)),
        };
        let saved = State::load(folder, &origin, &course, &mut model).unwrap();
        let mut state = saved.unwrap_or_default();
        let (train, validation) = (self.loader(true), self.loader(false));
        let trainer = Trainer {
            folder,
            origin,
            marks: Vec::new(),
            events: None,
            train: &train,
            validation: Some(&validation),
            seed: self.recipe.seed,
            settings: &self.recipe.trainer,
            horizon,
            judge: Judge {
                monitor: "val_loss".to_owned(),
                goal: Goal::Min,
                min_delta: 0.0,
                best: BestEpoch::AnyImprovement,
                patience: None,
            },
            stop: &stopping,
            send: &|_| {
                if after_each {
                    stopping.store(true, Ordering::Relaxed);
                }
            },
        };
        let mut learning = Learning::Fitted(Box::new(model));
        let ending = trainer.run(&mut learning, &mut state).unwrap();
        (ending, state)
    }
}

/// All that must be the same bytes: weights, and metrics without their times.
fn exact(folder: &RunFolder) -> Vec<Vec<u8>> {
    let mut rows = metrics::from_csv(&folder.read(file::METRICS, 1 << 20).unwrap()).unwrap();
    for row in &mut rows {
        assert_eq!(row.lr, None);
        (row.seconds, row.samples_per_second) = (0.0, 0.0);
    }
    let weights = [file::BEST, file::LAST].map(|name| folder.read(name, 1 << 20).unwrap());
    weights.into_iter().chain([metrics::to_csv(&rows, &[])]).collect()
}

#[test]
fn a_model_takes_steps_until_it_is_done() {
    let experiment = Experiment::new();
    let folder = experiment.folder("whole");
    let (ending, state) = experiment.stay(&folder, None, false);
    assert_eq!((ending, state.epoch, state.step), (Ending::Done, 6, 6));
    assert_eq!(state.stopped.as_deref(), Some("the model is fitted"));
    assert_eq!((state.best.epoch, state.rows.len()), (6, 6));
    assert!(state.rows.iter().all(|row| row.samples_per_second > 0.0));
}

#[test]
fn stopped_between_or_within_steps_it_goes_on_to_the_same_bytes() {
    let experiment = Experiment::new();
    let whole = experiment.folder("whole");
    experiment.stay(&whole, None, false);

    let between = experiment.folder("between");
    let mut stays = 1;
    while experiment.stay(&between, None, true).0 == Ending::Interrupted {
        stays += 1;
    }
    assert_eq!(stays, 6, "each stay made one step");
    assert_eq!(exact(&between), exact(&whole));

    let within = experiment.folder("within");
    let (ending, state) = experiment.stay(&within, Some(2), false);
    assert_eq!((ending, state.epoch), (Ending::Interrupted, 2));
    assert_eq!(
        experiment.stay(&within, Some(0), false).1.epoch,
        2,
        "a step that was given up is not counted"
    );
    assert_eq!(experiment.stay(&within, None, false).0, Ending::Done);
    assert_eq!(exact(&within), exact(&whole));
}
