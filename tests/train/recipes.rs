//! The recipes of the gallery reach the figures that the README states.

use crate::support::place::{Place, real_data, recipe, record, test_metric};

/// Trains a recipe of the gallery without a network, and checks one figure of the test part.
fn reaches(name: &str, metric: &str, holds: impl Fn(f64) -> bool) {
    let place = Place::new();
    let run = place.train(&recipe(name), &[]);
    let value = test_metric(&run, metric);
    println!("{name}: {metric} {value}");
    assert!(holds(value), "{name}: {metric} {value}");
}

#[test]
fn iris() {
    reaches("iris.yaml", "test_accuracy", |accuracy| accuracy >= 0.93);
}

#[test]
fn iris_tree() {
    reaches("iris_tree.yaml", "test_accuracy", |accuracy| accuracy >= 0.86);
}

#[test]
fn breast_cancer() {
    reaches("breast_cancer.yaml", "test_accuracy", |accuracy| accuracy >= 0.95);
}

#[test]
fn diabetes() {
    reaches("diabetes.yaml", "test_r2", |r2| r2 >= 0.40);
}

#[test]
fn spirals() {
    reaches("spirals.yaml", "test_accuracy", |accuracy| accuracy >= 0.98);
}

#[test]
fn csv_taxi() {
    // The noise in the fares alone has a standard deviation of 1.5.
    reaches("csv_taxi.yaml", "test_rmse", |rmse| rmse <= 2.2);
}

#[test]
fn the_recipe_that_a_run_keeps_can_be_run_again_and_gives_the_same_bytes() {
    let place = Place::new();
    let options = ["--set", "trainer.epochs=2"];
    let first = place.train(&recipe("csv_taxi.yaml"), &options);
    let again = place.train(&first.join("recipe.yaml"), &[]);
    let once_more = place.train(&again.join("recipe.yaml"), &[]);
    crate::support::place::assert_same(&first, &again);
    crate::support::place::assert_same(&first, &once_more);
}

#[test]
fn digits() {
    reaches("digits_mlp.yaml", "test_accuracy", |accuracy| accuracy >= 0.95);
}

#[test]
fn digits_by_parallel_branches() {
    reaches("digits_inception.yaml", "test_accuracy", |accuracy| accuracy >= 0.96);
}

#[test]
fn mnist_on_its_stand_in_says_so() {
    let place = Place::new();
    let output = place.runner([recipe("mnist_mlp.yaml").to_str().unwrap(), "--offline"]);
    let text = crate::support::place::text(&output);
    assert!(output.status.success(), "{text}");
    assert!(
        text.matches("stand in for it").count() >= 2,
        "at the start and at the end: {text}"
    );
    let run = &place.runs()[0];
    assert!(
        test_metric(run, "test_accuracy") >= 0.93,
        "{}",
        test_metric(run, "test_accuracy")
    );
    let stand_in = &record(run)["data"]["stand_in"];
    assert_eq!(stand_in["name"], "digits");
    assert!(stand_in["sentence"].as_str().unwrap().contains("NOT mnist"));
    let mut metrics = csv::Reader::from_path(run.join("metrics.csv")).unwrap();
    let column = metrics.headers().unwrap().iter().position(|name| name == "stand_in");
    let column = column.expect("metrics.csv says it in a column");
    assert!(metrics.records().all(|row| &row.unwrap()[column] == "digits"));
    let report = std::fs::read_to_string(run.join("report.html")).unwrap();
    assert!(report.contains("NOT mnist"));
}

#[test]
fn mnist_for_real() {
    let Some(data) = real_data("mnist") else { return };
    let place = Place::new();
    let run = place.train(&recipe("mnist_mlp.yaml"), &["--data", data.to_str().unwrap()]);
    assert!(record(&run)["data"]["stand_in"].is_null());
    let accuracy = test_metric(&run, "test_accuracy");
    println!("mnist_mlp.yaml: test_accuracy {accuracy}");
    assert!(accuracy >= 0.982, "{accuracy}");
}

/// Two epochs on the stand-in: enough to spell, and not to wait for.
#[test]
fn shakespeare_on_its_stand_in_learns_to_spell_and_says_that_it_is_none() {
    let place = Place::new();
    for (recipe_name, most) in [
        ("shakespeare_lstm", 1.4),
        ("shakespeare_gru", 1.4),
        ("shakespeare_rnn", 1.8),
    ] {
        let run = place.train(&recipe(&format!("{recipe_name}.yaml")), &["--set", "trainer.epochs=2"]);
        let loss = test_metric(&run, "test_loss");
        println!("{recipe_name}: test_loss {loss}");
        assert!(loss < most, "{recipe_name}: {loss}");
        assert_eq!(record(&run)["data"]["stand_in"]["name"], "verses");
    }
    let output = place.runner(["generate", "shakespeare_lstm", "--length", "50", "--prompt", "ALDER:"]);
    assert!(output.status.success());
    assert!(String::from_utf8_lossy(&output.stderr).contains("NOT tiny_shakespeare"));
    let text = String::from_utf8_lossy(&output.stdout).into_owned();
    assert!(
        text.starts_with("ALDER:") && text.trim_end_matches('\n').len() >= 50,
        "{text}"
    );
}

#[test]
fn mnist_vae_on_its_stand_in() {
    reaches("mnist_vae.yaml", "test_elbo", |elbo| elbo >= -172.0);
}

#[test]
fn mnist_vae_for_real() {
    let Some(data) = real_data("mnist") else { return };
    let place = Place::new();
    let run = place.train(&recipe("mnist_vae.yaml"), &["--data", data.to_str().unwrap()]);
    let elbo = test_metric(&run, "test_elbo");
    println!("mnist_vae.yaml: test_elbo {elbo}");
    assert!(elbo >= -106.0, "{elbo}");
}

#[test]
fn mnist_gan_on_its_stand_in() {
    let place = Place::new();
    let run = place.train(&recipe("mnist_gan.yaml"), &["--set", "trainer.epochs=2"]);
    // Neither network has beaten the other for good.
    let accuracy = test_metric(&run, "test_discriminator_accuracy");
    assert!((0.3..0.999).contains(&accuracy), "{accuracy}");
    assert!(run.join("samples/epoch_00002_from_noise.png").is_file());
    assert_eq!(record(&run)["summary"]["best_epoch"], 2);
}

/// After five epochs the drawn shapes are told apart in four of five images.
#[test]
fn cifar10_on_its_stand_in_says_so() {
    let place = Place::new();
    let run = place.train(&recipe("cifar10_resnet8.yaml"), &["--set", "trainer.epochs=5"]);
    let accuracy = test_metric(&run, "test_accuracy");
    assert!(accuracy >= 0.7, "{accuracy}");
    assert_eq!(record(&run)["data"]["stand_in"]["name"], "shapes");
    let report = std::fs::read_to_string(run.join("report.html")).unwrap();
    assert!(report.contains("NOT cifar10"));
}

#[test]
#[ignore = "trains for minutes"]
fn cifar10_for_real() {
    let Some(data) = real_data("cifar10") else { return };
    let place = Place::new();
    let run = place.train(&recipe("cifar10_resnet8.yaml"), &["--data", data.to_str().unwrap()]);
    let accuracy = test_metric(&run, "test_accuracy");
    println!("cifar10_resnet8.yaml: test_accuracy {accuracy}");
    assert!(accuracy >= 0.76, "{accuracy}");
}

#[test]
fn every_recipe_of_the_gallery_has_a_line_and_a_modeline() {
    for entry in std::fs::read_dir(crate::support::place::package().join("recipes"))
        .unwrap()
        .flatten()
    {
        let path = entry.path();
        if path.extension().is_none_or(|extension| extension != "yaml") {
            continue;
        }
        let text = std::fs::read_to_string(&path).unwrap();
        assert!(
            text.contains("# yaml-language-server: $schema=../schema/recipe.json"),
            "{}",
            path.display()
        );
        assert!(
            text.contains(&format!("-- recipes/{}", entry.file_name().to_string_lossy())),
            "{}",
            path.display()
        );
        let headline = runner::recipe::Headline::read(&path).unwrap();
        assert!(
            headline.description.is_some() && headline.task.is_some(),
            "{}",
            path.display()
        );
    }
}
