//! Runs, sweeps and baselines that an earlier version made (tests/earlier_runs) live on: they are listed, resumed,
//! verified, predicted from, compared and checked.

use std::path::{Path, PathBuf};

use crate::support::place::{Place, assert_same, metrics_without_time, package, record, text};

const TASKS: [&str; 6] = ["classification", "gan", "language_model", "regression", "table", "vae"];
/// The folder in which they were made.
const MADE_IN: &str = "/home/somebody/experiments";

/// Whether this processor computes the bits that the one which made the runs did: it had AVX2 and no AVX-512.
fn same_bits() -> bool {
    #[cfg(target_arch = "x86_64")]
    return is_x86_feature_detected!("avx2") && is_x86_feature_detected!("fma") && !is_x86_feature_detected!("avx512f");
    #[cfg(not(target_arch = "x86_64"))]
    false
}

/// A folder with all of them, as if they had been made there.
fn place() -> Place {
    let place = Place::new();
    copy(&package().join("tests/earlier_runs"), place.path(), place.path());
    place
}

fn copy(from: &Path, to: &Path, root: &Path) {
    std::fs::create_dir_all(to).unwrap();
    for entry in std::fs::read_dir(from).unwrap().flatten() {
        let target = to.join(entry.file_name());
        if entry.path().is_dir() {
            copy(&entry.path(), &target, root);
            continue;
        }
        let bytes = std::fs::read(entry.path()).unwrap();
        let moved = match String::from_utf8(bytes) {
            Ok(text) => text.replace(MADE_IN, root.to_str().unwrap()).into_bytes(),
            Err(error) => error.into_bytes(),
        };
        std::fs::write(target, moved).unwrap();
    }
}

fn run(place: &Place, task: &str, name: &str) -> PathBuf {
    place.results().join(task).join(name)
}

#[test]
fn are_listed() {
    let place = place();
    let output = place.runner(["list"]);
    assert!(output.status.success(), "{}", text(&output));
    for task in TASKS {
        for (name, status) in [("finished", "finished"), ("stopped", "interrupted")] {
            let shown = text(&output);
            let line = shown.lines().find(|line| line.starts_with(&format!("{task}/{name} ")));
            assert!(line.is_some_and(|line| line.contains(status)), "{task}/{name}: {shown}");
        }
    }
}

#[test]
fn are_resumed_to_what_an_uninterrupted_run_gave() {
    let place = place();
    for task in TASKS {
        let (stopped, finished) = (run(&place, task, "stopped"), run(&place, task, "finished"));
        let before = metrics_without_time(&stopped);
        let output = place.runner(["resume", stopped.to_str().unwrap(), "--quiet", "--offline"]);
        assert!(output.status.success(), "{task}: {}", text(&output));
        let after = metrics_without_time(&stopped);
        assert!(after.starts_with(&before), "{task}: the rows that were there are kept");
        assert_eq!(
            record(&stopped)["summary"]["epochs"],
            record(&finished)["summary"]["epochs"]
        );
        if same_bits() && finished.join("predictions.csv").exists() {
            assert_same(&stopped, &finished);
        } else if same_bits() {
            assert_eq!(after, metrics_without_time(&finished), "{task}");
            for file in ["best", "last"] {
                let read = |run: &Path| std::fs::read(run.join(format!("checkpoint/{file}.safetensors"))).unwrap();
                assert!(read(&stopped) == read(&finished), "{task}: {file}.safetensors");
            }
        }
    }
}

#[test]
fn are_verified() {
    let place = place();
    for task in TASKS {
        let finished = run(&place, task, "finished");
        let output = place.runner(["verify", finished.to_str().unwrap(), "--offline"]);
        let said = text(&output);
        assert!(said.contains("another build of runner made this run"), "{task}: {said}");
        if same_bits() {
            assert!(output.status.success(), "{task}: {said}");
        } else {
            assert!(
                output.status.success() || output.status.code() == Some(1),
                "{task}: {said}"
            );
        }
    }
}

#[test]
fn are_predicted_from_and_make_things() {
    let place = place();
    let text_file = place.path().join("recipes/rhyme.txt");
    let finished = run(&place, "language_model", "finished");
    let arguments = ["predict", finished.to_str().unwrap(), "--output", "-", "--input"];
    let output = place.runner(arguments.iter().copied().chain([text_file.to_str().unwrap()]));
    assert!(output.status.success(), "{}", text(&output));
    assert!(output.stdout.iter().filter(|&&byte| byte == b'\n').count() > 100);

    let finished = run(&place, "regression", "finished");
    let record = record(&finished);
    let features = record["data"]["features"].as_array().unwrap();
    let names: Vec<&str> = features.iter().filter_map(|name| name.as_str()).collect();
    assert_eq!(names.len(), 10);
    let rows = format!("{}\n{}\n", names.join(","), ["0.01"; 10].join(","));
    let rows = place.write("new.csv", rows);
    let arguments = ["predict", finished.to_str().unwrap(), "--output", "-", "--input"];
    let output = place.runner(arguments.iter().copied().chain([rows.to_str().unwrap()]));
    assert!(output.status.success(), "{}", text(&output));
    let printed = String::from_utf8(output.stdout).unwrap();
    let predicted: f64 = printed.trim_end().rsplit(',').next().unwrap().parse().unwrap();
    assert!((100.0..300.0).contains(&predicted), "{printed}");

    for task in ["gan", "vae"] {
        let finished = run(&place, task, "finished");
        let output = place.runner(["generate", finished.to_str().unwrap(), "--count", "3", "--output", task]);
        assert!(output.status.success(), "{task}: {}", text(&output));
        assert!(std::fs::read_dir(place.path().join(task)).unwrap().count() > 0);
    }
}

#[test]
fn are_compared() {
    let place = place();
    for task in TASKS {
        let output = place.runner(["compare", task]);
        let said = text(&output);
        assert!(output.status.success(), "{task}: {said}");
        assert!(said.contains("finished"), "{task}: {said}");
    }
}

#[test]
fn sweeps_go_on() {
    let place = place();
    let (stopped, finished) = (
        run(&place, "classification", "sweep_stopped"),
        run(&place, "classification", "sweep_finished"),
    );
    let output = place.runner([
        "sweep",
        "--resume",
        stopped.to_str().unwrap(),
        "--jobs",
        "1",
        "--quiet",
        "--offline",
    ]);
    assert!(output.status.success(), "{}", text(&output));
    let trials = |sweep: &Path| {
        let mut rows = csv::Reader::from_path(sweep.join("trials.csv")).unwrap();
        let rows = rows.records().map(Result::unwrap);
        // The last column is the time that a trial took.
        let rows: Vec<Vec<String>> = rows
            .map(|row| row.iter().take(row.len() - 1).map(str::to_owned).collect())
            .collect();
        rows
    };
    let (now, then) = (trials(&stopped), trials(&finished));
    assert_eq!(now.len(), 4);
    for (now, then) in now.iter().zip(&then) {
        // Trial, status and values follow from the sweep alone.
        assert_eq!(now[..4], then[..4]);
        if same_bits() {
            assert_eq!(now, then);
        }
    }
}

#[test]
fn baselines_are_checked() {
    let place = place();
    let output = place.runner(["baseline", "check", "recipes", "--offline"]);
    let said = text(&output);
    for task in TASKS {
        assert!(said.contains(task), "{said}");
    }
    if same_bits() {
        assert!(output.status.success(), "{said}");
    } else {
        assert!(output.status.success() || output.status.code() == Some(1), "{said}");
    }
}
