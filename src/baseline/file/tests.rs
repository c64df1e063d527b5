use super::*;

pub fn baseline() -> Baseline {
    let row = |epoch: u64, metrics: &[(&str, f64)]| Row {
        epoch,
        step: epoch * 5,
        lr: Some(0.1),
        metrics: metrics.iter().map(|&(name, value)| (name.to_owned(), value)).collect(),
        seconds: 0.0,
        samples_per_second: 0.0,
    };
    Baseline {
        recipe: "../iris.yaml".to_owned(),
        set: vec!["trainer.epochs=2".to_owned()],
        made_of: MadeOf {
            recipe_digest: "ab".to_owned(),
            data: "iris".to_owned(),
            stand_in: None,
            data_digest: "cd".to_owned(),
            program: Program {
                runner: "0.1.0".to_owned(),
                build: "ef".to_owned(),
                rustc: "rustc 1".to_owned(),
                digest: "01".to_owned(),
            },
            machine: System {
                system: "linux".to_owned(),
                cpu: Some("Abacus".to_owned()),
            },
        },
        tolerance: Tolerance::default(),
        rows: vec![
            row(1, &[("val_loss", 0.1 + 0.2), ("r2", f64::NAN)]),
            row(2, &[("val_loss", f64::INFINITY)]),
        ],
        test: vec![("test_loss".to_owned(), 0.25)],
    }
}

#[test]
fn the_file_is_small_readable_and_read_back() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("iris.json");
    let text = baseline().to_text();
    std::fs::write(&path, &text).unwrap();
    let back = Baseline::read(&path).unwrap();
    assert_eq!(format!("{back:?}"), format!("{:?}", baseline()));
    assert_eq!(back.to_text(), text);
    assert!(
        text.contains("\n    [1,5,0.1,0.30000000000000004,null],\n    [2,10,0.1,\"inf\",\"-\"]\n"),
        "{text}"
    );
    assert!(text.contains("\"tolerance\": {\"*\":0.005}"), "{text}");
}

#[test]
fn what_is_no_baseline_is_refused() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("iris.json");
    let text = baseline().to_text();
    for (from, to, expected) in [
        ("\"format\": 1", "\"format\": 2", "format 2"),
        ("[1,5,0.1,", "[1,5,", "row 1"),
        ("\"epoch\",", "", "columns"),
        ("\"set\"", "\"sets\"", "sets"),
        ("{", "", "expected"),
    ] {
        std::fs::write(&path, text.replacen(from, to, 1)).unwrap();
        let message = Baseline::read(&path).unwrap_err().to_string();
        assert!(message.contains("iris.json") && message.contains(expected), "{message}");
    }
}
