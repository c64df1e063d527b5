//! The page, CSV and JSON; and how long it takes.

use std::fs;

use runner::compare::page;
use runner::results::metrics::to_csv;
use runner::results::row::Row;

use super::runs::{MADE, Made, compare, put, put_as, recipe, rows, runner, said, told, two_groups};
use crate::support::fixture;

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
            folder.write("metrics.csv", &to_csv(&rows, &[])).unwrap();
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
    let nowhere = ["demo", "--html", "no/such/folder/page.html"];
    told(root.path(), "a page that cannot be written", 1, &nowhere);
}

/// `cargo test --release --test cli compare -- --ignored --nocapture` shows how long it takes.
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
