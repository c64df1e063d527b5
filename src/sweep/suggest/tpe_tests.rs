//! Published test functions: Branin (Dixon and Szegő 1978), Hartmann 6, and one of choices with conditions.

use serde_json::json;

use super::*;
use crate::event::{Ended, Event};
use crate::space::{Condition, Space};
use crate::spec::{Method, Rules};

fn sweep(parameters: Vec<Parameter>, method: Method, seed: u64) -> Sweep {
    Sweep {
        recipe: "x.yaml".into(),
        name: None,
        description: None,
        method,
        seed,
        metric: None,
        space: Space::new(parameters).unwrap(),
        early_terminate: None,
        run_cap: Some(1000),
        rules: Rules::Present,
        notes: Vec::new(),
    }
}

fn range(key: &str, min: f64, max: f64) -> Parameter {
    Parameter {
        key: key.to_owned(),
        distribution: Distribution::Uniform {
            min,
            max,
            log: false,
            q: None,
        },
        when: Vec::new(),
        by_bounds: false,
    }
}

fn choice(key: &str, values: Value) -> Parameter {
    Parameter {
        key: key.to_owned(),
        distribution: Distribution::Categorical {
            values: values.as_array().unwrap().clone(),
            probabilities: None,
        },
        when: Vec::new(),
        by_bounds: false,
    }
}

/// The best of `trials` trials.
fn best(sweep: &Sweep, trials: u64, function: &dyn Fn(&Values) -> f64) -> f64 {
    let mut state = State::default();
    let mut best = f64::INFINITY;
    for trial in 0..trials {
        let Some(values) = super::super::next(sweep, &state, Goal::Min).unwrap() else {
            break;
        };
        let value = function(&values);
        best = best.min(value);
        state.take(&Event::Claimed {
            trial,
            attempt: 1,
            worker: "a".to_owned(),
            values: Some(values),
        });
        state.take(&Event::Ended {
            trial,
            attempt: 1,
            ended: Ended {
                status: Status::Finished,
                value: Some(value),
                best_epoch: 1,
                epochs: 1,
                metrics: Vec::new(),
                seconds: 0.0,
                failure: None,
                seeds: Vec::new(),
            },
        });
    }
    best
}

/// The medians over 20 seeds of TPE and of random draws.
fn medians(parameters: &dyn Fn() -> Vec<Parameter>, trials: u64, function: &dyn Fn(&Values) -> f64) -> [f64; 2] {
    [Method::Bayes, Method::Random].map(|method| {
        let mut found: Vec<f64> = (0..20)
            .map(|seed| best(&sweep(parameters(), method, seed), trials, function))
            .collect();
        found.sort_by(f64::total_cmp);
        f64::midpoint(found[9], found[10])
    })
}

fn x(values: &Values, key: &str) -> f64 {
    values[key].as_f64().unwrap()
}

/// Its least value is 0.397887.
fn branin(values: &Values) -> f64 {
    use std::f64::consts::PI;
    let (a, b) = (x(values, "a"), x(values, "b"));
    (b - 5.1 / (4.0 * PI * PI) * a * a + 5.0 / PI * a - 6.0).powi(2) + 10.0 * (1.0 - 1.0 / (8.0 * PI)) * a.cos() + 10.0
}

/// Its least value is -3.32237.
fn hartmann(values: &Values) -> f64 {
    const ALPHA: [f64; 4] = [1.0, 1.2, 3.0, 3.2];
    const A: [[f64; 6]; 4] = [
        [10.0, 3.0, 17.0, 3.5, 1.7, 8.0],
        [0.05, 10.0, 17.0, 0.1, 8.0, 14.0],
        [3.0, 3.5, 1.7, 10.0, 17.0, 8.0],
        [17.0, 8.0, 0.05, 10.0, 0.1, 14.0],
    ];
    const P: [[f64; 6]; 4] = [
        [0.1312, 0.1696, 0.5569, 0.0124, 0.8283, 0.5886],
        [0.2329, 0.4135, 0.8307, 0.3736, 0.1004, 0.9991],
        [0.2348, 0.1451, 0.3522, 0.2883, 0.3047, 0.6650],
        [0.4047, 0.8828, 0.8732, 0.5743, 0.1091, 0.0381],
    ];
    let at: Vec<f64> = (0..6).map(|i| x(values, &format!("x{i}"))).collect();
    let term = |i: usize| {
        let sum: f64 = (0..6).map(|j| A[i][j] * (at[j] - P[i][j]).powi(2)).sum();
        ALPHA[i] * (-sum).exp()
    };
    -(0..4).map(term).sum::<f64>()
}

#[test]
fn on_published_functions_it_is_ahead_of_random() {
    let plane = || vec![range("a", -5.0, 10.0), range("b", 0.0, 15.0)];
    let [ours, random] = medians(&plane, 60, &branin);
    assert!(ours < 0.75 && ours < random - 0.1, "Branin: {ours}, random {random}");
    let cube = || (0..6).map(|i| range(&format!("x{i}"), 0.0, 1.0)).collect();
    let [ours, random] = medians(&cube, 100, &hartmann);
    assert!(ours < -2.6 && ours < random - 0.3, "Hartmann: {ours}, random {random}");
}

#[test]
fn choices_and_conditions_are_learnt() {
    // Only one kind in four, and the rate that this kind alone has, matter; the rate best at 1e-2 on a scale of logarithms.
    let parameters = || {
        let mut rate = range("rate", 1e-5, 1.0);
        rate.distribution = Distribution::Uniform {
            min: 1e-5,
            max: 1.0,
            log: true,
            q: None,
        };
        rate.when = vec![Condition {
            key: "kind".to_owned(),
            values: vec![json!("d")],
        }];
        let width = Parameter {
            key: "width".to_owned(),
            distribution: Distribution::IntUniform { min: 1, max: 64 },
            when: Vec::new(),
            by_bounds: false,
        };
        vec![choice("kind", json!(["a", "b", "c", "d"])), rate, width]
    };
    let function = |values: &Values| {
        let width = (x(values, "width") - 48.0).abs() / 64.0;
        match values.get("rate") {
            Some(rate) => width + (rate.as_f64().unwrap().log10() + 2.0).abs(),
            None => width + 5.0,
        }
    };
    let [ours, random] = medians(&parameters, 50, &function);
    assert!(ours < 0.6 * random, "{ours}, random {random}");
}

#[test]
fn the_same_journal_gives_the_same_values() {
    let parameters = || vec![range("a", -5.0, 10.0), range("b", 0.0, 15.0)];
    let one = best(&sweep(parameters(), Method::Bayes, 3), 30, &branin);
    assert_eq!(one, best(&sweep(parameters(), Method::Bayes, 3), 30, &branin));
    assert_ne!(one, best(&sweep(parameters(), Method::Bayes, 4), 30, &branin));
}

#[test]
fn every_value_lies_within_its_bounds() {
    let q = |min, max, log| Parameter {
        key: "a".to_owned(),
        distribution: Distribution::Uniform {
            min,
            max,
            log,
            q: Some(0.5),
        },
        when: Vec::new(),
        by_bounds: false,
    };
    for (parameter, low, high) in [(q(1.0, 4.0, false), 1.0, 4.0), (q(0.5, 4.0, true), 0.5, 4.0)] {
        let sweep = sweep(vec![parameter], Method::Bayes, 0);
        let within = |values: &Values| {
            let x = x(values, "a");
            assert!((low..=high).contains(&x) && (x * 2.0).fract() == 0.0, "{x}");
            x
        };
        assert_eq!(best(&sweep, 40, &within), low);
    }
}

#[test]
fn no_setting_comes_twice_and_all_come() {
    let narrow = || {
        let mut unlikely = choice("b", json!([1, 2, 3]));
        unlikely.distribution = Distribution::Categorical {
            values: vec![json!(1), json!(2), json!(3)],
            probabilities: Some(vec![0.999_999_9, 0.000_000_1, 0.0]),
        };
        vec![choice("a", json!(["x", "y", "z"])), unlikely]
    };
    for method in [Method::Random, Method::Bayes] {
        let of = |sweep: &Sweep| {
            let seen = std::cell::RefCell::new(Vec::new());
            best(sweep, 40, &|values| {
                seen.borrow_mut().push(json!(values));
                seen.borrow().len() as f64
            });
            seen.into_inner()
        };
        let sweep = sweep(narrow(), method, 1);
        let tried = of(&sweep);
        // A value that is never drawn makes no setting.
        assert_eq!((tried.len(), sweep.planned()), (6, Some(6)), "{tried:?}");
        assert!((1..6).all(|at| !tried[..at].contains(&tried[at])), "{tried:?}");
        assert_eq!(tried, of(&sweep), "the same each time");
        let earlier = Sweep {
            rules: Rules::Earlier,
            ..sweep
        };
        assert_eq!(
            of(&earlier).len(),
            40,
            "a sweep of an earlier version keeps to its own ways"
        );
    }
}
