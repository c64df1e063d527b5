//! `trainer.init_from`: a training that begins with the weights of another.

use crate::support::place::{IRIS, Place, metrics_without_time, record, text};

#[test]
fn a_finished_run_is_trained_longer_and_what_does_not_fit_is_refused() {
    let place = Place::new();
    let recipe = place.write("x.yaml", IRIS);
    let first = place.train(&recipe, &[]);
    let from = format!("trainer.init_from={}", first.display());
    let second = place.train(&recipe, &["--set", &from]);
    let loss = |run: &std::path::Path, row: usize| -> f64 {
        let rows = metrics_without_time(run);
        rows.lines()
            .nth(row)
            .unwrap()
            .split(',')
            .nth(4)
            .unwrap()
            .parse()
            .unwrap()
    };
    assert!(
        loss(&second, 1) < loss(&first, 4),
        "it goes on from where the other was"
    );
    assert_eq!(record(&second)["initial"]["digest"].as_str().map(str::len), Some(64));
    let output = place.runner(["verify", second.to_str().unwrap()]);
    assert!(output.status.success(), "{}", text(&output));
    // A file as well as a run.
    let file = format!("trainer.init_from={}/checkpoint/best.safetensors", first.display());
    let third = place.train(&recipe, &["--set", &file]);
    assert_eq!(metrics_without_time(&third), metrics_without_time(&second));

    let refused = |from: &str, set: &str| {
        let output = place.runner([recipe.to_str().unwrap(), "--set", from, "--set", set]);
        assert_eq!(output.status.code(), Some(3), "{}", text(&output));
        text(&output)
    };
    let said = refused(&from, "network.0.linear=9");
    assert!(said.contains("67 trainable numbers, this network 75"), "{said}");
    // As many numbers in other shapes.
    let narrow = |width| format!("{{linear: {{out_features: {width}, bias: false}}}}");
    let layers = [7, 3, 3, 3].map(narrow).join(", ");
    let said = refused(&from, &format!("network=[{layers}]"));
    assert!(said.contains("0.weight is [8, 4], needed is [7, 4]"), "{said}");
    assert!(
        said.contains("1.weight is missing") && said.contains("0.bias is not known"),
        "{said}"
    );
    assert!(refused("trainer.init_from=nowhere", "seed=3").contains("is neither a run nor a file"));

    // Other weights are other beginnings.
    std::fs::copy(
        second.join("checkpoint/best.safetensors"),
        first.join("checkpoint/best.safetensors"),
    )
    .unwrap();
    let output = place.runner(["verify", second.to_str().unwrap()]);
    assert!(text(&output).contains("is not what it was"), "{}", text(&output));
}

#[test]
fn a_finished_run_says_how_to_go_on_from_it() {
    let place = Place::new();
    let recipe = place.write("x.yaml", IRIS);
    let run = place.train(&recipe, &["--set", "trainer.epochs=1"]);
    let resume = || text(&place.runner(["resume", run.to_str().unwrap()]));
    assert!(
        resume().contains("--set trainer.init_from=") && !resume().contains("was changed since"),
        "{}",
        resume()
    );
    let kept = std::fs::read_to_string(run.join("recipe.yaml")).unwrap();
    std::fs::write(run.join("recipe.yaml"), kept.replace("epochs: 1 ", "epochs: 5 ")).unwrap();
    assert!(resume().contains("was changed since"), "{}", resume());
}
