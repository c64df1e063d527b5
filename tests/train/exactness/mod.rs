//! Same recipe, seed and program: the same bytes, on any number of threads, and after a kill at any moment.

mod images;
#[cfg(target_os = "linux")]
mod kills;
#[cfg(target_os = "linux")]
mod processes;
#[cfg(target_os = "linux")]
mod stops;
mod texts;

use std::path::{Path, PathBuf};

use crate::support::place::{Place, assert_same, metrics_without_time};

/// Everything that has state: momentum, running statistics, dropout, a plateau, accumulation, a partial
/// last batch, early stopping; and checkpoints in the middle of epochs.
const RECIPE: &str = "
task: classification
seed: 9
dataset: {name: digits, validation_split: 0.2}
network:
  - flatten
  - linear: 200
  - batch_norm
  - relu
  - dropout: 0.3
  - residual:
      layers: [{linear: 200}, tanh, {linear: 200}]
  - linear: 10
optimizer: {name: adamw, lr: 2e-3}
lr_scheduler: {name: reduce_on_plateau, patience: 1, factor: 0.5}
trainer: {epochs: 24, batch_size: 29, accumulate_grad_batches: 3, gradient_clip_norm: 1.0, checkpoint_every_steps: 5}
early_stopping: {patience: 20}
metrics: [accuracy, roc_auc, log_loss, f1_3, top_2_accuracy, top_3_accuracy]
logging: [csv, tensorboard]
";

fn recipe(place: &Place) -> PathBuf {
    place.write("exact.yaml", RECIPE)
}

#[test]
fn one_two_and_eight_threads_give_the_same_bytes() {
    let place = Place::new();
    let recipe = recipe(&place);
    let one = place.train(&recipe, &["--threads", "1"]);
    // Two runs of the same recipe.yaml would have the same digest in their weights, the threads' number
    // apart; so the number must not be part of what the weights say of themselves.
    for threads in ["2", "8"] {
        assert_same(&one, &place.train(&recipe, &["--threads", threads]));
    }
}

#[test]
fn another_seed_gives_other_bytes() {
    let place = Place::new();
    let recipe = recipe(&place);
    let options = ["--set", "trainer.epochs=2"];
    let one = place.train(&recipe, &options);
    let two = place.train(&recipe, &[&options[..], &["--set", "seed=10"]].concat());
    assert_ne!(metrics_without_time(&one), metrics_without_time(&two));
}

#[test]
fn the_reference_engine_learns_the_same() {
    let place = Place::new();
    let recipe = recipe(&place);
    let options = ["--set", "trainer.epochs=3"];
    let fused = place.train(&recipe, &options);
    let reference = place.train(
        &recipe,
        &[&options[..], &["--set", "trainer.engine=reference"]].concat(),
    );
    let losses = |run: &Path| -> Vec<f64> {
        let rows = runner::results::metrics::from_csv(&std::fs::read(run.join("metrics.csv")).unwrap()).unwrap();
        rows.iter().map(|row| row.metric("val_loss").unwrap()).collect()
    };
    for (fused, reference) in losses(&fused).iter().zip(losses(&reference)) {
        assert!((fused - reference).abs() < 2e-3 * fused, "{fused} and {reference}");
    }
}
