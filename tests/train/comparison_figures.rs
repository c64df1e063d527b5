//! Intervals and tests against SciPy, Holm's correction against statsmodels (`tests/peers/comparison.py`).

use runner::compare::statistics::{Method, estimate, holm, paired, welch};
use serde_json::Value;

fn figures() -> Value {
    serde_json::from_str(include_str!("../figures/comparison.json")).unwrap()
}

fn numbers(value: &Value) -> Vec<f64> {
    serde_json::from_value(value.clone()).unwrap()
}

fn close(ours: f64, theirs: &Value, what: &str) {
    let theirs = theirs.as_f64().unwrap();
    assert!(
        (ours - theirs).abs() <= 1e-9 * theirs.abs().max(1e-9),
        "{what}: {ours}, SciPy says {theirs}"
    );
}

#[test]
fn intervals_of_means_are_scipys() {
    for case in figures()["means"].as_array().unwrap() {
        let found = estimate(&numbers(&case["values"])).unwrap();
        let half = found.half.unwrap();
        close(found.mean, &case["mean"], "mean");
        close(found.mean - half, &case["low"], "low");
        close(found.mean + half, &case["high"], "high");
    }
}

#[test]
fn tests_are_scipys() {
    let figures = figures();
    let cases = figures["tests"].as_array().unwrap();
    for case in cases {
        let (a, b) = (numbers(&case["a"]), numbers(&case["b"]));
        let (test, method) = match case["method"].as_str().unwrap() {
            "paired" => (paired(&a, &b), Method::Paired),
            _ => (welch(&a, &b), Method::Welch),
        };
        let test = test.unwrap();
        assert_eq!(test.method, method);
        for (ours, name) in [
            (test.t, "t"),
            (test.df, "df"),
            (test.p, "p"),
            (test.difference - test.half, "low"),
            (test.difference + test.half, "high"),
        ] {
            close(ours, &case[name], name);
        }
    }
    assert!(cases.len() > 6);
}

#[test]
fn corrections_are_statsmodels() {
    for case in figures()["holm"].as_array().unwrap() {
        let mut chances = numbers(&case["chances"]);
        holm(&mut chances);
        for (ours, theirs) in chances.iter().zip(case["corrected"].as_array().unwrap()) {
            close(*ours, theirs, "p");
        }
    }
}

#[test]
fn where_nothing_varies_there_is_no_test() {
    assert!(paired(&[1.0], &[2.0]).is_none() && paired(&[], &[]).is_none());
    assert!(welch(&[1.0, 2.0], &[1.0]).is_none());
    assert!(welch(&[1.0, 1.0], &[2.0, 2.0]).is_none());
    // 0.3 − 0.1 and 0.4 − 0.2 differ in their last bits only.
    assert!(paired(&[0.3, 0.4, 0.5], &[0.1, 0.2, 0.3]).is_none());
    assert!(paired(&[1.0, 2.0], &[1.0, 2.0]).is_none());
    assert!(estimate(&[]).is_none());
    assert_eq!(estimate(&[2.0, 2.0]).unwrap().half, Some(0.0));
    let huge = [f64::MAX, -f64::MAX, f64::MAX];
    assert!(paired(&huge, &[1.0, 2.0, 3.0]).is_none_or(|test| test.p.is_finite()));
    assert!(welch(&huge, &[1.0, 2.0, 3.0]).is_none_or(|test| test.p.is_finite()));
}
