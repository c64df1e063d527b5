//! A task with two networks, two optimizers and samples, written outside of the package: it is checked, trains,
//! stops, resumes and shows what it makes like those that come with it.

mod pair;

use std::path::Path;
use std::sync::atomic::{AtomicBool, Ordering};

use pair::{DEF, LANGUAGE, Pair};
use runner::compiler::summary::summarize;
use runner::data::loader::{Loader, Order};
use runner::data::{self, DataContext, Dataset};
use runner::metric::Goal;
use runner::random::{Key, Purpose};
use runner::recipe::{BestEpoch, Overrides, Recipe};
use runner::report;
use runner::results::findings::Findings;
use runner::results::folder::file;
use runner::results::{NetworkRecord, RunFolder, Status, samples};
use runner::task::{Learning, Plan, Setup};
use runner::train::Event;
use runner::train::origin::Origin;
use runner::train::state::{Course, State};
use runner::train::stopping::Judge;
use runner::train::trainer::{Ending, Trainer};

const RECIPE: &str = "
task: pair
seed: 3
dataset: {name: moons, n_samples: 120, validation_split: 0.2}
left: [{linear: 5}, tanh, {linear: 2}]
right: [{linear: 5}, tanh, {linear: 2}]
optimizer: {name: adam, lr: 0.01}
right_optimizer: {name: sgd, lr: 0.1, momentum: 0.9}
lr_scheduler: {name: reduce_on_plateau, patience: 1, monitor: val_loss}
trainer: {epochs: 4, batch_size: 16, accumulate_grad_batches: 2}
";

fn load(folder: &Path, text: &str) -> (Recipe, Dataset) {
    let path = folder.join("pair.yaml");
    std::fs::write(&path, text).unwrap();
    let recipe = Recipe::load(&LANGUAGE, &path, &Overrides::default()).unwrap();
    let dataset = data::load(&recipe.dataset, &DataContext::new(folder, recipe.seed)).unwrap();
    (recipe, dataset)
}

/// When a training is asked to stop.
#[derive(Clone, Copy, PartialEq)]
enum Stop {
    Never,
    AfterStep,
    AfterEpoch,
}

struct Experiment {
    recipe: Recipe,
    dataset: Dataset,
    plan: Plan,
    root: tempfile::TempDir,
}

impl Experiment {
    fn new() -> Self {
        let root = tempfile::tempdir().unwrap();
        let (recipe, dataset) = load(root.path(), RECIPE);
        let plan = DEF.check(&recipe, &dataset.info).unwrap();
        Self {
            recipe,
            dataset,
            plan,
            root,
        }
    }

    fn folder(&self, name: &str) -> RunFolder {
        RunFolder::create(self.root.path(), name, |_| Ok(())).unwrap()
    }

    fn loader(&self, order: Order) -> Loader {
        let part = match order {
            Order::Shuffled { .. } => &self.dataset.train,
            Order::Sequential => self.dataset.validation.as_ref().unwrap(),
        };
        let size = self.recipe.trainer.batch_size;
        self.dataset.loader(part, size, order).unwrap()
    }

    /// One stay of a process at the run: from the last checkpoint on.
    fn stay(&self, folder: &RunFolder, stop: Stop) -> (Ending, State) {
        let horizon = self.plan.horizon(&self.recipe, self.dataset.train.len());
        let mut task = Pair::new(&Setup {
            recipe: &self.recipe,
            dataset: &self.dataset,
            plan: &self.plan,
            horizon,
        });
        let train = self.loader(Order::Shuffled {
            key: Key::new(self.recipe.seed).purpose(Purpose::Shuffle),
        });
        let validation = self.loader(Order::Sequential);
        let origin = Origin {
            recipe: self.recipe.digest(),
            data: self.dataset.digest.clone(),
        };
        let course = Course {
            horizon,
            batches: train.batches() as u64,
            accumulate: self.recipe.trainer.accumulate_grad_batches as u64,
        };
        let saved = State::load(folder, &origin, &course, &mut task).unwrap();
        let mut state = saved.unwrap_or_default();
        let stopping = AtomicBool::new(false);
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
                monitor: self.plan.monitor.clone(),
                goal: Goal::Min,
                min_delta: 0.0,
                best: BestEpoch::AnyImprovement,
                patience: None,
            },
            stop: &stopping,
            send: &|event| {
                if stop == Stop::AfterEpoch && matches!(event, Event::Epoch { .. }) {
                    stopping.store(true, Ordering::Relaxed);
                }
            },
        };
        if stop == Stop::AfterStep {
            task.stop_each_step = Some(&stopping);
        }
        let mut learning = Learning::Trained(Box::new(task));
        let ending = trainer.run(&mut learning, &mut state).unwrap();
        (ending, state)
    }
}

/// All that must be the same bytes.
fn exact(folder: &RunFolder) -> Vec<(String, Vec<u8>)> {
    let samples = samples::list(folder).into_iter().map(|sample| sample.file);
    let names = [file::BEST, file::LAST].map(str::to_owned);
    let all = names.into_iter().chain(samples);
    all.map(|name| (name.clone(), folder.read(&name, 1 << 20).unwrap()))
        .collect()
}

#[test]
fn two_networks_train_stop_and_resume_to_the_same_bytes() {
    let experiment = Experiment::new();
    let whole = experiment.folder("whole");
    let (ending, state) = experiment.stay(&whole, Stop::Never);
    assert_eq!((ending, state.epoch), (Ending::Done, 4));
    assert!(state.rows[3].metric("val_loss") < state.rows[0].metric("val_loss"));

    let stopped = experiment.folder("stopped");
    let mut stays = 1;
    while experiment.stay(&stopped, Stop::AfterStep).0 == Ending::Interrupted {
        stays += 1;
    }
    assert_eq!(stays, state.step, "each stay made one step");
    assert_eq!(exact(&stopped), exact(&whole));
    assert_eq!(exact(&whole).len(), 2 + 4 * 2);
}

#[test]
fn an_epoch_that_ends_with_a_stop_is_counted_once() {
    let experiment = Experiment::new();
    let folder = experiment.folder("stopped");
    let (ending, state) = experiment.stay(&folder, Stop::AfterEpoch);
    assert_eq!((ending, state.epoch, state.batch), (Ending::Interrupted, 1, 0));
    assert_eq!(state.seconds[1], 0.0);
    assert!(state.seconds[0] >= state.rows[0].seconds);
}

#[test]
fn both_networks_are_checked_counted_and_named() {
    let root = tempfile::tempdir().unwrap();
    let text = RECIPE.replace("momentum: 0.9", "nesterov: true, momentum: 0");
    let (recipe, dataset) = load(root.path(), &text);
    let problems = DEF.check(&recipe, &dataset.info).unwrap_err();
    assert!(
        problems[0].path.to_string().starts_with("right_optimizer"),
        "{problems:?}"
    );

    let experiment = Experiment::new();
    let parts = experiment.plan.networks.iter();
    let parts = parts.map(|network| (network.key, summarize(&network.layers, 16, 1)));
    let record = NetworkRecord::together(parts.collect());
    let names: Vec<&str> = record.layers.iter().map(|layer| layer.name.as_str()).collect();
    assert_eq!(
        names,
        [
            "left: linear + tanh",
            "left: linear",
            "right: linear + tanh",
            "right: linear"
        ]
    );
    assert_eq!(record.parameters, 2 * 27);

    let folder = experiment.folder("named");
    experiment.stay(&folder, Stop::Never);
    let path = folder.file(file::BEST);
    let best = runner::files::tensors::Tensors::from_bytes(&std::fs::read(&path).unwrap(), &path).unwrap();
    let left = best.floats("left.0.weight", &[5, 2]).unwrap();
    assert_ne!(
        left,
        best.floats("right.0.weight", &[5, 2]).unwrap(),
        "each has its own weights"
    );
    let about: serde_json::Value = serde_json::from_str(&best.about).unwrap();
    assert_eq!(about["layers"]["right"].as_array().unwrap().len(), 3);
}

#[test]
fn the_report_shows_what_the_networks_made() {
    let experiment = Experiment::new();
    let folder = experiment.folder("shown");
    let (_, state) = experiment.stay(&folder, Stop::Never);
    let record = crate::support::fixture::record(Status::Finished);
    report::write(&folder, &record, &state.rows, &Findings::default()).unwrap();
    let page = std::fs::read_to_string(folder.file(file::REPORT)).unwrap();
    for expected in [
        "Epoch 1",
        "Epoch 4",
        "agreement in epoch 4",
        "data:image/png;base64,",
        "All 8 files",
    ] {
        assert!(page.contains(expected), "{expected} is missing in {page}");
    }
}
