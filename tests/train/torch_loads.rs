//! torch.nn.Sequential loads a run's weights and gives the same outputs. Runs where a Python with torch is
//! present (`RUNNER_PYTHON` names it), and says so where it is not.

use std::process::Command;

use crate::support::place::Place;
use runner::data::{DataContext, load};
use runner::declare::Chosen;
use runner::nn::LAYERS;

fn python() -> Option<String> {
    let python = std::env::var("RUNNER_PYTHON").unwrap_or_else(|_| "python3".to_owned());
    let found = Command::new(&python).args(["-c", "import torch, safetensors"]).output();
    if found.is_ok_and(|output| output.status.success()) {
        return Some(python);
    }
    crate::support::place::skipped(&format!(
        "{python} has no torch and safetensors; RUNNER_PYTHON names one that has"
    ));
    None
}

/// Networks that together hold every layer, with and without settings of its own.
const NETWORKS: [&str; 10] = [
    "[flatten, {linear: 40}, batch_norm, leaky_relu, {dropout: 0.1}, {linear: 24}, layer_norm, gelu, {linear: 10}]",
    "[{linear: {out_features: 40, bias: false}}, {batch_norm: {eps: 0.01, momentum: 0.3}}, {leaky_relu: 0.3},
      {linear: 24}, {layer_norm: {eps: 0.1}}, {gelu: {approximate: tanh}}, {linear: 12}, softmax, {linear: 10}]",
    "[batch_norm, layer_norm, flatten, {linear: 20}, relu,
      {residual: [{linear: 20}, tanh, {linear: 20}]}, sigmoid,
      {residual: {layers: [{linear: 8}, {leaky_relu: 0.2}], shortcut: [{linear: {out_features: 8, bias: false}}]}},
      {linear: 10}]",
    "[{reshape: [4, 4, 4]}, batch_norm, relu6, {max_pool2d: {kernel_size: 3, stride: 1, padding: 1}}, {prelu: 4},
      {upsample: 2}, {avg_pool2d: {kernel_size: 3, stride: 2, padding: 1, count_include_pad: false}},
      {residual: [batch_norm, {elu: 0.5}, batch_norm]}, relu, {upsample: {scale_factor: 2, mode: bilinear}},
      global_avg_pool, {linear: 16}, {reshape: [4, 4]}, layer_norm, silu, log_softmax, flatten, {linear: 10}]",
    "[flatten, {linear: 20}, selu, {linear: 20}, celu, {linear: 20}, mish, {linear: 20}, hardswish, {linear: 20},
      {softplus: {beta: 2.0}}, {linear: 20}, softsign, {linear: 20}, log_sigmoid, {linear: 20}, tanhshrink,
      {linear: 20}, {hardtanh: {min_val: -2.0}}, hardsigmoid, {linear: 10}]",
    "[{reshape: [1, 8, 8]}, {conv2d: {out_channels: 6, kernel_size: 3, padding: 1}}, relu,
      {conv2d: {out_channels: 8, kernel_size: 3, stride: 2, padding: 2, dilation: 2, groups: 2, bias: false}}, batch_norm,
      {conv_transpose2d: {out_channels: 4, kernel_size: 3, stride: 2, padding: 1, output_padding: 1}}, tanh,
      global_avg_pool, {linear: 10}]",
    "[{reshape: [8, 8]}, {lstm: {hidden_size: 12, num_layers: 2, bidirectional: true}}, {linear: 10}, tanh,
      {gru: {hidden_size: 9, bias: false}}, {rnn: {hidden_size: 8, nonlinearity: relu, bidirectional: true, output: last}},
      {linear: 10}]",
    "[{reshape: [1, 8, 8]}, {conv2d: {out_channels: 6, kernel_size: [3, 1], stride: [1, 2], padding: [1, 0]}}, relu,
      {parallel: [[{conv2d: {out_channels: 3, kernel_size: 1}}, tanh], [{conv_transpose2d: {out_channels: 2,
      kernel_size: [1, 3], padding: [0, 1]}}]]}, {parallel: {branches: [[relu], [tanh]], join: sum}}, global_avg_pool,
      {linear: 16}, {reshape: [4, 4]}, batch_norm, relu, flatten, {linear: 10}]",
    "[{reshape: [8, 8]}, {conv1d: {out_channels: 6, kernel_size: 3, padding: 1}}, batch_norm, relu,
      {conv1d: {out_channels: 8, kernel_size: 2, stride: 2, padding: 2, dilation: 2, groups: 2, bias: false}}, tanh,
      flatten, {linear: 10}]",
    EMBEDDED,
];
/// The pixels of a digit are whole numbers, from 0 to 16.
const EMBEDDED: &str =
    "[flatten, {embedding: {num_embeddings: 17, embedding_dim: 3, padding_idx: 0}}, {gru: {hidden_size: 8, output: last}},
      {linear: 10}]";

/// Ids are served as they are.
fn normalize(network: &str) -> &'static str {
    if network == EMBEDDED { "none" } else { "standardize" }
}

#[test]
fn the_same_outputs_in_pytorch() {
    let Some(python) = python() else { return };
    for layer in LAYERS {
        let name = layer.section.name;
        assert!(
            NETWORKS.iter().any(|network| network.contains(name)),
            "{name} is looked at"
        );
    }
    for network in NETWORKS {
        compare(&python, network);
    }
}

/// Trains a network and has PyTorch compute its predictions.
fn compare(python: &str, network: &str) {
    let place = Place::new();
    let recipe = format!(
        "task: classification\nseed: 4\ndataset: {{name: digits, normalize: {}}}\nnetwork: {network}\ntrainer: {{epochs: 3}}\n",
        normalize(network)
    );
    let run = place.train(&place.write("recipe.yaml", recipe), &[]);
    let features = place.write("features.csv", test_features(&run, normalize(network)));
    let output = Command::new(python)
        .arg(crate::support::place::package().join("tests/peers/load_checkpoint.py"))
        .args([
            run.join("checkpoint/best.safetensors"),
            features,
            run.join("predictions.csv"),
        ])
        .output()
        .unwrap();
    assert!(
        output.status.success(),
        "{network}: {}",
        crate::support::place::text(&output)
    );
    println!("{}", String::from_utf8_lossy(&output.stdout));
}

/// The test part of the run's data, as it is before normalization.
fn test_features(run: &std::path::Path, normalize: &str) -> String {
    let settings = serde_json::json!({"validation_split": 0.1, "test_split": 0.2, "normalize": normalize});
    let chosen = Chosen {
        name: "digits".into(),
        settings: settings.as_object().unwrap().clone(),
    };
    let dataset = load(&chosen, &DataContext::new(run, 4)).unwrap();
    assert_eq!(
        crate::support::place::record(run)["data_digest"].as_str(),
        Some(dataset.digest.as_str()),
        "the run's own data"
    );
    let test = dataset.test.unwrap();
    let row = |row| -> String {
        let numbers = test.inputs[0].numbers(row).expect("numbers");
        let cells: Vec<String> = numbers.into_iter().map(|x| (x as f32).to_string()).collect();
        cells.join(",")
    };
    let width = dataset.info.width();
    let rows: Vec<String> = (0..test.len()).map(row).collect();
    let header: Vec<String> = (0..width).map(|i| format!("x{i}")).collect();
    format!("{}\n{}\n", header.join(","), rows.join("\n"))
}
