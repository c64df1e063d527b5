//! `runner list` and the closing summary: what they say, word for word.

use std::fs;
use std::process::Command;

use crate::support::messages::hold;
use runner::cli::list::{Entry, entries, table};
use runner::cli::summary::summary;
use runner::experiment::how_to_go_on;
use runner::metric::Goal;
use runner::results::metrics::to_csv;
use runner::results::{Record, RunFolder, Status};

/// A run whose folder has this name, so that texts can be compared.
fn put(results: &std::path::Path, name: &str, id: &str, record: &Record) -> RunFolder {
    let made = crate::support::fixture::run(results, name, record);
    let path = results.join(name).join(id);
    fs::rename(made.path(), &path).unwrap();
    RunFolder::open(path).unwrap()
}

fn created(status: Status, created: &str) -> Record {
    Record {
        created: created.into(),
        ..crate::support::fixture::record(status)
    }
}

fn some_runs(results: &std::path::Path) {
    put(
        results,
        "mnist_mlp",
        "2026-01-31_12-00-00",
        &created(Status::Finished, "2026-01-31T12:00:00Z"),
    );
    let killed = put(
        results,
        "mnist_mlp",
        "2026-01-31_13-00-00",
        &created(Status::Running, "2026-01-31T13:00:00Z"),
    );
    killed
        .write("metrics.csv", &to_csv(&crate::support::fixture::rows(3), &[]))
        .unwrap();
    let mut stand_in = created(Status::Finished, "2026-01-30T12:00:00Z");
    stand_in.data.stand_in = Some(crate::support::fixture::stand_in("the embedded digits stand in"));
    put(results, "iris", "2026-01-30_12-00-00", &stand_in);
    put(
        results,
        "iris",
        "2026-01-29_12-00-00",
        &created(Status::Diverged, "2026-01-29T12:00:00Z"),
    );
}

fn shown(all: &[Entry], width: Option<usize>) -> String {
    table(all, "2026-01-31T13:05:00Z".parse().unwrap(), width)
}

#[test]
fn the_table_says_how_each_run_stands() {
    let root = tempfile::tempdir().unwrap();
    some_runs(root.path());
    let all = entries(root.path()).unwrap();
    let expected = "\
run                            status     best             test              epochs    time         age
mnist_mlp/2026-01-31_13-00-00  killed     val_loss 0.0889                         3  12.4 s   5 min ago
mnist_mlp/2026-01-31_12-00-00  finished   val_loss 0.0712  accuracy 98.31 %      10  41.3 s     1 h ago
iris/2026-01-30_12-00-00       finished*  val_loss 0.0712  accuracy 98.31 %      10  41.3 s    25 h ago
iris/2026-01-29_12-00-00       diverged                                           0          2 days ago
* trained on stand-in data: its figures are not those of the data asked for
to go on: runner resume RESULTS/mnist_mlp/2026-01-31_13-00-00
";
    let told = shown(&all, None).replace(root.path().to_str().unwrap(), "RESULTS");
    assert_eq!(told, expected);
}

#[test]
fn narrow_terminals_get_fewer_columns() {
    let root = tempfile::tempdir().unwrap();
    some_runs(root.path());
    let all = entries(root.path()).unwrap();
    for width in [100, 80, 60, 44] {
        let text = shown(&all, Some(width));
        let rows: Vec<&str> = text.lines().take(5).collect();
        assert!(
            rows.iter().all(|row| console::measure_text_width(row) <= width),
            "{width}:\n{text}"
        );
        assert!(rows[0].starts_with("run ") && rows[0].contains("status"));
    }
    assert!(shown(&all, Some(80)).contains("accuracy 98.31 %"));
}

#[test]
fn a_run_is_running_while_its_lock_is_held() {
    let root = tempfile::tempdir().unwrap();
    let run = put(
        root.path(),
        "a",
        "2026-01-31_12-00-00",
        &created(Status::Running, "2026-01-31T12:00:00Z"),
    );
    let lock = run.lock().unwrap();
    assert_eq!(entries(root.path()).unwrap()[0].status, "running");
    drop(lock);
    let entry = &entries(root.path()).unwrap()[0];
    assert_eq!((entry.status, entry.resumable), ("killed", true));
}

#[test]
fn a_broken_run_hides_no_other() {
    let root = tempfile::tempdir().unwrap();
    some_runs(root.path());
    let broken = root.path().join("iris/2026-01-28_12-00-00");
    fs::create_dir_all(&broken).unwrap();
    fs::write(broken.join("run.json"), "{\"format\": 1, ").unwrap();
    fs::create_dir_all(root.path().join("iris/no-run-at-all")).unwrap();
    let output = runner(&["list", "--results", root.path().to_str().unwrap()]);
    let text = String::from_utf8(output.stdout).unwrap();
    assert!(output.status.success());
    assert_eq!(text.lines().filter(|line| line.contains("/2026-")).count(), 6, "{text}");
    assert!(text.contains("broken"));
    let notes = String::from_utf8(output.stderr).unwrap();
    let folder = root.path().to_str().unwrap();
    hold("list", "a broken run", &notes.replace(folder, "<results>"));
    assert!(!notes.contains('\x1b'), "no escape codes in a pipe");
}

#[test]
fn what_cannot_be_read_and_what_does_not_match_is_said() {
    let root = tempfile::tempdir().unwrap();
    some_runs(root.path());
    std::os::unix::fs::symlink("loop", root.path().join("loop")).unwrap();
    fs::write(root.path().join("notes.txt"), "").unwrap();
    let folder = root.path().to_str().unwrap();
    let output = runner(&["list", "--results", folder]);
    let (text, notes) = (output.stdout, String::from_utf8(output.stderr).unwrap());
    assert_eq!(String::from_utf8(text).unwrap().matches("broken").count(), 1);
    hold(
        "list",
        "a folder that cannot be read",
        &notes.replace(folder, "<results>"),
    );
    let output = runner(&["list", "nothing", "--results", folder]);
    let notes = String::from_utf8(output.stderr).unwrap();
    assert!(output.stdout.is_empty() && output.status.success());
    hold("list", "no run of that name", &notes.replace(folder, "<results>"));
}

#[test]
fn json_tells_what_the_table_tells() {
    let root = tempfile::tempdir().unwrap();
    some_runs(root.path());
    let output = runner(&["list", "finished", "--json", "--results", root.path().to_str().unwrap()]);
    let runs: Vec<serde_json::Value> = serde_json::from_slice(&output.stdout).unwrap();
    let names: Vec<&str> = runs.iter().filter_map(|run| run["name"].as_str()).collect();
    assert_eq!(names, ["mnist_mlp/2026-01-31_12-00-00", "iris/2026-01-30_12-00-00"]);
    assert_eq!(runs[0]["test"][0], serde_json::json!(["accuracy", 0.9831]));
    assert_eq!(runs[1]["stand_in"], "the embedded digits stand in");
}

#[test]
fn a_thousand_runs_are_listed() {
    let root = tempfile::tempdir().unwrap();
    let text = serde_json::to_string_pretty(&crate::support::fixture::record(Status::Finished)).unwrap();
    for i in 0..1000 {
        let folder =
            root.path()
                .join(format!("recipe_{}", i % 20))
                .join(format!("2026-01-01_00-{:02}-{:02}", i / 60, i % 60));
        fs::create_dir_all(&folder).unwrap();
        fs::write(folder.join("run.json"), &text).unwrap();
    }
    assert_eq!(shown(&entries(root.path()).unwrap(), Some(80)).lines().count(), 1001);
}

#[test]
fn the_summary_says_what_was_reached_and_where_to_look() {
    let root = tempfile::tempdir().unwrap();
    let mut record = crate::support::fixture::record(Status::Finished);
    let run = put(root.path(), "mnist_mlp", "2026-01-31_12-00-00", &record);
    run.write("report.html", b"page").unwrap();
    run.write("checkpoint/best.safetensors", b"weights").unwrap();
    record.data.stand_in = Some(crate::support::fixture::stand_in("the embedded digits stand in for it"));
    let expected = "
finished mnist_mlp/2026-01-31_12-00-00 in 41.3 s
  best epoch  8 of 10 (val_loss 0.0712)
  test        accuracy 98.31 %
              top_5_accuracy 99.96 %
              f1_macro 98.29 %
              loss 0.0561
  stand-in    the embedded digits stand in for it
  report      RESULTS/mnist_mlp/2026-01-31_12-00-00/report.html
  weights     RESULTS/mnist_mlp/2026-01-31_12-00-00/checkpoint/best.safetensors
";
    assert_eq!(
        summary(&run, &record).replace(root.path().to_str().unwrap(), "RESULTS"),
        expected
    );
}

#[test]
fn a_run_is_gone_on_with_from_its_checkpoint_if_there_is_one() {
    let root = tempfile::tempdir().unwrap();
    let record = crate::support::fixture::record(Status::Interrupted);
    let run = put(root.path(), "my net", "2026-01-31_12-00-00", &record);
    let told = || how_to_go_on(&run).replace(root.path().to_str().unwrap(), "RESULTS");
    let command = "`runner resume 'RESULTS/my net/2026-01-31_12-00-00'`";
    assert_eq!(told(), format!("{command} starts it again"));
    run.write("checkpoint/trainer.safetensors", b"state").unwrap();
    assert_eq!(told(), format!("{command} goes on from the last checkpoint"));
}

#[test]
fn the_best_of_an_unfinished_run_is_judged_as_its_recipe_wants() {
    let root = tempfile::tempdir().unwrap();
    let mut record = crate::support::fixture::record(Status::Interrupted);
    (record.monitor, record.goal) = ("val_accuracy".into(), Goal::Max);
    let run = put(root.path(), "a", "2026-01-31_12-00-00", &record);
    let rows = crate::support::fixture::rows(3);
    run.write("metrics.csv", &to_csv(&rows, &[])).unwrap();
    let best = rows
        .iter()
        .filter_map(|row| row.metric("val_accuracy"))
        .max_by(f64::total_cmp);
    let entry = &entries(root.path()).unwrap()[0];
    assert_eq!(entry.best, best.map(|value| ("val_accuracy".to_owned(), value)));
}

fn runner(arguments: &[&str]) -> std::process::Output {
    Command::new(env!("CARGO_BIN_EXE_runner"))
        .args(arguments)
        .output()
        .unwrap()
}
