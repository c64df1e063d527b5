//! `runner predict`: what a trained run says of new inputs.

use crate::support::place::{Place, recipe, text};

#[test]
fn rows_of_a_csv_file_are_predicted_as_the_test_part_was() {
    let place = Place::new();
    let options = ["--set", "trainer.epochs=3"];
    let run = place.train(&recipe("csv_taxi.yaml"), &options);
    let data = crate::support::place::package().join("recipes/data/taxi.csv");
    let predict =
        |input: &str, output: &str| place.runner(["predict", "csv_taxi", "--input", input, "--output", output]);
    let printed = predict(data.to_str().unwrap(), "-");
    assert!(printed.status.success(), "{}", text(&printed));
    let mut rows = csv::Reader::from_reader(printed.stdout.as_slice());
    assert_eq!(rows.headers().unwrap(), vec!["input", "predicted_fare"]);
    let all: Vec<csv::StringRecord> = rows.records().map(Result::unwrap).collect();
    // Without the training's data, to the digit what the training wrote of its test part.
    let mut test = csv::Reader::from_path(run.join("predictions.csv")).unwrap();
    let mut seen = 0;
    for record in test.records().map(Result::unwrap) {
        let row: usize = record[1].parse().unwrap();
        assert_eq!((&all[row][0], &all[row][1]), (&record[1], &record[3]), "row {row}");
        seen += 1;
    }
    assert!(seen > 10);

    // The target may be absent and columns may stand in any order; a category that is new is none.
    let mut csv = csv::Reader::from_path(&data).unwrap();
    let header = csv.headers().unwrap().clone();
    let first = csv.records().next().unwrap().unwrap();
    let columns: Vec<usize> = (0..header.len()).rev().filter(|&i| &header[i] != "fare").collect();
    let line = |record: &csv::StringRecord| columns.iter().map(|&i| &record[i]).collect::<Vec<_>>().join(",");
    let new = place.write("new.csv", format!("{}\n{}\n", line(&header), line(&first)));
    let output = predict(new.to_str().unwrap(), "out.csv");
    assert!(output.status.success(), "{}", text(&output));
    let written = std::fs::read_to_string(place.path().join("out.csv")).unwrap();
    assert_eq!(written, format!("input,predicted_fare\n0,{}\n", &all[0][1]));

    // What is wrong is reported with its place, and nothing is written.
    let short = place.write("short.csv", written.replace("input", "something"));
    let predict = ["predict", "csv_taxi", "--output", "no.csv", "--input"];
    let short = short.to_str().unwrap();
    place.told("a column less", 4, &[&predict[..], &[short]].concat());
    place.told("no such table", 4, &[&predict[..], &["nowhere.csv"]].concat());
    assert!(!place.path().join("no.csv").exists());
}

#[test]
fn pictures_are_predicted_by_their_files() {
    let place = Place::new();
    place.train(&recipe("mnist_mlp.yaml"), &["--set", "trainer.epochs=2"]);
    let folder = place.path().join("pictures");
    std::fs::create_dir(&folder).unwrap();
    for (name, side) in [("b.png", 28), ("a.png", 40)] {
        let mut encoder = png::Encoder::new(std::fs::File::create(folder.join(name)).unwrap(), side, side);
        encoder.set_color(png::ColorType::Grayscale);
        let pixels: Vec<u8> = (0..side * side)
            .map(|i| if i % side / 4 == side / 8 { 255 } else { 0 })
            .collect();
        encoder.write_header().unwrap().write_image_data(&pixels).unwrap();
    }
    place.told("pictures", 0, &["predict", "mnist_mlp", "--input", "pictures"]);
    let mut rows = csv::Reader::from_path(place.path().join("predictions.csv")).unwrap();
    let header = rows.headers().unwrap().clone();
    assert_eq!(
        header.iter().take(4).collect::<Vec<_>>(),
        ["input", "stand_in", "predicted", "p_0"]
    );
    let records: Vec<csv::StringRecord> = rows.records().map(Result::unwrap).collect();
    let names: Vec<&str> = records.iter().map(|record| &record[0]).collect();
    assert_eq!(names, ["pictures/a.png", "pictures/b.png"]);
    for record in &records {
        let p: Vec<f32> = record.iter().skip(3).map(|cell| cell.parse().unwrap()).collect();
        let best = (0..10).max_by(|&a, &b| p[a].total_cmp(&p[b])).unwrap();
        assert!((p.iter().sum::<f32>() - 1.0).abs() < 1e-4 && record[2] == best.to_string());
    }
    place.write("pictures/c.png", "damaged");
    place.told(
        "a damaged picture",
        4,
        &["predict", "mnist_mlp", "--input", "pictures/c.png", "--output", "-"],
    );
}

#[test]
fn each_character_of_a_text_is_predicted_as_the_test_part_was() {
    let place = Place::new();
    let book = "abcd\n".repeat(400);
    place.write("book.txt", &book);
    let recipe = place.write(
        "book.yaml",
        "
task: language_model
dataset: {name: text, path: book.txt, sequence_length: 16, validation_split: 0.1, test_split: 0.1}
network:
  - embedding: {num_embeddings: 5, embedding_dim: 5}
optimizer: {name: adam, lr: 0.3}
trainer: {epochs: 2, batch_size: 8}
",
    );
    let run = place.train(&recipe, &[]);
    // The end of the file is the test part; its last window is not a whole one.
    place.write("end.txt", &book[book.len() - 200..]);
    let output = place.runner(["predict", "book", "--input", "end.txt", "--output", "-"]);
    assert!(output.status.success(), "{}", text(&output));
    let mut rows = csv::Reader::from_reader(output.stdout.as_slice());
    assert_eq!(
        rows.headers().unwrap(),
        vec!["input", "character", "predicted", "probability", "nats"]
    );
    let rows: Vec<csv::StringRecord> = rows.records().map(Result::unwrap).collect();
    assert_eq!(rows.len(), 199);
    assert_eq!((&rows[0][0], &rows[0][1]), ("1:2", "b"));
    assert_eq!((&rows[3][0], &rows[3][1]), ("1:5", "\\n"));
    assert!(
        rows.iter().all(|row| row[1] == row[2]),
        "it learns in a moment which letter follows which"
    );
    let mut windows = csv::Reader::from_path(run.join("predictions.csv")).unwrap();
    let loss = windows
        .headers()
        .unwrap()
        .iter()
        .position(|name| name == "loss")
        .unwrap();
    let windows: Vec<csv::StringRecord> = windows.records().map(Result::unwrap).collect();
    assert_eq!(windows.len(), 12);
    for (window, rows) in windows.iter().zip(rows.chunks(16)) {
        let nats: f64 = rows.iter().map(|row| row[4].parse::<f64>().unwrap()).sum();
        let wanted: f64 = window[loss].parse().unwrap();
        assert!((nats / 16.0 - wanted).abs() < 1e-5 * wanted, "{nats} {wanted}");
    }
    place.write("other.txt", "abc\nabx");
    place.told(
        "a character that is new",
        4,
        &["predict", "book", "--input", "other.txt"],
    );
}

#[test]
fn nothing_that_is_there_is_overwritten_unasked() {
    let place = Place::new();
    place.train(&recipe("csv_taxi.yaml"), &["--set", "trainer.epochs=1"]);
    let data = crate::support::place::package().join("recipes/data/taxi.csv");
    let table = std::fs::read(&data).unwrap();
    place.write("new.csv", &table);
    place.write("out.csv", "mine");
    place.told(
        "over its own input",
        2,
        &[
            "predict", "csv_taxi", "--input", "new.csv", "--output", "new.csv", "--force",
        ],
    );
    place.told(
        "over another file",
        2,
        &["predict", "csv_taxi", "--input", "new.csv", "--output", "out.csv"],
    );
    assert_eq!(std::fs::read(place.path().join("new.csv")).unwrap(), table);
    assert_eq!(std::fs::read(place.path().join("out.csv")).unwrap(), b"mine");
    let forced = place.runner([
        "predict", "csv_taxi", "--input", "new.csv", "--output", "out.csv", "--force",
    ]);
    assert!(forced.status.success(), "{}", text(&forced));
    assert!(
        std::fs::read_to_string(place.path().join("out.csv"))
            .unwrap()
            .starts_with("input,")
    );
}
