//! What is wrong with runs or with what is asked for.

use std::fs;

use runner::results::Status;

use super::runs::{MADE, Made, put, runner, said, two_groups};

#[test]
fn unfinished_and_damaged_runs_are_told_of_and_hide_no_other() {
    let root = tempfile::tempdir().unwrap();
    two_groups(root.path());
    put(
        root.path(),
        Made {
            id: "killed",
            seed: 5,
            loss: 0.1,
            status: Status::Running,
            ..MADE
        },
    );
    put(
        root.path(),
        Made {
            id: "diverged",
            seed: 6,
            loss: 0.1,
            status: Status::Diverged,
            ..MADE
        },
    );
    let broken = put(
        root.path(),
        Made {
            id: "broken",
            seed: 7,
            ..MADE
        },
    );
    fs::write(broken.file("run.json"), "{\"format\": 1, ").unwrap();
    let torn = put(
        root.path(),
        Made {
            id: "torn",
            seed: 8,
            ..MADE
        },
    );
    fs::write(
        torn.file("metrics.csv"),
        "epoch,step,lr,val_loss,seconds,samples_per_second\n1,2,0.1",
    )
    .unwrap();
    let odd = put(
        root.path(),
        Made {
            id: "odd",
            seed: 9,
            ..MADE
        },
    );
    fs::write(odd.file("recipe.yaml"), "seed: [").unwrap();
    let output = runner(root.path(), &["demo"]);
    let said = said(&output);
    assert!(output.status.success(), "{said}");
    for expected in [
        "broken/run.json: ",
        "torn/metrics.csv: line 2",
        "odd/recipe.yaml: this is no recipe",
        "6 finished, 1 killed, 1 diverged",
        "2 runs are not finished, and left out of means and tests",
        "0.4034 ± 0.0390",
    ] {
        assert!(said.contains(expected), "{expected} is missing:\n{said}");
    }
    // A run that has not come to the end of its first epoch has nothing yet.
    let young = put(
        root.path(),
        Made {
            recipe: "young",
            status: Status::Running,
            ..MADE
        },
    );
    fs::remove_file(young.file("metrics.csv")).unwrap();
    let output = runner(root.path(), &["young", "demo/a0"]);
    let said = self::said(&output);
    assert!(
        output.status.success() && said.contains("1 of 2 have no val_loss (yet)"),
        "{said}"
    );
}

#[test]
fn a_wrong_metric_names_the_right_one() {
    let root = tempfile::tempdir().unwrap();
    two_groups(root.path());
    for (asked, expected) in [
        (
            "val_acuracy",
            "did you mean 'val_accuracy'? there are test_accuracy, test_loss, ",
        ),
        ("accuracy", "did you mean 'val_accuracy'?"),
        ("beauty", "there are test_accuracy, "),
    ] {
        let output = runner(root.path(), &["demo", "--metric", asked]);
        let said = said(&output);
        assert_eq!(output.status.code(), Some(2), "{said}");
        assert!(
            said.contains(&format!("--metric {asked}: no run has this metric")) && said.contains(expected),
            "{said}"
        );
    }
    let output = runner(root.path(), &["demo", "--metric", "test_accuracy"]);
    assert!(said(&output).contains("test_accuracy, higher is better") && output.status.success());
}

#[test]
fn with_fewer_than_two_there_is_nothing_to_compare() {
    let root = tempfile::tempdir().unwrap();
    put(root.path(), MADE);
    for arguments in [&["demo"][..], &["demo", "demo/1", "d*"]] {
        let output = runner(root.path(), arguments);
        let said = said(&output);
        assert_eq!(output.status.code(), Some(2), "{said}");
        assert!(said.contains("demo/1 is the only run"), "{said}");
    }
    let output = runner(root.path(), &["nothing"]);
    assert_eq!(output.status.code(), Some(7));
    assert!(said(&output).contains("no run 'nothing'"));
}
