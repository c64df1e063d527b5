//! What impossible folders, full disks and diverging trainings get: a message, a documented exit code, nothing lost.

use std::path::PathBuf;
use std::process::Command;

use crate::support::place::{Place, text};

const RECIPE: &str = "
task: classification
dataset: {name: iris}
network: [{linear: 8}, relu, {linear: 3}]
trainer: {epochs: 3}
";

#[test]
fn results_that_cannot_be_made_are_a_clear_error() {
    let place = Place::new();
    let recipe = place.write("recipe.yaml", RECIPE);
    let file = place.write("file", "");
    // /proc takes no folders from anybody, root included.
    for (folder, name) in [
        (file.to_str().unwrap(), "results in a file"),
        ("/proc/runner-results", "results in /proc"),
    ] {
        place.told(name, 1, &[recipe.to_str().unwrap(), "--quiet", "--results", folder]);
    }
}

/// Takes its folder away again at the end.
struct SmallDisk(PathBuf);

impl SmallDisk {
    fn mount(folder: PathBuf, size: &str) -> Option<Self> {
        std::fs::create_dir(&folder).unwrap();
        let options = format!("size={size}");
        let mounted = Command::new("mount")
            .args(["-t", "tmpfs", "-o", &options, "tmpfs"])
            .arg(&folder)
            .output();
        if mounted.is_ok_and(|output| output.status.success()) {
            return Some(Self(folder));
        }
        crate::support::place::skipped("a small disk cannot be mounted here");
        None
    }
}

impl Drop for SmallDisk {
    fn drop(&mut self) {
        let _ = Command::new("umount").arg(&self.0).status();
    }
}

#[test]
#[cfg(target_os = "linux")]
fn a_full_disk_is_a_clear_error_and_leaves_no_half_files() {
    let place = Place::new();
    let Some(disk) = SmallDisk::mount(place.path().join("disk"), "256k") else {
        return;
    };
    // A million parameters: far more than the disk holds.
    let recipe = place.write("recipe.yaml", RECIPE.replace("linear: 8", "linear: 100000"));
    let folder = disk.0.to_str().unwrap().to_owned();
    let output = place.runner([recipe.to_str().unwrap(), "--quiet", "--results", &folder]);
    let message = text(&output);
    assert_eq!(output.status.code(), Some(1), "{message}");
    assert!(message.contains("cannot be written"), "{message}");
    assert!(!message.contains(".tmp-"), "{message}");
    assert!(
        message.contains("runner resume") && message.contains("starts it again"),
        "{message}"
    );
    let recipe_folder = std::fs::read_dir(&disk.0).unwrap().flatten().next().unwrap().path();
    let run = std::fs::read_dir(recipe_folder)
        .unwrap()
        .flatten()
        .next()
        .unwrap()
        .path();
    for name in ["best", "last", "trainer"] {
        assert!(!run.join(format!("checkpoint/{name}.safetensors")).exists(), "{name}");
    }
}

/// The last step is followed by no batch whose loss would show it.
#[test]
fn a_training_that_diverges_in_its_last_step_is_not_finished() {
    let place = Place::new();
    for (file, name, validation, samples) in [
        ("judged", "diverged in the last step, judged", 0.1, 108),
        ("unjudged", "diverged in the last step, unjudged", 0.0, 120),
    ] {
        let recipe = format!(
            "
task: classification
dataset: {{name: iris, validation_split: {validation}}}
network: [{{linear: 8}}, relu, {{linear: 3}}]
optimizer: {{name: sgd, lr: 1e38}}
trainer: {{epochs: 1, batch_size: {samples}}}
"
        );
        let recipe = place.write(&format!("{file}.yaml"), recipe);
        place.told(name, 6, &[recipe.to_str().unwrap(), "--quiet"]);
    }
}

#[test]
#[cfg(unix)]
fn a_network_larger_than_memory_is_refused_with_its_size() {
    let place = Place::new();
    let large = RECIPE.replace("{linear: 8}", "{linear: 1048576}, relu, {linear: 1048576}");
    place.write("recipe.yaml", large);
    place.told("a network larger than memory", 3, &["recipe.yaml", "--quiet"]);
    // A process that may have 1 GiB, and a network that needs more.
    let recipe = place.write(
        "recipe.yaml",
        RECIPE.replace("{linear: 8}", "{linear: 9000}, relu, {linear: 9000}"),
    );
    let command = format!(
        "ulimit -v 1048576; exec '{}' recipe.yaml --quiet",
        env!("CARGO_BIN_EXE_runner")
    );
    let output = place.in_shell(&command).output().unwrap();
    let message = text(&output);
    assert_eq!(output.status.code(), Some(1), "{message}");
    assert!(message.contains("memory") && message.contains("narrower"), "{message}");
    assert!(recipe.exists());
}

#[test]
fn a_diverging_training_says_where_and_what_to_try() {
    let place = Place::new();
    let recipe = place.write(
        "recipe.yaml",
        "
task: regression
dataset: {name: diabetes}
network: [{linear: 64}, relu, {linear: 1}]
optimizer: {name: sgd, lr: 1e6}
",
    );
    let output = place.runner([recipe.to_str().unwrap(), "--quiet"]);
    let message = text(&output);
    assert_eq!(output.status.code(), Some(6), "{message}");
    for part in ["diverged", "epoch 1, step", "0.weight", "optimizer.lr"] {
        assert!(message.contains(part), "{part}: {message}");
    }
    assert_eq!(crate::support::place::record(&place.runs()[0])["status"], "diverged");
}

#[test]
fn a_training_that_diverges_keeps_its_finished_epochs() {
    let place = Place::new();
    let recipe = place.write(
        "recipe.yaml",
        "
task: regression
dataset: {name: diabetes}
network: [{linear: 1}]
optimizer: {name: sgd, lr: 0.7}
trainer: {epochs: 100}
",
    );
    let output = place.runner([recipe.to_str().unwrap(), "--quiet"]);
    assert_eq!(output.status.code(), Some(6), "{}", text(&output));
    let run = &place.runs()[0];
    let rows = runner::results::metrics::from_csv(&std::fs::read(run.join("metrics.csv")).unwrap()).unwrap();
    assert!(!rows.is_empty() && text(&output).contains(&format!("epoch {},", rows.len() + 1)));
    assert!(run.join("checkpoint/best.safetensors").exists());
    let page = std::fs::read_to_string(run.join("report.html")).unwrap();
    assert!(page.contains("diverged") && page.contains("0.weight"), "{page}");
}
