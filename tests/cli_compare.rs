//! `runner compare`: what it finds, says and writes, over runs as a training would leave them.

mod fixture;

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use runner::cli::compare::text;
use runner::compare::evidence::Evidence;
use runner::compare::{Comparison, Run, csv, difference, json, page};
use runner::store::metrics::to_csv;
use runner::store::{RunFolder, Status};
use runner::train::row::Row;

const RECIPE: &str = "\
name: demo                     # default
task: classification           # demo.yaml:1
seed: SEED                     # --set
dataset:
  name: mnist                  # demo.yaml:2
network:
- linear:
      out_features: WIDTH      # demo.yaml:4
      bias: true               # default
- relu                         # demo.yaml:5
optimizer:
  name: OPTIMIZER              # demo.yaml:6
  lr: LR                       # demo.yaml:7
";

/// How a run is made.
#[derive(Clone, Copy)]
struct Made<'a> {
    recipe: &'a str,
    id: &'a str,
    seed: u64,
    lr: &'a str,
    /// The validation loss of the last epoch.
    loss: f64,
    status: Status,
}

const MADE: Made = Made {
    recipe: "demo",
    id: "1",
    seed: 0,
    lr: "1e-3",
    loss: 0.5,
    status: Status::Finished,
};

fn recipe(made: &Made) -> String {
    RECIPE
        .replace("SEED", &made.seed.to_string())
        .replace("WIDTH", "128")
        .replace("OPTIMIZER", "adam")
        .replace("LR", made.lr)
}

fn rows(loss: f64) -> Vec<Row> {
    let row = |epoch: u64| Row {
        epoch,
        step: epoch * 10,
        lr: 1e-3,
        metrics: [
            ("train_loss", loss * 0.9),
            ("val_loss", loss + 0.1 * (4 - epoch) as f64),
            ("val_accuracy", 1.0 - loss / 5.0),
        ]
        .map(|(name, value)| (name.to_owned(), value))
        .to_vec(),
        seconds: 1.0,
        samples_per_second: 100.0,
    };
    (1..=4).map(row).collect()
}

fn put(results: &Path, made: Made) -> RunFolder {
    put_as(results, made, &recipe(&made), &rows(made.loss))
}

fn put_as(results: &Path, made: Made, recipe: &str, rows: &[Row]) -> RunFolder {
    let mut record = fixture::record(made.status);
    record.name = made.recipe.into();
    record.created = format!("2026-01-31T12:00:{:02}Z", made.id.len());
    record.provenance = vec![
        ("network.0.linear.bias".into(), "default".into()),
        ("optimizer.momentum".into(), "default".into()),
    ];
    if let Some(summary) = &mut record.summary {
        summary.test = vec![("accuracy".into(), 1.0 - made.loss / 4.0), ("loss".into(), made.loss)];
        summary.seconds = 4.0;
        summary.epochs = 4;
    }
    let folder = fixture::run(results, made.recipe, &record);
    let path = results.join(made.recipe).join(made.id);
    fs::rename(folder.path(), &path).unwrap();
    let folder = RunFolder::open(path).unwrap();
    folder.write("recipe.yaml", recipe.as_bytes()).unwrap();
    folder.write("metrics.csv", &to_csv(rows, None)).unwrap();
    folder
}

/// Two learning rates over five seeds each; the first is better by about 0.1 in each seed.
fn two_groups(results: &Path) {
    for (seed, noise) in [0.012, -0.031, 0.022, 0.041, -0.027].into_iter().enumerate() {
        let seed = seed as u64;
        let wobble = [0.004, -0.003, 0.001, 0.002, -0.005][seed as usize];
        put(
            results,
            Made {
                id: &format!("a{seed}"),
                seed,
                loss: 0.4 + noise,
                ..MADE
            },
        );
        put(
            results,
            Made {
                id: &format!("b{seed}"),
                seed,
                loss: 0.5 + noise + wobble,
                lr: "1e-2",
                ..MADE
            },
        );
    }
}

fn read(folders: &[RunFolder]) -> Vec<Run> {
    folders.iter().map(|folder| Run::read(folder).unwrap()).collect()
}

fn all(results: &Path) -> Vec<Run> {
    let mut paths: Vec<PathBuf> = Vec::new();
    for recipe in fs::read_dir(results).unwrap().flatten() {
        paths.extend(fs::read_dir(recipe.path()).unwrap().flatten().map(|run| run.path()));
    }
    paths.sort();
    read(
        &paths
            .into_iter()
            .map(|path| RunFolder::open(path).unwrap())
            .collect::<Vec<_>>(),
    )
}

fn compare(results: &Path, metric: Option<&str>) -> Comparison {
    Comparison::new(all(results), metric).unwrap()
}

fn runner(results: &Path, arguments: &[&str]) -> Output {
    let mut command = Command::new(env!("CARGO_BIN_EXE_runner"));
    command
        .arg("compare")
        .args(arguments)
        .arg("--results")
        .arg(results)
        .current_dir(results);
    command.env_remove("RUNNER_RESULTS").output().unwrap()
}

fn said(output: &Output) -> String {
    format!(
        "{}{}",
        String::from_utf8_lossy(&output.stdout),
        String::from_utf8_lossy(&output.stderr)
    )
}

#[test]
fn a_difference_in_every_seed_stands_out() {
    let root = tempfile::tempdir().unwrap();
    two_groups(root.path());
    let found = compare(root.path(), None);
    assert_eq!((found.metric.as_str(), found.entries.len()), ("val_loss", 2));
    let [pair] = found.evidence.pairs.as_slice() else {
        panic!("one pair")
    };
    let test = pair.test.unwrap();
    assert_eq!((pair.shared, pair.n), (5, [5, 5]));
    assert!(
        (test.difference + 0.0998).abs() < 1e-9 && test.df == 4.0 && pair.p.unwrap() < 1e-5,
        "{test:?}"
    );
    // Figures from SciPy's t.ppf and sem.
    let expected = "\
10 runs of demo, 2 settings over seeds; val_loss, lower is better

   run        optimizer.lr  best val_loss    last             test accuracy    time  parameters  epochs
A  seeds 0-4  1e-3          0.4034 ± 0.0390  0.4034 ± 0.0390  89.92 ± 0.97 %  4.0 s     468,874       4
B  seeds 0-4  0.01          0.5032 ± 0.0428  0.5032 ± 0.0428  87.42 ± 1.07 %  4.0 s     468,874       4
";
    let shown = text(&found, None);
    let table: String = shown.lines().take(5).map(|line| format!("{line}\n")).collect();
    assert_eq!(table, expected);
    assert!(shown.contains("A is better than B by 0.0998 ["), "{shown}");
    assert!(
        shown.contains("(paired over 5 seeds): stands out of seed noise") && shown.contains("Method: "),
        "{shown}"
    );
}

#[test]
fn noise_does_not_stand_out() {
    let root = tempfile::tempdir().unwrap();
    for (seed, [a, b]) in [[0.41, 0.45], [0.47, 0.42], [0.39, 0.44], [0.44, 0.43]]
        .into_iter()
        .enumerate()
    {
        let seed = seed as u64;
        put(
            root.path(),
            Made {
                id: &format!("a{seed}"),
                seed,
                loss: a,
                ..MADE
            },
        );
        // Other seeds: no pairs.
        put(
            root.path(),
            Made {
                id: &format!("b{seed}"),
                seed: seed + 10,
                loss: b,
                lr: "1e-2",
                ..MADE
            },
        );
    }
    let found = compare(root.path(), None);
    let shown = text(&found, None);
    assert_eq!(found.evidence.pairs[0].shared, 0);
    assert!(
        shown.contains("(Welch, 4 and 4 seeds): does not stand out of seed noise"),
        "{shown}"
    );
}

#[test]
fn several_pairs_are_corrected() {
    let root = tempfile::tempdir().unwrap();
    for (place, lr) in ["1e-3", "2e-3", "3e-3"].into_iter().enumerate() {
        for seed in 0..3 {
            let loss = 0.4 + 0.02 * place as f64 + 0.01 * ((seed * 7 + place as u64 * 5) % 4) as f64;
            put(
                root.path(),
                Made {
                    id: &format!("{place}{seed}"),
                    seed,
                    lr,
                    loss,
                    ..MADE
                },
            );
        }
    }
    let found = compare(root.path(), None);
    assert_eq!(found.evidence.tests(), 3);
    for pair in &found.evidence.pairs {
        assert!(pair.p.unwrap() >= pair.test.unwrap().p);
    }
    assert!(text(&found, None).contains("p is corrected for 3 tests (Holm)"));
}

#[test]
fn one_seed_each_gives_no_evidence() {
    let root = tempfile::tempdir().unwrap();
    put(root.path(), Made { id: "1", ..MADE });
    put(
        root.path(),
        Made {
            id: "2",
            lr: "1e-2",
            loss: 0.2,
            seed: 7,
            ..MADE
        },
    );
    let found = compare(root.path(), None);
    let shown = text(&found, None);
    assert!(
        found.evidence.pairs.is_empty() && shown.contains("One seed each"),
        "{shown}"
    );
    let keys: Vec<&str> = found.keys.iter().map(|key| key.path.as_str()).collect();
    assert_eq!(
        keys,
        ["optimizer.lr", "seed"],
        "here the seed is a difference like any other"
    );
    // Which is why a seed that a run has twice is no second seed.
    put(root.path(), Made { id: "333", ..MADE });
    let found = compare(root.path(), None);
    assert!(found.evidence.pairs.is_empty());
    assert!(
        found.notes.iter().any(|note| note.contains("1 run repeats")),
        "{:?}",
        found.notes
    );
}

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
    other.write("metrics.csv", &to_csv(&rows, None)).unwrap();
    let found = compare(root.path(), None);
    assert_eq!(
        found.metric, "val_loss",
        "the first of those that most have, where they are judged by different ones"
    );
    assert!(found.notes.iter().any(|note| note.contains("different tasks")));
    let rmse = text(&compare(root.path(), Some("val_rmse")), None);
    assert!(
        rmse.contains("1 of 2 have no val_rmse (yet); they stand last"),
        "{rmse}"
    );
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
    assert!(
        shown.contains("20 more: --csv, --json and --html show all") && shown.contains("the best 8 are drawn"),
        "{shown}"
    );
    assert_eq!(String::from_utf8(csv::csv(&found)).unwrap().lines().count(), 61);
    assert_eq!(json::json(&found)["entries"].as_array().unwrap().len(), 60);
    assert_eq!(
        page::page(&found, Path::new("x.html")).matches("report.html").count(),
        0,
        "there are none to link to"
    );
}

#[test]
fn hostile_texts_stay_text() {
    const EVIL: &str = "<script>alert(1)</script><img src=x onerror=alert(2)>";
    let root = tempfile::tempdir().unwrap();
    for seed in 0..2 {
        for (id, lr) in [
            ("a", "\"'></title><script>alert(1)</script>\""),
            ("b", "\"\\u001b[31mred\""),
        ] {
            let folder = put(
                root.path(),
                Made {
                    id: &format!("{id}{seed}"),
                    lr,
                    seed,
                    loss: 0.4 + 0.01 * seed as f64,
                    ..MADE
                },
            );
            let mut record = folder.record().unwrap();
            record.name = EVIL.into();
            record.task = EVIL.into();
            record.machine.host = Some(EVIL.into());
            record.data.stand_in = Some(fixture::stand_in(EVIL));
            record.data.name = EVIL.into();
            record.summary.as_mut().unwrap().test.push((EVIL.into(), 1.0));
            folder.write_record(&record).unwrap();
            let mut rows = rows(0.4);
            rows.iter_mut().for_each(|row| row.metrics.push((EVIL.into(), 1.0)));
            folder.write("metrics.csv", &to_csv(&rows, None)).unwrap();
            folder.write("report.html", b"").unwrap();
        }
    }
    let found = compare(root.path(), None);
    let html = page::page(&found, &root.path().join("page.html"));
    assert!(
        !html.contains("<script>alert") && !html.contains("<img"),
        "an element of theirs"
    );
    assert!(html.matches("&lt;script&gt;").count() > 5);
    assert!(html.contains("href=\"demo/a0/report.html\""));
    let output = runner(root.path(), &["demo"]);
    assert!(!output.stdout.contains(&0x1b), "{}", said(&output));
}

#[test]
fn the_page_needs_nothing_but_itself() {
    let root = tempfile::tempdir().unwrap();
    two_groups(root.path());
    let html = page::page(&compare(root.path(), None), &root.path().join("page.html"));
    for forbidden in ["http://", "https://", "<link", "url(", "@import", "src="] {
        // The name of SVG's namespace is no address to load.
        assert!(
            !html.replace("http://www.w3.org/2000/svg", "").contains(forbidden),
            "{forbidden}"
        );
    }
    for expected in [
        "script-src 'sha256-",
        "default-src 'none'",
        "Does it stand out of seed noise?",
        "optimizer.lr",
        "class=\"band series0\"",
    ] {
        assert!(html.contains(expected), "{expected} is missing");
    }
    assert_eq!(
        html.matches("<svg").count(),
        html.matches(" aria-label=\"2 curves of").count()
    );
    assert_eq!(html.matches("<table").count(), html.matches("<caption").count());
}

#[test]
fn files_are_written_and_can_be_printed() {
    let root = tempfile::tempdir().unwrap();
    two_groups(root.path());
    let output = runner(root.path(), &["demo", "--html", "page.html", "--csv", "out.csv"]);
    assert!(output.status.success(), "{}", said(&output));
    let written = fs::read_to_string(root.path().join("out.csv")).unwrap();
    assert!(written.starts_with(
        "run,label,recipe,task,data,status,seed,epochs,seconds,parameters,path,optimizer.lr,best_val_loss,"
    ));
    assert!(
        fs::read_to_string(root.path().join("page.html"))
            .unwrap()
            .contains("Comparison of demo")
    );
    let printed = runner(root.path(), &["demo", "--csv", "-"]);
    assert_eq!(String::from_utf8(printed.stdout).unwrap(), written);
    let output = runner(root.path(), &["demo", "--json"]);
    let value: serde_json::Value = serde_json::from_slice(&output.stdout).unwrap();
    assert_eq!(
        (&value["entries"][0]["label"], &value["entries"][0]["best"]["n"]),
        (&"A".into(), &5.into())
    );
    assert_eq!(value["tests"][0]["stands_out"], true);
    let output = runner(root.path(), &["demo", "--html", "no/such/folder/page.html"]);
    let said = said(&output);
    assert!(
        output.status.code() == Some(1) && said.contains("--html FILE puts it elsewhere"),
        "{said}"
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

/// `cargo test --release --test cli_compare -- --ignored --nocapture` tells how long it takes.
#[test]
#[ignore = "measures time"]
fn a_thousand_runs_take_less_than_two_seconds() {
    let root = tempfile::tempdir().unwrap();
    for i in 0..1000_u32 {
        let lr = format!("{}e-5", i / 5 + 1);
        let made = Made {
            id: &format!("r{i:04}"),
            lr: &lr,
            seed: u64::from(i % 5),
            loss: 0.4 + f64::from(i * 7919 % 1000) / 1e4,
            ..MADE
        };
        let rows: Vec<Row> = (0..25)
            .flat_map(|block| {
                rows(made.loss).into_iter().map(move |row| Row {
                    epoch: row.epoch + 4 * block,
                    ..row
                })
            })
            .collect();
        put_as(root.path(), made, &recipe(&made), &rows);
    }
    for arguments in [&["demo"][..], &["demo", "--html", "page.html", "--csv", "out.csv"]] {
        let start = std::time::Instant::now();
        let output = runner(root.path(), arguments);
        let took = start.elapsed();
        assert!(output.status.success(), "{}", said(&output));
        println!("1,000 runs of 100 epochs, {arguments:?}: {:.2} s", took.as_secs_f64());
        assert!(took.as_secs_f64() < 2.0);
    }
}

#[test]
fn the_evidence_of_many_settings_is_against_the_best() {
    let root = tempfile::tempdir().unwrap();
    for i in 0..30_u32 {
        let lr = format!("{}e-4", i / 2 + 1);
        put(
            root.path(),
            Made {
                id: &format!("r{i}"),
                lr: &lr,
                seed: u64::from(i % 2),
                loss: 0.4 + f64::from(i) / 100.0,
                ..MADE
            },
        );
    }
    let found = compare(root.path(), None);
    let Evidence { pairs, .. } = &found.evidence;
    assert_eq!(pairs.len(), 14);
    assert!(pairs.iter().all(|pair| pair.entries[0] == 0));
}
