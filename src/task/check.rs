//! Impossible combinations, found before anything runs: what no field can show by itself.

use super::advice;
use super::batches::{self, batches};
use super::plan::OPTIMIZER;
use super::{Plan, PlannedNetwork, TaskDef, find};
use runner_data::DataInfo;
use runner_declare::{Chosen, KeyPath, Problem};
use runner_ground::text::{closest, format};
use runner_optim as optim;
use runner_optim::schedule::{self, Horizon};
use runner_recipe::{Device, Recipe};
use runner_results::CHECKPOINT_CAP;

/// Checks a recipe against its data and plans the experiment.
///
/// # Errors
/// Every problem found.
pub fn check(recipe: &Recipe, info: &DataInfo) -> Result<Plan, Vec<Problem>> {
    match find(&recipe.task.name) {
        Some(task) => task.check(recipe, info),
        None => Err(vec![Problem::new(KeyPath::from("task"), "no such task")]),
    }
}

impl TaskDef {
    /// [`check`] for a recipe of this task.
    ///
    /// # Errors
    /// Every problem found.
    pub fn check(&self, recipe: &Recipe, info: &DataInfo) -> Result<Plan, Vec<Problem>> {
        let mut problems = Vec::new();
        match &recipe.optimizer {
            Some(optimizer) => {
                check_trainer(recipe, info, &mut problems);
                check_mixup(recipe, &mut problems);
                check_optimizer(OPTIMIZER, optimizer, &mut problems);
                check_schedule(optimizer, recipe, info, &mut problems);
            }
            None => check_augment(recipe, &mut problems),
        }
        let mut plan = (self.plan)(recipe, info, &mut problems);
        for network in plan.networks.iter().filter(|network| network.optimizer != OPTIMIZER) {
            let chosen = network.optimizer(recipe);
            check_optimizer(network.optimizer, &chosen, &mut problems);
            check_schedule(&chosen, recipe, info, &mut problems);
        }
        problems.extend(batches::too_small(recipe, info, &plan));
        check_size(recipe, &plan, &mut problems);
        check_monitors(recipe, &plan, &mut problems);
        if !problems.is_empty() {
            return Err(problems);
        }
        plan.warnings = advice::of(recipe, info, &plan);
        Ok(plan)
    }
}

/// Steps and epochs of a recipe over `samples` training samples.
pub fn horizon(recipe: &Recipe, samples: usize) -> Horizon {
    let batches = batches(&recipe.trainer, samples);
    Horizon {
        epochs: u64::from(recipe.trainer.epochs),
        steps_per_epoch: batches.div_ceil(recipe.trainer.accumulate_grad_batches.max(1)).max(1) as u64,
    }
}

fn check_trainer(recipe: &Recipe, info: &DataInfo, problems: &mut Vec<Problem>) {
    let trainer = &recipe.trainer;
    let at = |key: &str| KeyPath::from("trainer").join(key);
    let samples = info.rows[0];
    if trainer.batch_size > samples {
        let message = format!(
            "a batch of {} is larger than the training part ({samples} samples)",
            trainer.batch_size
        );
        problems.push(Problem::new(at("batch_size"), message).help(format!("at most {samples}")));
    } else if trainer.accumulate_grad_batches > batches(trainer, samples) {
        let batches = batches(trainer, samples);
        let message = format!("an epoch has {batches} batches, fewer than are to be accumulated");
        problems.push(Problem::new(at("accumulate_grad_batches"), message).help(format!("at most {batches}")));
    }
    if trainer.gradient_clip_norm.is_some() && trainer.gradient_clip_value.is_some() {
        let message = "gradients are clipped by norm or by value, not both";
        problems.push(Problem::new(at("gradient_clip_value"), message).help("remove one of the two"));
    }
    if trainer.device == Device::Cuda && !cfg!(feature = "cuda") {
        let message = "this runner was built without CUDA";
        let help = "build it with `cargo build --release --features cuda`, or use 'device: cpu'";
        problems.push(Problem::new(at("device"), message).help(help));
    }
}

/// A model sees each sample once, as it is.
fn check_augment(recipe: &Recipe, problems: &mut Vec<Problem>) {
    let listed = recipe.dataset.settings.get("augment").and_then(|list| list.as_array());
    if listed.is_some_and(|list| !list.is_empty()) {
        let message = "a model sees all samples at once, so there are no epochs in which they could be changed anew";
        problems.push(Problem::new(KeyPath::from("dataset.augment"), message).help("remove it"));
    }
}

/// Mixed samples have two classes.
fn check_mixup(recipe: &Recipe, problems: &mut Vec<Problem>) {
    let listed = recipe.dataset.settings.get("augment").and_then(|list| list.as_array());
    let mixes = listed.and_then(|list| {
        list.iter()
            .position(|entry| entry.get("name").is_some_and(|n| n == "mixup"))
    });
    let takes_two = recipe.chosen("loss").is_some_and(|loss| loss.name == "cross_entropy");
    if let Some(i) = mixes.filter(|_| !takes_two) {
        let message = "mixup needs a loss of classes that can be mixed: cross_entropy";
        let path = KeyPath::from("dataset.augment").join(i);
        problems.push(Problem::new(path, message).help("remove it, or use 'loss: cross_entropy'"));
    }
}

fn check_optimizer(key: &str, chosen: &Chosen, problems: &mut Vec<Problem>) {
    if let Some(def) = optim::find(&chosen.name) {
        add((def.check)(chosen), key, problems);
    }
}

/// The schedule goes over the learning rate of each optimizer.
fn check_schedule(optimizer: &Chosen, recipe: &Recipe, info: &DataInfo, problems: &mut Vec<Problem>) {
    if let Some(schedule) = &recipe.lr_scheduler {
        let lr = optimizer.settings.get("lr").and_then(|lr| lr.as_f64()).unwrap_or(0.0);
        let found = schedule::problems(schedule, lr, &horizon(recipe, info.rows[0]));
        add(found, "lr_scheduler", problems);
    }
}

/// Adds what was found under a key; two optimizers may have one problem in common.
fn add(found: Vec<Problem>, key: &str, problems: &mut Vec<Problem>) {
    for problem in found.into_iter().map(|problem| problem.under(&KeyPath::from(key))) {
        if !problems.contains(&problem) {
            problems.push(problem);
        }
    }
}

/// A checkpoint larger than the largest that is read could not be resumed from.
fn check_size(recipe: &Recipe, plan: &Plan, problems: &mut Vec<Problem>) {
    let size = |network: &PlannedNetwork| {
        let copies = 1 + optim::state_buffers(&network.optimizer(recipe)) as u64;
        network.parameters().saturating_mul(4 * copies)
    };
    let bytes = plan.networks.iter().map(size).fold(0, u64::saturating_add);
    let parameters = plan.networks.iter().map(PlannedNetwork::parameters);
    let parameters = parameters.fold(0, u64::saturating_add);
    if bytes > CHECKPOINT_CAP {
        let message = format!(
            "{} parameters: a checkpoint would take {}, more than the {} that one may have",
            format::count(parameters),
            format::bytes(bytes),
            format::bytes(CHECKPOINT_CAP)
        );
        let key = plan.networks.first().map_or("network", |network| network.key);
        problems.push(Problem::new(KeyPath::from(key), message).help("make its layers narrower"));
    }
}

fn check_monitors(recipe: &Recipe, plan: &Plan, problems: &mut Vec<Problem>) {
    // A run that trained by another way goes on with it.
    if !recipe.is_of_run() {
        problems.extend(advice::against(recipe));
    }
    if let Some(early) = &recipe.early_stopping {
        problems.extend(unknown_metric(
            KeyPath::from("early_stopping.monitor"),
            &early.monitor,
            plan,
        ));
    }
    if let Some(monitor) = recipe.lr_scheduler.as_ref().and_then(schedule::monitored) {
        problems.extend(unknown_metric(KeyPath::from("lr_scheduler.monitor"), monitor, plan));
    }
}

fn unknown_metric(path: KeyPath, monitor: &str, plan: &Plan) -> Option<Problem> {
    if plan.metrics.iter().any(|metric| metric == monitor) {
        return None;
    }
    let mut message = format!("this experiment does not produce the metric {monitor:?}");
    if monitor.starts_with("val_") && !plan.metrics.iter().any(|metric| metric.starts_with("val_")) {
        message.push_str("; it has no validation part");
    }
    let all = format!("one of: {}", plan.metrics.join(", "));
    let help = match near(monitor, plan) {
        Some(near) => format!("did you mean '{near}'? {all}"),
        None => all,
    };
    Some(Problem::new(path, message).help(help))
}

/// The metric of a plan that was probably meant: of several classes `val_f1` is their mean.
pub fn near<'a>(monitor: &str, plan: &'a Plan) -> Option<&'a str> {
    let names: Vec<&str> = plan.metrics.iter().map(String::as_str).collect();
    let mean = format!("{monitor}_macro");
    let mean = names.iter().copied().find(|name| *name == mean);
    mean.or_else(|| closest(monitor, &names))
}
