//! What would train in silence to nothing is refused; what has no effect is told, at `check` and when it trains.

use crate::support::place::{IRIS, Place, metrics_without_time, record, text};

/// A table of so many rows and two classes.
fn table(rows: usize) -> String {
    let row = |i: usize| format!("{}.5,{}.25,{}\n", i % 7, i % 5, ["no", "yes"][i % 2]);
    "a,b,label\n".to_owned() + &(0..rows).map(row).collect::<String>()
}

const NORMED: &str = "
task: classification
dataset: {name: csv, path: t.csv, target: label}
network: [{linear: 4}, {residual: [{linear: 4}, batch_norm]}, relu, {linear: 2}]
trainer: {epochs: 2, batch_size: 10}
";

#[test]
fn batch_norm_of_a_single_value_is_refused_with_the_sizes_that_work() {
    let place = Place::new();
    place.write("t.csv", table(43));
    place.write("x.yaml", NORMED);
    let said = place.told("a last batch of one for batch norm", 3, &["check", "x.yaml"]);
    assert!(said.contains("'batch_size: 9' or '11'"), "{said}");
    let check = |set: &str| place.runner(["check", "x.yaml", "--set", set]);
    for set in [
        "trainer.batch_size=9",
        "trainer.batch_size=11",
        "trainer.drop_last=true",
        "trainer.batch_size=31",
    ] {
        assert!(check(set).status.success(), "{set}: {}", text(&check(set)));
    }
    for set in ["trainer.batch_size=1", "trainer.batch_size=2", "trainer.batch_size=30"] {
        assert_eq!(check(set).status.code(), Some(3), "{set}");
    }
    // Steps of a sequence and pixels of an image are values too, unless there is one.
    let image = "{linear: 18}, {reshape: [2, 3, 3]}, batch_norm, flatten, {linear: 2}";
    place.write(
        "x.yaml",
        NORMED.replace(
            "{linear: 4}, {residual: [{linear: 4}, batch_norm]}, relu, {linear: 2}",
            image,
        ),
    );
    assert!(check("trainer.batch_size=1").status.success());
    let point = image.replace(
        "batch_norm",
        "global_avg_pool, batch_norm, {reshape: [2, 1, 1]}, batch_norm",
    );
    place.write(
        "x.yaml",
        NORMED.replace(
            "{linear: 4}, {residual: [{linear: 4}, batch_norm]}, relu, {linear: 2}",
            &point,
        ),
    );
    let said = text(&check("trainer.batch_size=1"));
    assert!(said.contains("network.3.batch_norm"), "{said}");
}

#[test]
fn a_last_batch_that_is_left_out_is_no_step() {
    let place = Place::new();
    place.write("t.csv", table(43));
    let recipe = place.write(
        "x.yaml",
        NORMED.replace("batch_size: 10", "batch_size: 10, drop_last: true"),
    );
    let run = place.train(
        &recipe,
        &[
            "--set",
            "lr_scheduler.name=cosine_annealing",
            "--set",
            "lr_scheduler.interval=step",
        ],
    );
    let rows = metrics_without_time(&run);
    assert!(rows.contains("\n1,3,") && rows.contains("\n2,6,"), "{rows}");
    let output = place.runner(["verify", run.to_str().unwrap()]);
    assert!(output.status.success(), "{}", text(&output));
}

#[test]
fn a_default_batch_is_no_larger_than_the_data_and_a_written_one_is_refused() {
    let place = Place::new();
    place.write("t.csv", table(33));
    let recipe = place.write("x.yaml", NORMED.replace(", batch_size: 10", ""));
    let said = place.told("a default batch of all samples", 0, &["check", "x.yaml"]);
    assert!(said.contains("a batch has all 23 training samples"), "{said}");
    let run = place.train(&recipe, &[]);
    let kept = std::fs::read_to_string(run.join("recipe.yaml")).unwrap();
    assert!(kept.contains("batch_size: 23"), "{kept}");
    let output = place.runner(["verify", run.to_str().unwrap()]);
    assert!(output.status.success(), "{}", text(&output));
    let output = place.runner(["check", "x.yaml", "--set", "trainer.batch_size=64"]);
    assert!(
        text(&output).contains("a batch of 64 is larger than the training part (23 samples)"),
        "{}",
        text(&output)
    );
}

#[test]
fn what_has_no_effect_is_told_with_its_place() {
    let place = Place::new();
    place.write("x.yaml", IRIS);
    let told = |name: &str, sets: &[&str]| {
        let sets = sets.iter().flat_map(|set| ["--set", set]);
        let arguments: Vec<&str> = ["check", "x.yaml"].into_iter().chain(sets).collect();
        let said = place.told(name, 0, &arguments);
        assert_eq!(said.matches("  warning  ").count(), 1, "{said}");
    };
    told("a patience as long as the training", &["early_stopping.patience=3"]);
    told(
        "a stop before the rate drops",
        &[
            "trainer.epochs=40",
            "early_stopping={}",
            "lr_scheduler=reduce_on_plateau",
        ],
    );
    told(
        "a plateau longer than the training",
        &["lr_scheduler=reduce_on_plateau"],
    );
    told(
        "milestones behind the end",
        &["lr_scheduler={name: multistep, milestones: [2, 30, 60]}"],
    );
    told(
        "a warmup longer than the training",
        &["lr_scheduler={name: constant, warmup_epochs: 5}"],
    );
    told(
        "a rate that one_cycle does not use",
        &["lr_scheduler={name: one_cycle, max_lr: 0.1}"],
    );
    told(
        "class weights that are all the same",
        &["loss={name: cross_entropy, class_weights: [2, 2, 2]}"],
    );
    told("checkpoints behind the end", &["trainer.checkpoint_every_steps=1000"]);
    let recipe = place.write("x.yaml", IRIS);
    let output = place.runner([
        recipe.to_str().unwrap(),
        "--quiet",
        "--set",
        "early_stopping.patience=9",
    ]);
    assert!(
        output.status.success() && text(&output).contains("it never stops"),
        "{}",
        text(&output)
    );
}

#[test]
fn a_direction_in_which_a_metric_gets_worse_is_refused() {
    let place = Place::new();
    place.write("x.yaml", IRIS);
    let set = ["check", "x.yaml", "--set"];
    let stopping = [&set[..], &["early_stopping={monitor: val_f1_macro, mode: min}"]].concat();
    place.told("a mode against the metric", 3, &stopping);
    let plateau = [&set[..], &["lr_scheduler={name: reduce_on_plateau, mode: max}"]].concat();
    let said = place.told("a mode of the schedule against the metric", 3, &plateau);
    assert!(said.contains("lr_scheduler.mode"), "{said}");
    let right = [&set[..], &["early_stopping={monitor: val_f1_macro, mode: max}"]].concat();
    assert!(place.runner(right).status.success());
    let sweep = "recipe: x.yaml\nmethod: grid\nmetric: {name: val_accuracy, goal: minimize}\nparameters: {optimizer.lr: {values: [0.1]}}\n";
    place.write("sweep.yaml", sweep);
    let said = place.told("a goal against the metric", 3, &["sweep", "sweep.yaml"]);
    assert!(said.contains("goal: maximize"), "{said}");
}

#[test]
fn the_best_epoch_is_kept_though_it_is_no_reason_to_wait() {
    let place = Place::new();
    let recipe = place.write(
        "x.yaml",
        format!("{IRIS}early_stopping: {{patience: 9, min_delta: 5}}\n"),
    );
    let best = |run: &std::path::Path| record(run)["summary"]["best_epoch"].as_u64();
    let run = place.train(&recipe, &[]);
    assert_eq!(best(&run), Some(4), "the loss falls in each of the four epochs");
    let earlier = place.train(&recipe, &["--set", "early_stopping.best=beyond_min_delta"]);
    assert_eq!(best(&earlier), Some(1));
    let output = place.runner(["compare", "x", "--csv", "-"]);
    assert!(output.status.success(), "{}", text(&output));
}
