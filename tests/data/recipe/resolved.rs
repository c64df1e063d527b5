//! The resolved recipe: complete, commented, and read back to the same values to the bit.

use proptest::prelude::*;

use runner::recipe::{Overrides, Recipe};

use super::language::{Files, GOOD, load, small};

#[test]
fn every_line_says_where_its_value_came_from() {
    let files = Files::new(&[("x.yaml", GOOD)]);
    let recipe = files
        .load(
            "x.yaml",
            &["network.2.residual.layers.1.dropout=0.25"],
            &[("RUNNER__SEED", "7")],
        )
        .unwrap();
    let folder = files.path("").display().to_string();
    let expected = "\
name: x                       # default
task: classification          # x.yaml:1
seed: 7                       # environment RUNNER__SEED
dataset:
  name: csv                   # x.yaml:3
  path: taxi.csv              # x.yaml:3
  columns:
    fare: number              # x.yaml:3
  drop: []                    # default
  header: true                # default
  validation_split: 0.1       # default
  normalize: standardize      # default
network:
- linear:
    out_features: 512         # x.yaml:5
    bias: true                # default
- relu                        # x.yaml:6
- residual:
    layers:
    - linear:
        out_features: 512     # x.yaml:8
        bias: false           # x.yaml:8
    - dropout:
        p: 0.25               # --set
- linear:
    out_features: 10          # x.yaml:10
    bias: true                # default
loss:
  name: cross_entropy         # x.yaml:11
optimizer:
  name: adamw                 # x.yaml:12
  lr: 0.001                   # x.yaml:12
  betas:
  - 0.9                       # x.yaml:12
  - 0.99                      # x.yaml:12
lr_scheduler:
  name: step                  # x.yaml:13
  step_size: 3                # x.yaml:13
  gamma: 0.1                  # default
  warmup_epochs: 0.0          # default
  warmup_steps: 0             # default
  warmup_start_factor: 0.1    # default
trainer:
  epochs: 5                   # x.yaml:14
  batch_size: 64              # default
  drop_last: false            # default
  gradient_clip_norm: 1.0     # x.yaml:14
  accumulate_grad_batches: 1  # default
  device: cpu                 # default
  engine: fused               # default
early_stopping:
  monitor: val_loss           # default
  patience: 2                 # x.yaml:15
  min_delta: 0.0              # default
  best: any_improvement       # default
";
    let resolved = recipe.resolved_yaml().replace(&folder, "");
    assert_eq!(resolved, expected);
}

#[test]
fn the_same_recipe_has_the_same_digest_however_it_is_written() {
    let recipe = load(GOOD).unwrap();
    let other = GOOD
        .replace("lr: 1e-3", "lr: 0.001")
        .replace("epochs: 5", "epochs: 0x5")
        .replace("- relu", "- relu: {}");
    let other = load(&format!("name: another\ndescription: what\n{other}")).unwrap();
    assert_eq!(recipe.digest(), other.digest());
    assert_eq!(recipe.digest().len(), 64);
    assert_ne!(recipe.digest(), load(&GOOD.replace("1e-3", "2e-3")).unwrap().digest());
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 200, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn resolved_recipes_read_back_equal(
        lr in prop_oneof![any::<f64>(), 0f64..1.0],
        seed in 0i64..=(1 << 53),
        text in prop_oneof![any::<String>(), "[a-z0-9:#'\" -]{0,12}", Just("true".to_owned()), Just("1e5".to_owned()), Just("~".to_owned())],
        key in prop_oneof![any::<String>(), "[a-z0-9:#. -]{1,9}"],
    ) {
        prop_assume!(lr.is_finite() && lr > 0.0);
        let json = |text: &str| serde_json::to_string(text).unwrap();
        let safe = |text: &str| text.replace(|c: char| c.is_control() || matches!(c, '\u{2028}' | '\u{2029}' | '\u{feff}' | '\u{fffe}' | '\u{ffff}'), "_");
        let (text, key) = (safe(&text), safe(&key));
        prop_assume!(!key.is_empty());
        let recipe = load(&GOOD
            .replace("lr: 1e-3", &format!("lr: {lr:?}"))
            .replace("seed: 42", &format!("seed: {seed}"))
            .replace("path: taxi.csv", &format!("path: {}", json(&text)))
            .replace("fare:", &format!("{}:", json(&key))));
        let recipe = recipe.map_err(TestCaseError::fail)?;
        prop_assert_eq!(recipe.optimizer.as_ref().unwrap().settings["lr"].as_f64(), Some(lr));
        prop_assert_eq!(recipe.dataset.settings["path"].as_str(), Some(text.as_str()));
        let resolved = recipe.resolved_yaml();
        let again = load(&resolved).map_err(|error| TestCaseError::fail(format!("{error}\n{resolved}")))?;
        prop_assert_eq!(&again, &recipe);
        prop_assert_eq!(again.digest(), recipe.digest());
    }
}

/// A key that did not exist means in the recipe of an old run what the run meant, in a new recipe what it means today.
#[test]
fn what_a_kept_recipe_lacks_means_what_its_run_did() {
    let text = GOOD.replace("loss: cross_entropy", "loss: mse");
    let files = Files::new(&[("x.yaml", &text)]);
    let (path, nothing) = (files.path("x.yaml"), Overrides::default());
    let reduction = |recipe: &Recipe| recipe.chosen("loss").unwrap().settings["reduction"].clone();
    let new = Recipe::load(small(), &path, &nothing).unwrap();
    let kept = Recipe::kept(small(), &path).unwrap();
    assert_eq!((reduction(&new), reduction(&kept)), ("mean".into(), "sum".into()));
    assert_ne!(new.digest(), kept.digest());
    // Whoever loads a kept recipe as one of several files gets the same.
    let moved = |_: &std::path::Path| Some(files.path(""));
    let trial = Recipe::load_with(small(), &path, &nothing, &moved, |_| Vec::new()).unwrap();
    assert_eq!(trial.digest(), kept.digest());
    // Written out it says so, and is the same recipe as ever: by its digest too.
    for recipe in [&new, &kept] {
        let written = recipe.resolved_yaml();
        let files = Files::new(&[("x.yaml", &written)]);
        let again = Recipe::load(small(), &files.path("x.yaml"), &nothing).unwrap();
        assert_eq!(
            (reduction(&again), again.digest()),
            (reduction(recipe), recipe.digest())
        );
    }
}
