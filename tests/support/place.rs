//! Runs the real binary on real recipes, in folders of its own.
#![allow(dead_code)]

use std::path::{Path, PathBuf};
use std::process::{Child, Command, Output, Stdio};

/// A short training on embedded data: four epochs of five steps.
pub const IRIS: &str = "
task: classification
seed: 3
dataset: {name: iris, validation_split: 0.2, test_split: 0.2}
network: [{linear: 8}, tanh, {linear: 3}]
optimizer: {name: adam, lr: 0.02}
trainer: {epochs: 4, batch_size: 20}
";

/// The package's folder.
pub fn package() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR"))
}

/// A recipe of the package.
pub fn recipe(name: &str) -> PathBuf {
    package().join("recipes").join(name)
}

/// Says that a test is skipped, and why. Written past the test harness, which keeps what a passing test prints to
/// itself.
pub fn skipped(why: &str) {
    use std::io::Write;
    let _ = writeln!(std::io::stderr(), "skipped: {why}");
}

/// Real data: RUNNER_DATA, or the folder of shared data beside the package; `None` says that it is skipped.
pub fn real_data(name: &str) -> Option<PathBuf> {
    let chosen = std::env::var_os("RUNNER_DATA").map(PathBuf::from);
    let folders = chosen.into_iter().chain([package().join("../shared/data")]);
    let found = folders.into_iter().find(|folder| folder.join(name).exists());
    if found.is_none() {
        skipped(&format!("no real {name}; RUNNER_DATA names the folder that holds it"));
    }
    found
}

/// A folder for one test: results, recipes, and no data. Compiled networks are shared by all tests.
pub struct Place {
    folder: tempfile::TempDir,
}

impl Place {
    pub fn new() -> Self {
        Self {
            folder: tempfile::tempdir().unwrap(),
        }
    }

    pub fn path(&self) -> &Path {
        self.folder.path()
    }

    pub fn results(&self) -> PathBuf {
        self.path().join("results")
    }

    /// Writes a file, such as a recipe.
    pub fn write(&self, name: &str, text: impl AsRef<[u8]>) -> PathBuf {
        let path = self.path().join(name);
        std::fs::write(&path, text).unwrap();
        path
    }

    /// `runner` with these arguments, called in this folder.
    pub fn command<S: AsRef<std::ffi::OsStr>>(&self, arguments: impl IntoIterator<Item = S>) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_runner"));
        command.args(arguments);
        self.settle(command)
    }

    /// A shell command, called as [`Place::command`] calls `runner`.
    pub fn in_shell(&self, script: &str) -> Command {
        let mut command = Command::new("sh");
        command.args(["-c", script]);
        self.settle(command)
    }

    fn settle(&self, mut command: Command) -> Command {
        // What the caller set for runs of its own is not for these.
        let values = std::env::vars_os().map(|(name, _)| name);
        for name in values.filter(|name| name.to_string_lossy().starts_with("RUNNER__")) {
            command.env_remove(name);
        }
        command
            .current_dir(self.path())
            .env("RUNNER_CACHE", Path::new(env!("CARGO_TARGET_TMPDIR")).join("cache"))
            .env_remove("RUNNER_DATA")
            .env_remove("RUNNER_RESULTS")
            .env_remove("RUNNER_MIRRORS")
            .stdin(Stdio::null());
        command
    }

    /// Runs it to its end.
    pub fn runner<S: AsRef<std::ffi::OsStr>>(&self, arguments: impl IntoIterator<Item = S>) -> Output {
        self.command(arguments).output().unwrap()
    }

    /// Starts it with its output piped.
    pub fn start<S: AsRef<std::ffi::OsStr>>(&self, arguments: impl IntoIterator<Item = S>) -> Child {
        self.command(arguments)
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap()
    }

    /// Trains a recipe to its end, and gives the run's folder.
    pub fn train(&self, recipe: &Path, options: &[&str]) -> PathBuf {
        let arguments = [recipe.to_str().unwrap(), "--offline", "--quiet"];
        let before = self.runs();
        let output = self.runner(arguments.iter().chain(options));
        assert!(output.status.success(), "{}", text(&output));
        self.runs()
            .into_iter()
            .find(|run| !before.contains(run))
            .expect("a run")
    }

    /// Folders of all runs; one that has no name yet is none.
    pub fn runs(&self) -> Vec<PathBuf> {
        let list = |path: &Path| -> Vec<PathBuf> {
            std::fs::read_dir(path)
                .map(|entries| entries.flatten().map(|entry| entry.path()).collect())
                .unwrap_or_default()
        };
        let mut runs: Vec<PathBuf> = list(&self.results()).iter().flat_map(|recipe| list(recipe)).collect();
        runs.retain(|run| run.is_dir() && !run.file_name().unwrap().to_string_lossy().starts_with('.'));
        runs.sort();
        runs
    }
}

/// Both outputs.
pub fn text(output: &Output) -> String {
    format!(
        "{}{}",
        String::from_utf8_lossy(&output.stdout),
        String::from_utf8_lossy(&output.stderr)
    )
}

/// run.json.
pub fn record(run: &Path) -> serde_json::Value {
    serde_json::from_slice(&std::fs::read(run.join("run.json")).unwrap()).unwrap()
}

/// A metric of the finished run on its test part.
pub fn test_metric(run: &Path, name: &str) -> f64 {
    let record = record(run);
    let metrics = record["summary"]["test"].as_array().unwrap();
    let found = metrics.iter().find(|metric| metric[0] == name);
    found.unwrap_or_else(|| panic!("{name} is among {metrics:?}"))[1]
        .as_f64()
        .unwrap()
}

/// metrics.csv without its time columns.
pub fn metrics_without_time(run: &Path) -> String {
    let text = std::fs::read_to_string(run.join("metrics.csv")).unwrap();
    let header: Vec<&str> = text.lines().next().unwrap().split(',').collect();
    let kept: Vec<bool> = header
        .iter()
        .map(|name| !["seconds", "samples_per_second"].contains(name))
        .collect();
    assert_eq!(
        kept.iter().filter(|kept| !**kept).count(),
        2,
        "two time columns in {header:?}"
    );
    let line = |line: &str| {
        let cells = line
            .split(',')
            .zip(&kept)
            .filter(|(_, kept)| **kept)
            .map(|(cell, _)| cell);
        cells.collect::<Vec<_>>().join(",") + "\n"
    };
    text.lines().map(line).collect()
}

/// Everything that must be the same bytes for the same recipe, seed and program.
pub fn exact(run: &Path) -> Vec<(&'static str, Vec<u8>)> {
    let file = |name: &'static str| {
        (
            name,
            std::fs::read(run.join(name)).unwrap_or_else(|e| panic!("{name}: {e}")),
        )
    };
    vec![
        ("metrics.csv", metrics_without_time(run).into_bytes()),
        file("checkpoint/best.safetensors"),
        file("checkpoint/last.safetensors"),
        file("predictions.csv"),
        file("findings.json"),
    ]
}

/// Compares two runs byte by byte, naming the file that differs.
pub fn assert_same(left: &Path, right: &Path) {
    for ((name, left), (_, right)) in exact(left).iter().zip(exact(right)) {
        assert!(*left == right, "{name} differs");
    }
}
