//! What the tables show, and how it fits.

use std::path::Path;

use crate::support::messages::hold;
use runner::cli::compare::text;
use runner::compare::{csv, difference, json, page};
use runner::results::metrics::to_csv;

use super::runs::{MADE, Made, compare, put, put_as, read, recipe, rows, two_groups};

#[test]
fn only_what_differs_and_was_set_is_shown() {
    let root = tempfile::tempdir().unwrap();
    let of = |id: &'static str, network: &str, optimizer: &str| {
        let made = Made { id, ..MADE };
        let text = recipe(&made);
        let text = text.replace("      out_features: 128 ", &format!("      out_features: {network} "));
        let text = text.replace("  name: adam ", &format!("  name: {optimizer} "));
        put_as(root.path(), made, &text, &rows(0.5))
    };
    let a = of("1", "128", "adam");
    let b = of("2", "64", "sgd\n  momentum: 0");
    let runs = read(&[a.clone(), b]);
    let keys = difference::differing(&runs.iter().collect::<Vec<_>>(), &[]);
    let shown: Vec<(&str, Vec<&str>)> = keys
        .iter()
        .map(|key| {
            (
                key.path.as_str(),
                key.values.iter().map(|value| value.as_deref().unwrap_or("–")).collect(),
            )
        })
        .collect();
    assert_eq!(
        shown,
        [
            ("network.0.linear.out_features", vec!["128", "64"]),
            ("optimizer.name", vec!["adam", "sgd"])
        ],
        "the momentum is a default that only follows from the name"
    );
    // A layer more: the network as a whole, since all places move.
    let longer = recipe(&MADE).replace("- relu ", "- dropout:\n      p: 0.2\n- relu ");
    let c = put_as(root.path(), Made { id: "3", ..MADE }, &longer, &rows(0.5));
    let runs = read(&[a, c]);
    let keys = difference::differing(&runs.iter().collect::<Vec<_>>(), &[]);
    let values: Vec<&str> = keys[0].values.iter().flatten().map(String::as_str).collect();
    assert_eq!((keys.len(), keys[0].path.as_str()), (1, "network"));
    assert_eq!(values, ["[linear 128, relu]", "[linear 128, dropout 0.2, relu]"]);
}

#[test]
fn runs_of_different_tasks_stand_side_by_side() {
    let root = tempfile::tempdir().unwrap();
    put(root.path(), MADE);
    let other = put(
        root.path(),
        Made {
            recipe: "other",
            ..MADE
        },
    );
    let mut record = other.record().unwrap();
    record.task = "regression".into();
    record.monitor = "val_rmse".into();
    record.data.name = "diabetes".into();
    record.summary.as_mut().unwrap().test = vec![("rmse".into(), 54.0)];
    other.write_record(&record).unwrap();
    let mut rows = rows(0.3);
    rows.iter_mut()
        .for_each(|row| row.metrics = vec![("val_rmse".into(), 50.0), ("val_loss".into(), 0.3)]);
    other.write("metrics.csv", &to_csv(&rows, &[])).unwrap();
    let found = compare(root.path(), None);
    assert_eq!(
        found.metric, "val_loss",
        "the first of those that most have, where they are judged by different ones"
    );
    assert!(found.notes.iter().any(|note| note.contains("different tasks")));
    let rmse = text(&compare(root.path(), Some("val_rmse")), None);
    hold("compare", "different tasks", &rmse);
}

#[test]
fn everything_fits_eighty_columns() {
    let root = tempfile::tempdir().unwrap();
    two_groups(root.path());
    for (id, lr) in [("x1", "5e-4"), ("x2", "0.123456789012"), ("x3", "7e-5")] {
        let made = Made {
            recipe: "a_recipe_with_quite_a_long_name",
            id,
            lr,
            ..MADE
        };
        let longer = recipe(&made).replace("- relu ", "- relu\n- batch_norm\n- gelu\n- softplus ");
        put_as(root.path(), made, &longer, &rows(0.44));
    }
    let found = compare(root.path(), None);
    for width in [80, 100] {
        let shown = text(&found, Some(width));
        for line in shown.lines() {
            assert!(console::measure_text_width(line) <= width, "{width}: {line}\n{shown}");
        }
        for expected in ["optimizer.lr", "network", "best val_loss", "val_loss by epoch"] {
            assert!(shown.contains(expected), "{width}: {expected} is missing:\n{shown}");
        }
    }
}

#[test]
fn many_settings_are_cut_in_the_terminal_alone() {
    let root = tempfile::tempdir().unwrap();
    for i in 0..60_u32 {
        let lr = format!("{}e-4", i + 1);
        put(
            root.path(),
            Made {
                id: &format!("r{i}"),
                lr: &lr,
                loss: 0.4 + f64::from(i) / 100.0,
                ..MADE
            },
        );
    }
    let found = compare(root.path(), None);
    let shown = text(&found, Some(80));
    hold("compare", "many settings", &shown);
    assert_eq!(String::from_utf8(csv::csv(&found)).unwrap().lines().count(), 61);
    assert_eq!(json::json(&found)["entries"].as_array().unwrap().len(), 60);
    assert_eq!(
        page::page(&found, Path::new("x.html")).matches("report.html").count(),
        0,
        "there are none to link to"
    );
}

#[test]
fn one_recipe_over_seeds_shows_its_runs() {
    let root = tempfile::tempdir().unwrap();
    for seed in 0..3 {
        put(
            root.path(),
            Made {
                id: &format!("r{seed}"),
                seed,
                loss: 0.4 + 0.01 * seed as f64,
                ..MADE
            },
        );
    }
    let shown = text(&compare(root.path(), None), Some(80));
    assert!(
        shown.starts_with("3 runs of demo that differ in their seeds alone; val_loss"),
        "{shown}"
    );
    for seed in 0..3 {
        assert!(shown.contains(&format!("demo/r{seed}")), "{shown}");
    }
}
