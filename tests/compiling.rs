//! Compiling networks: once for each shape, by several runners at once, after an interruption, and
//! without a toolchain.

mod common;

use std::path::{Path, PathBuf};
use std::time::Duration;

use common::{Place, text};

const RECIPE: &str = "
task: classification
dataset: {name: iris}
network: [{linear: 17}, relu, {linear: 3}]
trainer: {epochs: 1}
";

/// A place with an empty cache of its own.
struct Fresh {
    place: Place,
    recipe: PathBuf,
}

impl Fresh {
    fn new() -> Self {
        let place = Place::new();
        let recipe = place.write("recipe.yaml", RECIPE);
        Self { place, recipe }
    }

    fn cache(&self) -> PathBuf {
        self.place.path().join("cache")
    }

    fn command(&self, more: &[&str]) -> std::process::Command {
        let mut command = self
            .place
            .command([self.recipe.to_str().unwrap(), "--quiet"].iter().chain(more));
        command.env("RUNNER_CACHE", self.cache());
        command
    }

    /// Names of compiled networks; every one of them is whole.
    fn networks(&self) -> Vec<String> {
        let entries = std::fs::read_dir(self.cache().join("networks"))
            .into_iter()
            .flatten()
            .flatten();
        let folders = entries.filter(|entry| entry.path().is_dir());
        let mut names: Vec<String> = folders
            .map(|entry| entry.file_name().to_string_lossy().into_owned())
            .collect();
        names.retain(|name| !name.starts_with("work-"));
        for name in &names {
            assert!(
                self.cache().join("networks").join(name).join("network").is_file(),
                "{name} is whole"
            );
        }
        names
    }
}

#[test]
fn only_another_shape_compiles_again() {
    let fresh = Fresh::new();
    for (options, networks) in [
        (&[][..], 1),
        (
            &[
                "--set",
                "optimizer.lr=0.5",
                "--set",
                "trainer.epochs=2",
                "--set",
                "seed=3",
            ][..],
            1,
        ),
        (&["--set", "network.0.linear=18"][..], 2),
        (&["--set", "network.1=tanh"][..], 3),
    ] {
        let output = fresh.command(options).output().unwrap();
        assert!(output.status.success(), "{}", text(&output));
        assert_eq!(fresh.networks().len(), networks, "{options:?}");
    }
    let output = fresh
        .place
        .command(["clean"])
        .env("RUNNER_CACHE", fresh.cache())
        .output()
        .unwrap();
    assert!(text(&output).contains("removed 3 networks"), "{}", text(&output));
    assert!(fresh.networks().is_empty());
}

#[test]
fn two_runners_at_once_do_not_disturb_each_other() {
    let fresh = Fresh::new();
    let mut runners: Vec<_> = (0..3).map(|_| fresh.command(&[]).spawn().unwrap()).collect();
    assert!(runners.iter_mut().all(|runner| runner.wait().unwrap().success()));
    assert_eq!(fresh.networks().len(), 1);
    assert_eq!(fresh.place.runs().len(), 3);
}

#[test]
fn an_interrupted_compilation_leaves_nothing_broken() {
    let fresh = Fresh::new();
    for moment in [50, 300, 700] {
        let mut runner = fresh.command(&[]).spawn().unwrap();
        std::thread::sleep(Duration::from_millis(moment));
        runner.kill().unwrap();
        runner.wait().unwrap();
        fresh.networks();
    }
    let output = fresh.command(&[]).output().unwrap();
    assert!(output.status.success(), "{}", text(&output));
    assert_eq!(fresh.networks().len(), 1);
}

#[test]
fn a_missing_toolchain_is_a_clear_error() {
    let fresh = Fresh::new();
    let output = fresh
        .command(&[])
        .env("RUNNER_RUSTC", "/nowhere/rustc")
        .output()
        .unwrap();
    assert_eq!(output.status.code(), Some(5), "{}", text(&output));
    let message = text(&output);
    assert!(
        message.contains("/nowhere/rustc was not found") && message.contains("rustup"),
        "{message}"
    );
    assert!(fresh.place.runs().is_empty(), "nothing was started");
}

#[test]
fn it_works_from_any_folder_whatever_toolchain_file_lies_there() {
    let fresh = Fresh::new();
    fresh
        .place
        .write("rust-toolchain.toml", "[toolchain]\nchannel = \"1.0.0\"\n");
    let output = fresh.command(&[]).output().unwrap();
    assert!(output.status.success(), "{}", text(&output));
    assert!(Path::new(&fresh.place.results()).exists());
}

#[test]
fn a_cache_that_cannot_be_written_is_a_clear_error() {
    let fresh = Fresh::new();
    let file = fresh.place.write("file", "");
    let output = fresh.command(&[]).env("RUNNER_CACHE", file).output().unwrap();
    assert_eq!(output.status.code(), Some(5), "{}", text(&output));
    assert!(text(&output).contains("RUNNER_CACHE"), "{}", text(&output));
}
