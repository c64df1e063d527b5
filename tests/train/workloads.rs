//! The recipes' networks learn as PyTorch's do: the same losses over 20 steps from the same weights and batches
//! (tests/peers/workloads.py). And what `runner bench` and `runner replay` say.

use std::path::PathBuf;

use crate::support::place::{Place, recipe};
use runner::files::tensors::Tensors;
use serde::Deserialize;

#[derive(Deserialize)]
struct Figures {
    cases: Vec<Case>,
}

#[derive(Deserialize)]
struct Case {
    recipe: String,
    set: Vec<String>,
    tensors: Vec<Tensor>,
    x: Vec<usize>,
    y: Vec<usize>,
    losses: Vec<f64>,
    /// The most that a loss may differ, relative to the larger of 1 and itself.
    tolerance: f64,
}

/// A tensor with the formula that fills it.
#[derive(Deserialize)]
struct Tensor {
    name: String,
    shape: Vec<usize>,
    /// Of a wave; otherwise all numbers are `value`.
    scale: Option<f64>,
    value: Option<f64>,
}

fn wave(seed: usize, shape: &[usize], scale: f64) -> Vec<f32> {
    let numbers = 0..shape.iter().product::<usize>();
    let value = |i: usize| (scale * (0.7390851 * i as f64 + seed as f64).sin()) as f32;
    numbers.map(value).collect()
}

/// The weights and batches of a case as a file.
fn file(place: &Place, case: &Case) -> PathBuf {
    let mut tensors = Tensors::new("");
    for (index, tensor) in case.tensors.iter().enumerate() {
        let value = tensor.value.unwrap_or_default();
        match tensor.scale {
            Some(scale) => tensors.push(&tensor.name, &tensor.shape, wave(index, &tensor.shape, scale)),
            None if tensor.name.ends_with("num_batches_tracked") => {
                tensors.push_integers(&tensor.name, &tensor.shape, vec![value as i64]);
            }
            None => {
                let numbers = tensor.shape.iter().product();
                tensors.push(&tensor.name, &tensor.shape, vec![value as f32; numbers]);
            }
        }
    }
    let n: usize = case.y.iter().product();
    if case.recipe.starts_with("shakespeare") {
        let id = |i: usize| (i * 7 + i / 5 + i * i / 11) % 65;
        tensors.push("x", &case.x, (0..n).map(|i| id(i) as f32).collect());
        tensors.push_integers("y", &case.y, (1..=n).map(|i| id(i) as i64).collect());
    } else {
        tensors.push("x", &case.x, wave(100, &case.x, 1.0));
        tensors.push_integers("y", &case.y, (0..n).map(|i| ((i * 7 + i / 3) % 10) as i64).collect());
    }
    place.write(&format!("{}.safetensors", case.recipe), tensors.to_bytes().unwrap())
}

fn replay(place: &Place, case: &Case) -> Vec<f64> {
    let file = file(place, case);
    let mut command = place.command(["replay", "--json", "--offline"]);
    command.arg(recipe(&format!("{}.yaml", case.recipe))).arg(file);
    for set in &case.set {
        command.args(["--set", set]);
    }
    let output = command.output().unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let said: serde_json::Value = serde_json::from_slice(&output.stdout).unwrap();
    serde_json::from_value(said["losses"].clone()).unwrap()
}

#[test]
fn the_losses_of_pytorch() {
    let figures: Figures = serde_json::from_str(include_str!("../figures/workloads.json")).unwrap();
    for case in &figures.cases {
        let losses = replay(&Place::new(), case);
        assert_eq!(losses.len(), case.losses.len());
        for (step, (ours, theirs)) in losses.iter().zip(&case.losses).enumerate() {
            let difference = (ours - theirs).abs() / theirs.abs().max(1.0);
            assert!(
                difference < case.tolerance,
                "{} step {step}: {ours}, PyTorch {theirs}",
                case.recipe
            );
        }
    }
}

#[test]
fn a_file_that_does_not_fit_is_refused() {
    let place = Place::new();
    let figures: Figures = serde_json::from_str(include_str!("../figures/workloads.json")).unwrap();
    let tiny = figures.cases.iter().find(|case| case.recipe == "digits_mlp").unwrap();
    let path = file(&place, tiny);
    let recipe = recipe("digits_mlp.yaml");
    let refused = |path: &std::path::Path, code: i32, name: &str| {
        let arguments = ["replay", "--offline", recipe.to_str().unwrap(), path.to_str().unwrap()];
        place.told(name, code, &arguments);
    };
    let whole = std::fs::read(&path).unwrap();
    refused(&place.write("half", &whole[..whole.len() / 2]), 7, "half a file");
    refused(&place.path().join("absent"), 7, "no file");
    let other = |change: &dyn Fn(&mut Tensors)| {
        let mut tensors = Tensors::from_bytes(&whole, &path).unwrap();
        change(&mut tensors);
        place.write("other", tensors.to_bytes().unwrap())
    };
    let classes = other(&|tensors| tensors.push_integers("y", &[1, 2], vec![3, 10]));
    refused(&classes, 4, "targets for other samples");
    let far = other(&|tensors| {
        tensors.push("x", &[1, 2, 64], vec![0.0; 128]);
        tensors.push_integers("y", &[1, 2], vec![3, 10]);
    });
    refused(&far, 4, "targets that are no digits");
    let wide = other(&|tensors| tensors.push("x", &[1, 2, 65], vec![0.0; 130]));
    refused(&wide, 4, "samples of another shape");
}

#[test]
fn a_benchmark_keeps_nothing() {
    let place = Place::new();
    let mut command = place.command(["bench", "--json", "--seconds", "0", "--threads", "1"]);
    let output = command.arg(recipe("digits_mlp.yaml")).output().unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let said: serde_json::Value = serde_json::from_slice(&output.stdout).unwrap();
    assert!(said["median_ms"].as_f64().unwrap() >= said["fastest_ms"].as_f64().unwrap());
    assert_eq!(said["threads"], 1);
    assert!(said["steps"].as_u64().unwrap() >= 10);
    assert!(!place.results().exists());
    let mut command = place.command(["bench", "--seconds", "-1"]);
    let output = command.arg(recipe("digits_mlp.yaml")).output().unwrap();
    assert_eq!(output.status.code(), Some(2));
}
