use proptest::prelude::*;
use serde_json::json;

use super::*;
use runner_ground::random::{Key, Purpose};

fn of(value: Value) -> Distribution {
    let said = Distribution::of(value.as_object().unwrap());
    said.unwrap_or_else(|wrong| panic!("{value}: {wrong:?}")).distribution
}

fn draws(distribution: &Distribution, count: u64) -> Vec<f64> {
    let key = Key::new(3).purpose(Purpose::Sweep);
    (0..count)
        .map(|i| {
            distribution
                .draw((key.bits(i) >> 11) as f64 / 9_007_199_254_740_992.0)
                .as_f64()
                .unwrap()
        })
        .collect()
}

fn moments(values: &[f64]) -> (f64, f64) {
    let mean = values.iter().sum::<f64>() / values.len() as f64;
    let variance = values.iter().map(|x| (x - mean).powi(2)).sum::<f64>() / values.len() as f64;
    (mean, variance.sqrt())
}

#[test]
fn moments_are_those_of_the_distribution() {
    // Mean and deviation by their formulas; 20,000 draws are within 4 standard errors.
    let cases = [
        (json!({"min": 2.0, "max": 6.0}), 4.0, 4.0 / 12f64.sqrt()),
        (json!({"min": 1, "max": 6}), 3.5, (35.0 / 12.0f64).sqrt()),
        (json!({"mu": 3.0, "sigma": 2.0}), 3.0, 2.0),
        (
            json!({"distribution": "log_normal", "mu": 0.0, "sigma": 0.5}),
            (0.125f64).exp(),
            ((0.25f64.exp() - 1.0) * 0.25f64.exp()).sqrt(),
        ),
        // (b - a) / ln(b / a), and the second moment (b² - a²) / (2 ln(b / a)).
        (
            json!({"distribution": "log_uniform_values", "min": 1.0, "max": 10.0}),
            9.0 / 10f64.ln(),
            (99.0 / (2.0 * 10f64.ln()) - (9.0 / 10f64.ln()).powi(2)).sqrt(),
        ),
        (
            json!({"values": [1.0, 5.0], "probabilities": [3.0, 1.0]}),
            2.0,
            3f64.sqrt(),
        ),
    ];
    for (settings, mean, deviation) in cases {
        let found = moments(&draws(&of(settings.clone()), 20_000));
        let slack = 4.0 * deviation / 20_000f64.sqrt();
        assert!((found.0 - mean).abs() < slack, "{settings}: {found:?}, not {mean}");
        assert!(
            (found.1 - deviation).abs() < 0.03 * deviation,
            "{settings}: {found:?}, not {deviation}"
        );
    }
}

#[test]
fn log_uniform_takes_logarithms_and_log_uniform_values_values() {
    let by_logarithm = of(json!({"distribution": "log_uniform", "min": 0.0, "max": 10f64.ln()}));
    let by_value = of(json!({"distribution": "log_uniform_values", "min": 1.0, "max": 10.0}));
    for u in [0.0, 0.3, 0.5, 0.999] {
        let [one, other] = [&by_logarithm, &by_value].map(|d| d.draw(u).as_f64().unwrap());
        assert!((one - other).abs() < 1e-4, "{u}: {one}, {other}");
    }
    assert!((by_value.draw(0.5).as_f64().unwrap() - 10f64.sqrt()).abs() < 1e-4);
}

#[test]
fn whole_bounds_mean_whole_numbers_and_others_do_not() {
    assert_eq!(
        of(json!({"min": 0, "max": 1})),
        Distribution::IntUniform { min: 0, max: 1 }
    );
    let any = of(json!({"min": 0.0, "max": 1.0}));
    assert!(
        matches!(
            any,
            Distribution::Uniform {
                log: false,
                q: None,
                ..
            }
        ),
        "{any:?}"
    );
    let all = draws(&of(json!({"min": 3, "max": 5})), 1000);
    for x in [3.0, 4.0, 5.0] {
        assert!(all.iter().filter(|y| **y == x).count() > 250, "{x}");
    }
}

#[test]
fn the_quantile_is_that_of_the_normal_distribution() {
    // scipy.stats.norm.ppf([1e-10, 0.001, 0.025, 0.3, 0.5, 0.975])
    let table = [
        (1e-10, -6.361_340_902_404_056),
        (0.001, -3.090_232_306_167_813),
        (0.025, -1.959_963_984_540_054),
        (0.3, -0.524_400_512_708_041),
        (0.5, 0.0),
        (0.975, 1.959_963_984_540_054),
    ];
    for (p, x) in table {
        assert!((quantile(p) - x).abs() < 1e-9, "{p}: {}, not {x}", quantile(p));
    }
    assert!(quantile(0.0).is_finite() && quantile(1.0).is_finite());
}

#[test]
fn grids_are_counted() {
    let grid = |settings: Value| of(settings).grid(100).map(|values| json!(values));
    assert_eq!(grid(json!({"values": [1, "a", [2]]})), Some(json!([1, "a", [2]])));
    assert_eq!(grid(json!({"min": 2, "max": 4})), Some(json!([2, 3, 4])));
    let tenths = json!({"distribution": "q_uniform", "min": 0.1, "max": 0.45, "q": 0.1});
    assert_eq!(grid(tenths), Some(json!([0.1, 0.2, 0.3, 0.4])));
    let widths = json!({"distribution": "q_uniform", "min": 30, "max": 100, "q": 32});
    assert_eq!(grid(widths), Some(json!([32, 64, 96])));
    assert_eq!(grid(json!({"min": 0.0, "max": 1.0})), None);
}

#[test]
fn settings_that_do_not_fit_are_refused_by_their_key() {
    let wrong = |settings: Value| Distribution::of(settings.as_object().unwrap()).unwrap_err();
    let cases = [
        (json!({}), None, "no values"),
        (json!({"min": 1.0}), None, "min and a max"),
        (json!({"min": 2.0, "max": 1.0}), Some("min"), "greater than max"),
        (json!({"min": "a", "max": 1.0}), Some("min"), "expected a number"),
        (
            json!({"distribution": "int_uniform", "min": 0.5, "max": 1}),
            Some("min"),
            "whole",
        ),
        (
            json!({"distribution": "log_uniform_values", "min": 0, "max": 1}),
            Some("min"),
            "greater than 0",
        ),
        (
            json!({"distribution": "log_uniform", "min": 0, "max": 1000}),
            Some("max"),
            "out of range",
        ),
        (
            json!({"distribution": "q_uniform", "min": 1, "max": 2, "q": 5}),
            Some("q"),
            "no multiple",
        ),
        (
            json!({"distribution": "uniform", "min": 1, "max": 2, "q": 5}),
            Some("q"),
            "has no 'q'",
        ),
        (json!({"values": [1], "min": 3}), Some("min"), "has no 'min'"),
        (
            json!({"values": [1, 2], "probabilities": [1.0]}),
            Some("probabilities"),
            "1 probabilities for 2",
        ),
        (
            json!({"values": [1, 2], "probabilities": [0.0, 0.0]}),
            Some("probabilities"),
            "probabilities",
        ),
    ];
    for (settings, key, message) in cases {
        let (found, text, _) = wrong(settings.clone());
        assert_eq!(found, key, "{settings}");
        assert!(text.contains(message), "{settings}: {text}");
    }
}

#[test]
fn bounds_that_look_like_values_are_no_exponents_and_the_remedy_is_taken() {
    for (name, min, max, spelling) in [
        ("log_uniform", 1e-4_f64, 1e-2_f64, "log_uniform_values"),
        ("log_uniform", 16.0, 512.0, "log_uniform_values"),
        ("q_log_uniform", 8.0, 128.0, "q_log_uniform_values"),
        ("q_log_uniform", 1e-4, 0.3, "log_uniform_values"),
        ("inv_log_uniform", 1e-3, 0.5, "inv_log_uniform_values"),
    ] {
        let settings = json!({"distribution": name, "min": min, "max": max});
        let (key, message, help) = Distribution::of(settings.as_object().unwrap()).unwrap_err();
        assert_eq!(key, Some("distribution"), "{message}");
        let help = help.unwrap();
        assert!(
            help.contains(&format!("did you mean 'distribution: {spelling}'")),
            "{help}"
        );
        let drawn = of(json!({"distribution": spelling, "min": min, "max": max}))
            .draw(0.5)
            .as_f64()
            .unwrap();
        assert!((min..=max).contains(&drawn), "{drawn}");
    }
    for settings in [
        json!({"distribution": "log_uniform", "min": -9.2, "max": -2.3}),
        json!({"distribution": "log_uniform", "min": 2.0, "max": 6.0}),
        json!({"distribution": "inv_log_uniform", "min": 2.3, "max": 9.2}),
    ] {
        let said = Distribution::of(settings.as_object().unwrap()).unwrap();
        assert!(
            said.note.is_some_and(|note| note.contains("natural logarithms")),
            "{settings}"
        );
    }
    let [rate, inverse] = ["log_uniform", "inv_log_uniform"].map(|name| {
        let sign = if name == "log_uniform" { -1.0 } else { 1.0 };
        let bounds: [f64; 2] = [2.3 * sign, 9.2 * sign];
        let (min, max) = (bounds[0].min(bounds[1]), bounds[0].max(bounds[1]));
        of(json!({"distribution": name, "min": min, "max": max}))
    });
    assert_eq!(rate, inverse);
}

proptest! {
    #[test]
    fn draws_stay_within_bounds_and_grow(
        u in 0.0..1.0f64, v in 0.0..1.0f64, low in 1e-6..1e3f64, width in 0.0..1e3f64, log: bool, q in proptest::option::of(1e-3..0.5f64),
    ) {
        let high = low + width;
        let quantised = q.filter(|q| (high / q).floor() >= (low / q).ceil());
        let distribution = Distribution::Uniform { min: low, max: high, log, q: quantised };
        let [x, y] = [u.min(v), u.max(v)].map(|u| distribution.draw(u).as_f64().unwrap());
        let slack = 1e-9 * high;
        prop_assert!(x >= low - slack && y <= high + slack, "{x} and {y} of {low} to {high}");
        prop_assert!(x <= y);
        if let Some(q) = quantised {
            prop_assert!((x / q - (x / q).round()).abs() < 1e-6, "{x} is no multiple of {q}");
        }
    }

    #[test]
    fn whole_numbers_stay_within_bounds(u in 0.0..1.0f64, a: i64, b: i64) {
        let (min, max) = (a.min(b), a.max(b));
        let x = Distribution::IntUniform { min, max }.draw(u).as_i64().unwrap();
        prop_assert!((min..=max).contains(&x));
    }

    #[test]
    fn what_has_no_chance_never_comes(u in 0.0..1.0f64) {
        let distribution = of(json!({"values": ["a", "b", "c"], "probabilities": [0.0, 0.3, 0.0]}));
        prop_assert_eq!(distribution.draw(u), json!("b"));
    }
}
