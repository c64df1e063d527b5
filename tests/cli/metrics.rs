//! `metrics: [...]`: what is chosen is computed on every part, and ends trainings, leads sweeps and is compared.

use crate::support::place::{Place, record, test_metric, text};

const RECIPE: &str = "
task: classification
seed: 3
dataset: {name: iris, validation_split: 0.3, test_split: 0.2}
network: [{linear: 8}, tanh, {linear: 3}]
metrics: [roc_auc, f1_versicolor, log_loss]
optimizer: {name: adam, lr: 0.02}
trainer: {epochs: 4, batch_size: 20}
early_stopping: {monitor: val_roc_auc, patience: 2}
";

#[test]
fn what_is_chosen_is_told_judged_and_compared() {
    let place = Place::new();
    let recipe = place.write("x.yaml", RECIPE);
    let run = place.train(&recipe, &[]);
    let csv = std::fs::read_to_string(run.join("metrics.csv")).unwrap();
    let header = csv.lines().next().unwrap();
    let expected = "epoch,step,lr,train_loss,val_loss,train_roc_auc,train_f1_versicolor,train_log_loss,\
                    val_roc_auc,val_f1_versicolor,val_log_loss,seconds,samples_per_second";
    assert_eq!(header, expected);
    let json = record(&run);
    assert_eq!(
        (json["monitor"].as_str(), json["goal"].as_str()),
        (Some("val_roc_auc"), Some("max"))
    );
    let recorded = |name: &str| {
        let metrics = json["metrics"].as_array().unwrap();
        let found = metrics.iter().find(|metric| metric["name"] == name);
        found.map(|metric| (metric["goal"].as_str().unwrap(), metric["unit"].as_str().unwrap()))
    };
    assert_eq!(recorded("val_log_loss"), Some(("min", "number")));
    assert_eq!(recorded("train_f1_versicolor"), Some(("max", "share")));
    assert!((test_metric(&run, "test_log_loss") - test_metric(&run, "test_loss")).abs() < 1e-6);

    place.train(&recipe, &["--set", "seed=4"]);
    let output = place.runner(["compare", "x", "--metric", "val_f1_versicolor"]);
    assert!(output.status.success(), "{}", text(&output));
    assert!(
        text(&output).contains("val_f1_versicolor, higher is better"),
        "{}",
        text(&output)
    );
    assert!(
        text(&output).contains(" %"),
        "a share is written as one: {}",
        text(&output)
    );
}

#[test]
fn a_sweep_looks_for_the_best_of_it() {
    let place = Place::new();
    place.write("x.yaml", RECIPE);
    let sweep = "recipe: x.yaml\nmethod: grid\nmetric: {name: val_log_loss}\nparameters: {optimizer.lr: {values: [0.001, 0.05]}}\n";
    let sweep = place.write("sweep.yaml", sweep);
    let output = place.runner(["sweep", sweep.to_str().unwrap(), "--quiet"]);
    assert!(output.status.success(), "{}", text(&output));
    let folder = &place.runs()[0];
    let best = std::fs::read_to_string(folder.join("best.yaml")).unwrap();
    // The lower loss is the better one: that of the larger learning rate.
    assert!(best.contains("lr: 0.05"), "{best}");
}

#[test]
fn what_cannot_be_told_is_refused_with_its_place_and_nothing_else_is() {
    let place = Place::new();
    for (metrics, name) in [
        ("[roc_auk]", "a misspelt metric"),
        ("[roc_auc, f1_versicolour]", "a metric of a misspelt class"),
        ("[roc_auc, roc_auc]", "a metric twice"),
        ("[roc_auc, top_3_accuracy]", "a metric that says nothing"),
        ("[roc_auc, val_f1]", "a metric with its part"),
    ] {
        place.write("x.yaml", RECIPE.replace("[roc_auc, f1_versicolor, log_loss]", metrics));
        let said = place.told(name, 3, &["check", "x.yaml"]);
        // Early stopping on val_roc_auc is not wrong because of it.
        assert_eq!(said.matches("x.yaml:").count(), 1, "{metrics}: {said}");
    }
    // Nor on one whose name stands there beside the wrong one.
    let recipe = RECIPE
        .replace("[roc_auc, f1_versicolor, log_loss]", "[top_2_accuracy, roc_auk]")
        .replace("val_roc_auc", "val_top_2_accuracy");
    place.write("x.yaml", recipe);
    let said = place.told("a misspelt metric beside a right one", 3, &["check", "x.yaml"]);
    assert_eq!(said.matches("x.yaml:").count(), 1, "{said}");
}

#[test]
fn a_monitor_that_is_no_number_is_told_of() {
    let place = Place::new();
    let rows = |classes: &str| -> String {
        let row = |(i, class): (usize, char)| format!("{}.5,{class}\n", i % 7);
        "x,class\n".to_owned() + &classes.chars().enumerate().map(row).collect::<String>()
    };
    place.write("train.csv", rows("ababababababababab"));
    place.write("one.csv", rows("aaaa"));
    let recipe = "task: classification\ndataset: {name: csv, path: train.csv, validation_path: one.csv, target: class}\n\
                  network: [{linear: 2}]\nmetrics: [roc_auc]\noptimizer: sgd\ntrainer: {epochs: 2, batch_size: 6}\n\
                  early_stopping: {monitor: val_roc_auc, patience: 5}\n";
    let recipe = place.write("x.yaml", recipe);
    let output = place.runner([recipe.to_str().unwrap()]);
    assert!(output.status.success(), "{}", text(&output));
    assert!(
        text(&output).contains("val_roc_auc is not a number"),
        "{}",
        text(&output)
    );
}

#[test]
fn of_two_classes_the_positive_one_is_said_everywhere_and_of_more_the_means_are_named() {
    let place = Place::new();
    let row = |i: usize| {
        format!(
            "{}.5,{}\n",
            i % 9,
            ["ham", "spam"][usize::from(i % 9 > 6 || i % 11 < 1)]
        )
    };
    place.write(
        "mail.csv",
        "x,kind\n".to_owned() + &(0..90).map(row).collect::<String>(),
    );
    let recipe = "task: classification\ndataset: {name: csv, path: mail.csv, target: kind}\nnetwork: [{linear: 4}, relu, {linear: 1}]\n\
                  loss: binary_cross_entropy\noptimizer: {name: adam, lr: 0.05}\ntrainer: {epochs: 5, batch_size: 16}\n\
                  early_stopping: {monitor: val_f1, patience: 3}\n";
    let recipe = place.write("x.yaml", recipe);
    place.told("metrics of the positive class", 0, &["check", "x.yaml"]);
    let run = place.train(&recipe, &[]);
    let csv = std::fs::read_to_string(run.join("metrics.csv")).unwrap();
    assert!(
        csv.starts_with("epoch,step,lr,positive_class,train_loss") && csv.contains(",spam,"),
        "{csv}"
    );
    let page = std::fs::read_to_string(run.join("report.html")).unwrap();
    assert!(page.contains("f1 (spam)") && page.contains("are those of class 'spam'"));
    let other = place.train(&recipe, &["--set", "positive_class=ham"]);
    let [spam, ham] = [&run, &other].map(|run| {
        let findings: serde_json::Value =
            serde_json::from_slice(&std::fs::read(run.join("findings.json")).unwrap()).unwrap();
        let of = |name: &str| {
            let classes = findings["per_class"].as_array().unwrap();
            classes.iter().find(|class| class["name"] == name).unwrap()["f1"]
                .as_f64()
                .unwrap()
        };
        (test_metric(run, "test_f1"), [of("spam"), of("ham")])
    });
    assert_eq!((spam.0, ham.0), (spam.1[0], ham.1[1]));
    // Beside each other they are called by their classes.
    let output = place.runner(["compare", "x", "--csv", "-"]);
    let said = text(&output);
    assert!(
        said.contains("best_val_f1_spam") && said.contains("test_f1_ham") && !said.contains("best_val_f1,"),
        "{said}"
    );

    place.write(
        "iris.yaml",
        RECIPE
            .replace("[roc_auc, f1_versicolor, log_loss]", "[f1]")
            .replace("val_roc_auc", "val_f1"),
    );
    place.told("f1 of three classes", 3, &["check", "iris.yaml"]);
    place.write(
        "iris.yaml",
        RECIPE
            .replace("metrics: [roc_auc, f1_versicolor, log_loss]\n", "")
            .replace("val_roc_auc", "val_f1"),
    );
    let said = place.told("a monitor that is a mean by now", 3, &["check", "iris.yaml"]);
    assert!(said.contains("did you mean 'val_f1_macro'?"), "{said}");
    let said = text(&place.runner(["check", "x.yaml", "--set", "positive_class=eggs"]));
    assert!(said.contains("use 'ham' or 'spam'"), "{said}");
}
