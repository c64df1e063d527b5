//! The report page: whole, escaped, small, and the same when it is written again.
//!
//! To look at the pages: `REPORTS=/tmp/reports cargo test --test cli report_page`.

use std::path::PathBuf;

use runner::data::{ColumnInfo, Encoding};
use runner::report;
use runner::results::findings;
use runner::results::findings::Confusion;
use runner::results::findings::Findings;
use runner::results::findings::Picture;
use runner::results::metrics::to_csv;
use runner::results::row::Row;
use runner::results::{Record, RunFolder, Status};

/// Writes a run's report and gives its text; keeps it where `REPORTS` says.
fn page(name: &str, record: &Record, rows: &[Row], findings: &Findings) -> (String, RunFolder, tempfile::TempDir) {
    let root = tempfile::tempdir().unwrap();
    let folder = crate::support::fixture::run(root.path(), name, record);
    folder.write("metrics.csv", &to_csv(rows, &[])).unwrap();
    report::write(&folder, record, rows, findings).unwrap();
    let html = String::from_utf8(folder.read("report.html", 1 << 30).unwrap()).unwrap();
    if let Some(keep) = std::env::var_os("REPORTS").map(PathBuf::from) {
        std::fs::create_dir_all(&keep).unwrap();
        std::fs::write(keep.join(format!("{name}.html")), &html).unwrap();
    }
    well_formed(&html);
    (html, folder, root)
}

/// Every tag is closed in the order in which it was opened, and no id stands twice.
fn well_formed(html: &str) {
    const VOID: [&str; 3] = ["meta", "img", "br"];
    let mut open: Vec<String> = Vec::new();
    let mut rest = html;
    while let Some(start) = rest.find('<') {
        let inside = &rest[start + 1..];
        // Attributes are quoted with ", and maud escapes " and < but not > in them.
        let mut quoted = false;
        let end = inside.find(|c: char| {
            quoted ^= c == '"';
            c == '>' && !quoted
        });
        let (tag, after) = inside.split_at(end.expect("a tag that never ends"));
        let name: String = tag
            .trim_start_matches('/')
            .chars()
            .take_while(|c| c.is_ascii_alphanumeric())
            .collect();
        if tag.starts_with('/') {
            assert_eq!(open.pop().as_deref(), Some(name.as_str()), "closed out of order");
        } else if !tag.starts_with('!') && !VOID.contains(&name.as_str()) {
            open.push(name);
        }
        rest = after;
    }
    assert!(open.is_empty(), "never closed: {open:?}");
    let mut ids: Vec<&str> = html
        .split(" id=\"")
        .skip(1)
        .filter_map(|part| part.split('"').next())
        .collect();
    let all = ids.len();
    ids.sort_unstable();
    ids.dedup();
    assert_eq!(ids.len(), all, "an id stands twice");
}

#[test]
fn a_classification_shows_everything() {
    let record = crate::support::fixture::record(Status::Finished);
    let (html, folder, _root) = page(
        "classification",
        &record,
        &crate::support::fixture::rows(10),
        &crate::support::fixture::findings(),
    );
    for expected in [
        "98.31 %",
        "test accuracy",
        "best epoch of 10",
        "Curves",
        "Confusion",
        "Worst mistakes",
        "Network",
        "401,920",
        "data:image/png;base64,",
        "Provenance",
        "/recipe.yaml --data /home/user/data",
        "git -C recipes checkout 3f9c2d1e5b7a\n",
        "--set",
    ] {
        assert!(html.contains(expected), "{expected} is missing");
    }
    assert!(
        html.contains(&format!("runner run {}", folder.path().display())),
        "an absolute path"
    );
    assert_eq!(
        html.matches("<img").count(),
        html.matches(" alt=\"").count(),
        "each picture has words"
    );
    assert_eq!(
        html.matches("<svg").count(),
        html.matches(" aria-label=\"Curves of").count(),
        "each plot has words"
    );
    assert_eq!(
        html.matches("<table").count(),
        html.matches("<caption").count(),
        "each table has a caption"
    );
}

#[test]
fn what_nobody_looked_at_has_no_table() {
    let mut findings = crate::support::fixture::findings();
    findings.confusion.as_mut().unwrap().counts.clear();
    findings.per_class.iter_mut().for_each(|class| class.support = 0);
    findings.mistakes.clear();
    let record = crate::support::fixture::record(Status::Finished);
    let (html, ..) = page("no test part", &record, &crate::support::fixture::rows(1), &findings);
    for id in ["confusion", "classes", "mistakes"] {
        assert!(!html.contains(&format!("id=\"{id}\"")), "{id}");
    }
}

#[test]
fn mistakes_are_rows_with_their_cells_or_pictures_with_their_files() {
    let mut findings = crate::support::fixture::regression();
    findings.mistakes.truncate(1);
    findings.mistakes[0].features.truncate(1);
    findings.mistakes[0].features[0].1 = 1.0;
    findings.mistakes[0].name = Some("pets/cat/0.png".to_owned());
    let mut record = crate::support::fixture::record(Status::Finished);
    record.data.columns = vec![ColumnInfo::Category {
        name: "zone <1>".to_owned(),
        encoding: Encoding::OneHot,
        categories: vec!["centre".to_owned()],
        fill: None,
    }];
    let (html, ..) = page("cells", &record, &crate::support::fixture::rows(1), &findings);
    for expected in [
        "zone &lt;1&gt;",
        "centre",
        "pets/cat/0.png",
        "The test sample with the largest loss.",
    ] {
        assert!(html.contains(expected), "{expected}");
    }
}

#[test]
fn nothing_is_loaded_and_nothing_runs() {
    let record = crate::support::fixture::record(Status::Finished);
    let (html, ..) = page(
        "offline",
        &record,
        &crate::support::fixture::rows(3),
        &crate::support::fixture::findings(),
    );
    for forbidden in [
        "http://", "https://", "<script", "<link", "url(", "@import", "src=\"//", "onload",
    ] {
        assert!(!html.contains(forbidden), "{forbidden}");
    }
}

#[test]
fn text_from_recipes_and_data_stays_text() {
    const EVIL: &str = "\"'></title></style></pre><script>alert(1)</script><img src=x onerror=alert(2)>";
    let mut record = crate::support::fixture::record(Status::Failed);
    record.failure = Some(EVIL.into());
    record.name = EVIL.into();
    record.task = EVIL.into();
    record.recipe_path = EVIL.into();
    record.provenance.push((EVIL.into(), EVIL.into()));
    record.data.stand_in = Some(crate::support::fixture::stand_in(EVIL));
    record.data.notes = vec![EVIL.into()];
    record.network.layers[0].name = EVIL.into();
    record.git = Some(EVIL.into());
    let mut findings = crate::support::fixture::findings();
    findings.per_class[0].name = EVIL.into();
    findings.mistakes[0].target = EVIL.into();
    findings.mistakes[0].features = vec![(EVIL.into(), 1.0)];
    findings.confusion.as_mut().unwrap().classes[0] = EVIL.into();
    findings.points = crate::support::fixture::regression().points;
    findings.points.as_mut().unwrap().name = EVIL.into();
    let mut rows = crate::support::fixture::rows(3);
    rows.iter_mut().for_each(|row| row.metrics[0].0 = EVIL.into());
    let root = tempfile::tempdir().unwrap();
    let folder = crate::support::fixture::run(root.path(), "evil", &record);
    folder.write("recipe.yaml", EVIL.as_bytes()).unwrap();
    report::write(&folder, &record, &rows, &findings).unwrap();
    let html = String::from_utf8(folder.read("report.html", 1 << 30).unwrap()).unwrap();
    well_formed(&html);
    assert!(!html.contains("<script") && !html.contains("<img src=x"));
    assert!(html.matches("&lt;script&gt;").count() > 12);
}

#[test]
fn a_regression_shows_points_and_errors() {
    let mut record = crate::support::fixture::record(Status::Finished);
    record.data.stand_in = Some(crate::support::fixture::stand_in("the embedded sample stands in"));
    let (html, ..) = page(
        "regression",
        &record,
        &crate::support::fixture::rows(40),
        &crate::support::fixture::regression(),
    );
    for expected in [
        "Predicted against true progression",
        "Errors: predicted less true",
        "Stand-in data.",
        "300 test samples are shown",
    ] {
        assert!(html.contains(expected), "{expected} is missing");
    }
    assert!(!html.contains("Confusion"));
}

#[test]
fn ten_thousand_epochs_stay_small() {
    let mut rows = crate::support::fixture::rows(10_000);
    rows[5000].metrics[2].1 = 7.5;
    let (html, ..) = page(
        "long",
        &crate::support::fixture::record(Status::Finished),
        &rows,
        &Findings::default(),
    );
    assert!(html.len() < 400_000, "{} bytes", html.len());
    assert!(html.contains("Of 10,000 epochs"));
}

#[test]
fn many_classes_show_the_pairs_confused_most() {
    let classes: Vec<String> = (0..200).map(|i| format!("class {i}")).collect();
    let counts = vec![(1, 2, 3), (17, 42, 9)];
    let findings = Findings {
        confusion: Some(Confusion { classes, counts }),
        ..Findings::default()
    };
    let (html, ..) = page(
        "many",
        &crate::support::fixture::record(Status::Finished),
        &crate::support::fixture::rows(2),
        &findings,
    );
    let (first, second) = (html.find("class 42").unwrap(), html.find("class 2<").unwrap());
    assert!(first < second);
    assert!(html.len() < 100_000);
}

#[test]
fn hard_input_gives_a_page_all_the_same() {
    let mut record = crate::support::fixture::record(Status::Finished);
    let summary = record.summary.as_mut().unwrap();
    summary.test = vec![("loss".into(), f64::NAN)];
    summary.best = None;
    let mut rows = crate::support::fixture::rows(5);
    rows[0].metrics[0].1 = f64::INFINITY;
    rows.iter_mut().for_each(|row| row.metrics[2].1 = f64::NAN);
    rows[3].metrics.clear();
    let mut findings = crate::support::fixture::findings();
    findings.confusion = Some(Confusion {
        classes: vec!["a".into()],
        counts: vec![(0, 0, 1), (0, 1, 2), (7, 0, 3)],
    });
    findings.per_class[0].f1 = f64::NAN;
    findings.mistakes[0].picture = Some(Picture {
        width: 9,
        height: 9,
        channels: 1,
        pixels: vec![1],
    });
    let (html, ..) = page("hard", &record, &rows, &findings);
    assert!(html.contains("Its picture cannot be shown."));
    page(
        "empty",
        &crate::support::fixture::record(Status::Running),
        &[],
        &Findings::default(),
    );
}

#[test]
fn a_diverged_run_shows_its_norms_in_columns() {
    let mut record = crate::support::fixture::record(Status::Diverged);
    record.failure = Some("the training diverged: the loss is NaN\n  norms  weight\n  0.weight  NaN".into());
    let (html, ..) = page(
        "diverged",
        &record,
        &crate::support::fixture::rows(4),
        &Findings::default(),
    );
    assert!(html.contains("<pre tabindex=\"0\"><code>  norms  weight\n  0.weight  NaN</code></pre>"));
    assert!(html.contains("It diverged. ") && !html.contains("It failed.") && !html.contains(" yet."));
}

#[test]
fn written_again_it_is_the_same() {
    let record = crate::support::fixture::record(Status::Finished);
    let (html, folder, _root) = page(
        "again",
        &record,
        &crate::support::fixture::rows(10),
        &crate::support::fixture::findings(),
    );
    findings::write(&folder, &crate::support::fixture::findings()).unwrap();
    std::fs::remove_file(folder.file("report.html")).unwrap();
    report::rewrite(&folder).unwrap();
    assert_eq!(
        String::from_utf8(folder.read("report.html", 1 << 30).unwrap()).unwrap(),
        html
    );
    folder.write("findings.json", b"{\"confusion\": 3}").unwrap();
    assert!(
        report::rewrite(&folder)
            .unwrap_err()
            .to_string()
            .contains("findings.json")
    );
}
