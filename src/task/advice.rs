//! What a recipe says that has no effect, or not the one that it seems to have. It trains all the same; the user is told.

use super::{Plan, check};
use runner_data::DataInfo;
use runner_declare::{Chosen, KeyPath, Problem};
use runner_metric::{Goal, only_goal};
use runner_optim::schedule;
use runner_optim::schedule::plateau;
use runner_recipe::{EarlyStopping, Mode, Recipe};

/// All that is to be told of a recipe that can be trained.
pub(super) fn of(recipe: &Recipe, info: &DataInfo, plan: &Plan) -> Vec<Problem> {
    let Some(optimizer) = &recipe.optimizer else {
        // A model has none of these keys.
        return Vec::new();
    };
    let mut told = schedule_of(optimizer, recipe, info);
    for network in &plan.networks {
        for found in schedule_of(&network.optimizer(recipe), recipe, info) {
            if !told.contains(&found) {
                told.push(found);
            }
        }
    }
    told.extend(unused_rate(optimizer, recipe));
    told.extend(
        recipe
            .early_stopping
            .as_ref()
            .and_then(|early| never_stops(early, recipe)),
    );
    told.extend(
        recipe
            .early_stopping
            .as_ref()
            .and_then(|early| stops_first(early, recipe)),
    );
    told.extend(equal_weights(recipe));
    told.extend(no_checkpoints(recipe, info));
    told
}

/// What a schedule does not come to.
fn schedule_of(optimizer: &Chosen, recipe: &Recipe, info: &DataInfo) -> Vec<Problem> {
    let Some(schedule) = &recipe.lr_scheduler else {
        return Vec::new();
    };
    let lr = optimizer.settings.get("lr").and_then(|lr| lr.as_f64()).unwrap_or(0.0);
    let told = schedule::told(schedule, lr, &check::horizon(recipe, info.rows[0]));
    let under = KeyPath::from(SCHEDULE);
    told.into_iter().map(|told| told.under(&under)).collect()
}

const SCHEDULE: &str = "lr_scheduler";

/// A rate that somebody wrote, under a schedule with rates of its own.
fn unused_rate(optimizer: &Chosen, recipe: &Recipe) -> Option<Problem> {
    let schedule = recipe
        .lr_scheduler
        .as_ref()
        .filter(|schedule| schedule.name == "one_cycle")?;
    let written = KeyPath::from("optimizer.lr");
    let of = |chosen: &Chosen, key: &str| chosen.settings.get(key).and_then(|value| value.as_f64());
    let (lr, highest) = (of(optimizer, "lr")?, of(schedule, "max_lr")?);
    (recipe.is_written(&written) && lr != highest).then(|| {
        let message = format!("{lr} is not used: one_cycle has rates of its own, up to its max_lr of {highest}");
        Problem::new(written, message).help("remove it, or say it as lr_scheduler.max_lr")
    })
}

/// A patience that is as long as the training.
fn never_stops(early: &EarlyStopping, recipe: &Recipe) -> Option<Problem> {
    let (patience, epochs) = (early.patience, recipe.trainer.epochs);
    // The first epoch is the best so far, and to stop with the last is no stop.
    (patience.saturating_add(1) >= epochs && epochs > 1).then(|| {
        let message = format!("it never stops: {patience} epochs without improvement do not fit into {epochs}");
        let help = match epochs {
            ..=2 => "train longer; the best weights are kept either way".to_owned(),
            _ => format!(
                "at most {}, or more epochs; the best weights are kept either way",
                epochs - 2
            ),
        };
        Problem::new(KeyPath::from("early_stopping.patience"), message).help(help)
    })
}

/// A training that stops before its rate drops.
fn stops_first(early: &EarlyStopping, recipe: &Recipe) -> Option<Problem> {
    let schedule = recipe.lr_scheduler.as_ref()?;
    if schedule::monitored(schedule)? != early.monitor {
        return None;
    }
    let (stop, drop) = (u64::from(early.patience), plateau::patience(schedule)?);
    // It drops with the epoch after so many, and that rate wants an epoch too.
    (stop <= drop + 1).then(|| {
        let message = format!(
            "the training ends with the {} without improvement of {}, and reduce_on_plateau, which waits for more than \
             {drop}, never lowers the rate before",
            ordinal(stop),
            early.monitor
        );
        let longer = format!("use 'early_stopping: {{patience: {}}}'", 2 * (drop + 1));
        let help = match stop {
            ..=2 => longer,
            _ => format!(
                "{longer}, or 'lr_scheduler: {{patience: {}}}'",
                stop / 2 - u64::from(stop.is_multiple_of(2))
            ),
        };
        Problem::new(KeyPath::from("early_stopping.patience"), message).help(help)
    })
}

fn ordinal(n: u64) -> String {
    match n {
        1 => "first epoch".to_owned(),
        2 => "second epoch in a row".to_owned(),
        3 => "third epoch in a row".to_owned(),
        n => format!("{n}th epoch in a row"),
    }
}

/// Weights that weigh all classes alike: the loss is a weighted mean.
fn equal_weights(recipe: &Recipe) -> Option<Problem> {
    let loss = recipe.chosen("loss")?;
    let weights = loss.settings.get("class_weights")?.as_array()?;
    let first = weights.first()?;
    weights.iter().all(|weight| weight == first).then(|| {
        let message = "they have no effect: the loss is a mean with these weights, and they are all the same";
        Problem::new(KeyPath::from("loss.class_weights"), message).help("remove them")
    })
}

/// Checkpoints within an epoch that is over before the first of them.
fn no_checkpoints(recipe: &Recipe, info: &DataInfo) -> Option<Problem> {
    let every = recipe.trainer.checkpoint_every_steps?;
    let steps = check::horizon(recipe, info.rows[0]).steps_per_epoch;
    let epochs = u64::from(recipe.trainer.epochs);
    (every >= steps.saturating_mul(epochs)).then(|| {
        let message = format!("it never comes to that: the training has {epochs} × {steps} steps");
        Problem::new(KeyPath::from("trainer.checkpoint_every_steps"), message).help(format!(
            "at most {}; a checkpoint is saved about every second anyway",
            (steps * epochs).max(2) - 1
        ))
    })
}

/// Refuses a direction in which a metric gets worse: the worst epoch would count as the best.
pub(super) fn against(recipe: &Recipe) -> Vec<Problem> {
    let early = recipe.early_stopping.as_ref();
    let early = early.and_then(|early| Some(("early_stopping", early.monitor.as_str(), goal(early.mode?))));
    let schedule = recipe.lr_scheduler.as_ref();
    let schedule = schedule.and_then(|one| Some((SCHEDULE, schedule::monitored(one)?, plateau::mode(one)?)));
    let against = |(key, monitor, mode): (&str, &str, Goal)| {
        let own = only_goal(monitor).filter(|own| *own != mode)?;
        let (own, better) = match own {
            Goal::Min => ("min", "smaller"),
            Goal::Max => ("max", "larger"),
        };
        let message = format!("of {monitor} the {better} is better, and with this mode it would count as worse");
        let help = format!("remove 'mode', or use 'mode: {own}'; for another metric, name it in '{key}.monitor'");
        Some(Problem::new(KeyPath::from(key).join("mode"), message).help(help))
    };
    [early, schedule].into_iter().flatten().filter_map(against).collect()
}

const fn goal(mode: Mode) -> Goal {
    match mode {
        Mode::Min => Goal::Min,
        Mode::Max => Goal::Max,
    }
}
