//! What is wrong with runs or with what is asked for.

use std::fs;

use runner::results::Status;

use super::runs::{MADE, Made, put, told, two_groups};

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
    told(root.path(), "unfinished and damaged runs", 0, &["demo"]);
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
    told(root.path(), "a run without an epoch", 0, &["young", "demo/a0"]);
}

#[test]
fn a_wrong_metric_names_the_right_one() {
    let root = tempfile::tempdir().unwrap();
    two_groups(root.path());
    for (asked, name) in [
        ("val_acuracy", "a misspelt metric"),
        ("accuracy", "a metric without its part"),
        ("beauty", "no metric"),
    ] {
        told(root.path(), name, 2, &["demo", "--metric", asked]);
    }
    told(root.path(), "another metric", 0, &["demo", "--metric", "test_accuracy"]);
}

#[test]
fn with_fewer_than_two_there_is_nothing_to_compare() {
    let root = tempfile::tempdir().unwrap();
    put(root.path(), MADE);
    told(root.path(), "one run", 2, &["demo"]);
    told(root.path(), "one run by several names", 2, &["demo", "demo/1", "d*"]);
    told(root.path(), "no such run", 7, &["nothing"]);
}
