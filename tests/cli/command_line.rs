//! The command as people meet it: help, version, mistakes, exit codes, pipes.

use std::io::Write;
use std::process::{Command, Output, Stdio};

use crate::support::place::Place;
use runner::results::Status;

fn runner(arguments: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_runner"))
        .args(arguments)
        .env_remove("RUNNER_RESULTS")
        .output()
        .unwrap()
}

fn text(bytes: &[u8]) -> String {
    String::from_utf8(bytes.to_vec()).unwrap()
}

#[test]
fn help_teaches_within_eighty_columns() {
    for arguments in [
        vec!["--help"],
        vec!["-h"],
        vec!["run", "--help"],
        vec!["data", "fetch", "--help"],
        vec!["list", "-h"],
    ] {
        let output = runner(&arguments);
        assert_eq!(output.status.code(), Some(0));
        let help = text(&output.stdout);
        let longest = help.lines().map(|line| line.chars().count()).max().unwrap();
        assert!(longest <= 80, "{arguments:?} has {longest} columns:\n{help}");
    }
    let help = text(&runner(&["--help"]).stdout);
    for expected in [
        "runner recipes/mnist_mlp.yaml",
        "runner list",
        "Exit codes:",
        "130",
        "resume",
        "completions",
    ] {
        assert!(help.contains(expected), "{expected} is missing from\n{help}");
    }
}

#[test]
fn alone_it_shows_its_help_as_a_mistake() {
    let output = runner(&[]);
    assert_eq!(output.status.code(), Some(2));
    assert!(text(&output.stderr).contains("First steps"));
}

#[test]
fn the_version_is_that_of_the_library() {
    let expected = format!(
        "runner {} (build {})\n",
        env!("CARGO_PKG_VERSION"),
        runner::train::identity::ID
    );
    assert_eq!(text(&runner(&["-V"]).stdout), expected);
    assert!(text(&runner(&["--version"]).stdout).contains(runner::train::identity::RUSTC_VERSION));
}

#[test]
fn mistakes_in_the_command_line_exit_with_two() {
    let place = Place::new();
    for (name, arguments) in [
        ("a misspelt command", &["lst"][..]),
        ("no recipe", &["run"]),
        ("a setting without a value", &["run", "a.yaml", "--set", "novalue"]),
        ("no thread", &["run", "a.yaml", "--threads", "0"]),
        ("quiet and JSON", &["--quiet", "--json", "a.yaml"]),
        ("no name of data", &["data", "fetch"]),
    ] {
        place.told(name, 2, arguments);
    }
}

#[test]
fn a_missing_run_exits_with_seven() {
    Place::new().told("no such run", 7, &["report", "nothing"]);
}

#[test]
fn a_report_is_written_again_for_any_name_of_the_run() {
    let root = tempfile::tempdir().unwrap();
    let folder = crate::support::fixture::run(root.path(), "demo", &crate::support::fixture::record(Status::Finished));
    for name in ["demo", &folder.id(), folder.path().to_str().unwrap()] {
        let output = runner(&["report", name, "--results", root.path().to_str().unwrap()]);
        assert!(output.status.success(), "{}", text(&output.stderr));
        assert_eq!(
            text(&output.stdout).trim(),
            folder.file("report.html").to_str().unwrap()
        );
        std::fs::remove_file(folder.file("report.html")).unwrap();
    }
}

#[test]
fn an_empty_results_folder_is_no_error() {
    Place::new().told("no results", 0, &["list", "--results", "none"]);
}

#[test]
fn a_reader_that_has_seen_enough_is_no_error() {
    let mut child = Command::new(env!("CARGO_BIN_EXE_runner"))
        .args(["completions", "bash"])
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    drop(child.stdout.take());
    let output = child.wait_with_output().unwrap();
    assert_eq!((output.status.code(), text(&output.stderr).as_str()), (Some(0), ""));
}

#[test]
fn clean_says_what_it_freed() {
    let root = tempfile::tempdir().unwrap();
    let network = root.path().join("networks").join("abcd".repeat(16));
    std::fs::create_dir_all(&network).unwrap();
    std::fs::write(network.join("network"), vec![0; 1_234_567]).unwrap();
    let output = Command::new(env!("CARGO_BIN_EXE_runner"))
        .arg("clean")
        .env("RUNNER_CACHE", root.path())
        .output()
        .unwrap();
    assert!(
        text(&output.stdout).starts_with("removed 1 network, 1.2 MB from "),
        "{}",
        text(&output.stdout)
    );
    assert!(!network.exists());
}

/// What a shell prints; `None` says that it is not there.
fn shell(name: &str, script: &str) -> Option<String> {
    let output = Command::new(name)
        .args(["-c", script])
        .current_dir(env!("CARGO_MANIFEST_DIR"))
        .output();
    if output.is_err() {
        // Past the test harness, which keeps what a passing test prints to itself.
        let _ = writeln!(std::io::stderr(), "skipped: no {name}");
    }
    output.ok().map(|output| text(&output.stdout))
}

#[test]
fn a_recipe_is_completed_as_the_first_word_and_options_after_it() {
    let runner = env!("CARGO_BIN_EXE_runner");
    let bash = format!(
        "source <({runner} completions bash); COMP_WORDS=(runner x.yaml --th); COMP_CWORD=2; \
         _runner runner --th x.yaml; echo ${{COMPREPLY[@]}}"
    );
    if let Some(completed) = shell("bash", &bash) {
        assert_eq!(completed, "--threads\n");
    }
    let fish = |line: &str| format!("{runner} completions fish | source; complete -C '{line}'");
    if let Some(completed) = shell("fish", &fish("runner x.yaml --th")) {
        assert!(completed.starts_with("--threads"), "{completed}");
    }
    if let Some(completed) = shell("fish", &fish("runner recipes/mnist_m")) {
        assert!(completed.starts_with("recipes/mnist_mlp.yaml"), "{completed}");
    }
    let zsh = text(&self::runner(&["completions", "zsh"]).stdout);
    assert!(
        zsh.contains("\":: :_runner_first\"") && zsh.contains("_runner() {\n    # A recipe alone is run."),
        "{zsh}"
    );
}

#[test]
fn every_shell_has_completions() {
    for shell in ["bash", "elvish", "fish", "powershell", "zsh"] {
        let output = runner(&["completions", shell]);
        assert!(
            output.status.success() && text(&output.stdout).contains("runner"),
            "{shell}"
        );
    }
}
