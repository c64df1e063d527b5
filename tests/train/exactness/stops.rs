//! Stopped by Ctrl-C, a run goes on to the same bytes.

use std::time::Duration;

use super::processes::{assert_whole, is_locked, signal, signal_trainers, start, wait_until};
use super::recipe;
use crate::support::place::{Place, record, text};

#[test]
fn ctrl_c_saves_and_resume_goes_on_to_the_same_bytes() {
    let place = Place::new();
    let recipe = recipe(&place);
    let whole = place.train(&recipe, &["--threads", "2"]);
    let (child, run) = start(&place, &recipe);
    wait_until(|| is_locked(&run), "the trainer works");
    signal(child.id(), "-INT");
    let output = child.wait_with_output().unwrap();
    assert_eq!(output.status.code(), Some(130), "{}", text(&output));
    assert!(text(&output).contains("runner resume"), "{}", text(&output));
    assert_eq!(record(&run)["status"], "interrupted");
    let resumed = place.runner(["resume", run.to_str().unwrap(), "--quiet"]);
    assert!(resumed.status.success(), "{}", text(&resumed));
    assert_whole(&whole, &run);
}

#[test]
fn a_second_ctrl_c_stops_at_once_and_loses_nothing_that_was_saved() {
    let place = Place::new();
    let recipe = recipe(&place);
    let whole = place.train(&recipe, &["--threads", "2"]);
    let (child, run) = start(&place, &recipe);
    wait_until(|| run.join("metrics.csv").exists(), "there is a checkpoint");
    // A trainer that stands still takes no notice of the first.
    signal_trainers(&run, "-STOP");
    signal(child.id(), "-INT");
    std::thread::sleep(Duration::from_millis(200));
    signal(child.id(), "-INT");
    let output = child.wait_with_output().unwrap();
    assert_eq!(output.status.code(), Some(130), "{}", text(&output));
    assert!(
        text(&output).contains("goes on from the last checkpoint"),
        "{}",
        text(&output)
    );
    wait_until(|| !is_locked(&run), "the trainer is gone");
    let resumed = place.runner(["resume", run.to_str().unwrap(), "--quiet"]);
    assert!(resumed.status.success(), "{}", text(&resumed));
    assert_whole(&whole, &run);
}
