//! Compiling networks: once for each shape, by several runners at once, after an interruption, and
//! without a toolchain.

use std::path::{Path, PathBuf};
use std::process::Stdio;
use std::time::Duration;

use crate::support::place::{Place, text};

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

    /// What a compilation says that fails.
    #[track_caller]
    fn tells(&self, name: &str, output: &std::process::Output) -> String {
        let compiler = [runner::train::identity::RUSTC_VERSION];
        self.place
            .tells(name, 5, ("runner recipe.yaml --quiet", output), &compiler)
    }

    /// Names of the folders in the cache.
    fn folders(&self) -> Vec<String> {
        let entries = std::fs::read_dir(self.cache().join("networks"))
            .into_iter()
            .flatten()
            .flatten();
        let folders = entries.filter(|entry| entry.path().is_dir());
        folders
            .map(|entry| entry.file_name().to_string_lossy().into_owned())
            .collect()
    }

    /// Names of compiled networks; every one of them is whole.
    fn networks(&self) -> Vec<String> {
        let mut names = self.folders();
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

/// The same network and others, while a third party cleans again and again.
#[test]
fn runners_at_once_do_not_disturb_each_other() {
    let fresh = Fresh::new();
    let widths = [
        "network.0.linear=17",
        "network.0.linear=17",
        "network.0.linear=18",
        "network.0.linear=19",
    ];
    let runners = widths.map(|width| fresh.command(&["--set", width]).stderr(Stdio::piped()).spawn().unwrap());
    for _ in 0..20 {
        let cleaned = fresh
            .place
            .command(["clean"])
            .env("RUNNER_CACHE", fresh.cache())
            .output()
            .unwrap();
        assert!(cleaned.status.success(), "{}", text(&cleaned));
        std::thread::sleep(Duration::from_millis(50));
    }
    for runner in runners {
        let output = runner.wait_with_output().unwrap();
        assert!(output.status.success(), "{}", text(&output));
    }
    let runners = widths.map(|width| fresh.command(&["--set", width]).spawn().unwrap());
    assert!(runners.into_iter().all(|mut runner| runner.wait().unwrap().success()));
    assert_eq!(fresh.networks().len(), 3);
    assert_eq!(fresh.folders().len(), 3, "no folder of work is left");
}

/// Seventeen networks: among sixteen locks, at least two of them share one.
#[test]
fn a_sweep_compiles_each_of_its_networks_once() {
    let fresh = Fresh::new();
    let widths: Vec<String> = (1..=17).map(|width| width.to_string()).collect();
    let values = format!("network.0.linear={}", widths.join(","));
    let output = fresh.command(&["-m", &values, "--jobs", "2"]).output().unwrap();
    assert!(output.status.success(), "{}", text(&output));
    assert_eq!(fresh.networks().len(), 17);
    let sweep = std::fs::read_dir(fresh.place.results().join("recipe"))
        .unwrap()
        .flatten()
        .next()
        .unwrap();
    let trials = std::fs::read_to_string(sweep.path().join("trials.csv")).unwrap();
    assert_eq!(trials.matches(",finished,").count(), 17, "{trials}");
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
    assert_eq!(fresh.folders().len(), 1, "what the others left is gone");
}

#[test]
fn a_damaged_program_is_compiled_again() {
    let fresh = Fresh::new();
    assert!(fresh.command(&[]).status().unwrap().success());
    let program = fresh
        .cache()
        .join("networks")
        .join(&fresh.networks()[0])
        .join("network");
    let whole = std::fs::read(&program).unwrap();
    for damaged in [&whole[..0], &whole[..whole.len() / 2], b"noise"] {
        std::fs::write(&program, damaged).unwrap();
        let output = fresh.command(&[]).output().unwrap();
        assert!(output.status.success(), "{}", text(&output));
        assert_eq!(std::fs::metadata(&program).unwrap().len(), whole.len() as u64);
    }
}

/// Stands in for the compiler: a shell script that ends without a program, and says so on standard error.
#[cfg(unix)]
fn broken_compiler(fresh: &Fresh, said: &str, ending: &str) {
    use std::os::unix::fs::PermissionsExt;
    let said = fresh.place.write("said", said);
    let script = format!("#!/bin/sh\ncat '{}' >&2\n{ending}\n", said.display());
    let path = fresh.place.write("rustc", script);
    std::fs::set_permissions(&path, std::fs::Permissions::from_mode(0o755)).unwrap();
}

/// What rustc says when linking fails: first the command, of some kilobytes in truth.
const LINKING: &str = "error: linking with `cc` failed: exit status: 1
  |
  = note:  \"cc\" \"-m64\" \"network.o\"
  = note: some arguments are omitted. use `--verbose` to show all linker arguments
  = note: ";

#[test]
#[cfg(unix)]
fn what_is_no_fault_of_ours_is_not_called_one() {
    let bad_magic = format!("{LINKING}ld: bad magic\n          collect2: error: ld returned 1 exit status\n");
    let bus_error = format!("{LINKING}collect2: fatal error: ld terminated with signal 7 [Bus error]\n");
    for (name, said, ending) in [
        ("a compiler that was killed", "", "kill -9 $$"),
        (
            "a full disk",
            "error: could not write: No space left on device",
            "exit 1",
        ),
        ("no linker", "error: linker `cc` not found", "exit 1"),
        ("a full disk while linking", &bus_error, "exit 1"),
        ("a linker that fails", &bad_magic, "exit 1"),
        (
            "crates of another compiler",
            "error[E0514]: found crate compiled by an incompatible version",
            "exit 1",
        ),
    ] {
        let fresh = Fresh::new();
        broken_compiler(&fresh, said, ending);
        // A relative path counts from the user's folder.
        let output = fresh.command(&[]).env("RUNNER_RUSTC", "./rustc").output().unwrap();
        let message = fresh.tells(name, &output);
        assert!(!message.contains("report it") && !message.contains("-m64"), "{message}");
        assert!(fresh.folders().is_empty(), "nothing is left");
    }
}

#[test]
fn a_missing_toolchain_is_a_clear_error() {
    let fresh = Fresh::new();
    let output = fresh
        .command(&[])
        .env("RUNNER_RUSTC", "/nowhere/rustc")
        .output()
        .unwrap();
    fresh.tells("no compiler", &output);
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
    fresh.tells("a cache that is a file", &output);
    // Locks that cannot be opened, as in a cache that belongs to another user.
    for letter in "0123456789abcdef".chars() {
        std::fs::create_dir_all(fresh.cache().join(format!("networks/.lock-{letter}"))).unwrap();
    }
    let output = fresh.command(&[]).output().unwrap();
    fresh.tells("a cache of another user", &output);
}
