//! Folders of pictures from one end to the other: what is said of them, what becomes of broken ones, what a run keeps.

use std::path::Path;

use crate::support::place::{Place, text};

const RECIPE: &str = "
task: classification
seed: 4
dataset: {name: image_folder, path: icons, size: [4, 4], channels: 1, validation_split: 0.2, test_split: 0.25}
network: [flatten, linear: 2]
optimizer: {name: adam, lr: 0.05}
trainer: {epochs: 30, batch_size: 8}
";

/// An icon that is all in its alpha channel: black, and nothing behind it.
fn icon(path: &Path, upper: bool, i: usize) {
    std::fs::create_dir_all(path.parent().unwrap()).unwrap();
    let mut encoder = png::Encoder::new(std::fs::File::create(path).unwrap(), 6, 6);
    encoder.set_color(png::ColorType::Rgba);
    let mut writer = encoder.write_header().unwrap();
    let pixel = |p: usize| [0, 0, 0, if (p / 6 < 3) == upper { 255 - i as u8 } else { i as u8 }];
    let pixels: Vec<u8> = (0..36).flat_map(pixel).collect();
    writer.write_image_data(&pixels).unwrap();
}

fn icons(place: &Place, folder: &str) {
    for (class, upper) in [("above", true), ("below", false)] {
        for i in 0..20 {
            icon(&place.path().join(format!("{folder}/{class}/{i}.png")), upper, i);
        }
    }
}

#[test]
fn a_run_says_what_it_read_and_names_files() {
    let place = Place::new();
    icons(&place, "icons");
    let recipe = place.write("icons.yaml", RECIPE);
    let checked = text(&place.runner(["check", "icons.yaml"]));
    assert!(checked.contains("classes: above (20), below (20)"), "{checked}");
    let run = place.train(&recipe, &["--set", "trainer.epochs=1"]);
    let rows = std::fs::read_to_string(run.join("predictions.csv")).unwrap();
    assert!(rows.starts_with("index,row,file,target,"), "{rows}");
    assert!(rows.lines().nth(1).unwrap().contains(",icons/above/"), "{rows}");
    let page = std::fs::read_to_string(run.join("report.html")).unwrap();
    assert!(page.contains("pictures with transparency, laid over white"));
    let wrong = rows.lines().skip(1).find(|row| row.split(',').nth(5) == Some("0"));
    if let Some(file) = wrong.and_then(|row| row.split(',').nth(2)) {
        assert!(page.contains(file), "{file}");
    }
}

#[test]
fn a_broken_picture_costs_no_prediction_of_another() {
    let place = Place::new();
    icons(&place, "icons");
    place.train(&place.write("icons.yaml", RECIPE), &[]);
    for (i, upper) in [(1, true), (2, false), (3, true)] {
        icon(&place.path().join(format!("new/{i}.png")), upper, 9);
    }
    place.write("new/0.png", "");
    place.write("new/2b.jpg", "GIF89a");
    let said = place.told(
        "some broken pictures",
        4,
        &["predict", "icons", "--input", "new", "--output", "new.csv"],
    );
    assert!(said.contains("2 inputs cannot be read"), "{said}");
    let rows = std::fs::read_to_string(place.path().join("new.csv")).unwrap();
    let told: Vec<[&str; 2]> = rows
        .lines()
        .skip(1)
        .map(|row| [0, 1].map(|cell| row.split(',').nth(cell).unwrap()))
        .collect();
    assert_eq!(
        told,
        [["new/1.png", "above"], ["new/2.png", "below"], ["new/3.png", "above"]]
    );
    place.told(
        "broken pictures alone",
        4,
        &["predict", "icons", "--input", "new/0.png", "--output", "no.csv"],
    );
    assert!(!place.path().join("no.csv").exists());
    // In training all are told before anything begins, or left out.
    place.write("icons/above/x.png", "");
    place.write("icons/below/y.png", "<html></html>");
    place.told("broken pictures", 4, &["check", "icons.yaml"]);
    let output = place.runner(["check", "icons.yaml", "--set", "dataset.broken=leave_out"]);
    assert!(
        output.status.success() && text(&output).contains("left out: 2"),
        "{}",
        text(&output)
    );
}

#[test]
fn a_run_from_before_reads_as_it_read() {
    let place = Place::new();
    icons(&place, "icons");
    let before = [
        "--set",
        "dataset.orientation=as_stored",
        "--set",
        "dataset.background=none",
    ];
    let run = place.train(&place.write("icons.yaml", RECIPE), &before);
    let predict = |output: &str| {
        let said = place.runner(["predict", "icons", "--input", "icons/above", "--output", output]);
        assert!(said.status.success(), "{}", text(&said));
        std::fs::read_to_string(place.path().join(output)).unwrap()
    };
    let with = predict("with.csv");
    // As a run kept it that knew no such keys.
    let kept = std::fs::read_to_string(run.join("recipe.yaml")).unwrap();
    let new = ["  orientation:", "  background:", "  broken:"];
    let lines = kept.lines().filter(|line| !new.iter().any(|key| line.starts_with(key)));
    std::fs::write(
        run.join("recipe.yaml"),
        lines.map(|line| format!("{line}\n")).collect::<String>(),
    )
    .unwrap();
    assert_eq!(predict("without.csv"), with);
    // Without alpha all icons are one: black.
    let shares: Vec<&str> = with.lines().skip(1).map(|row| row.split_once(',').unwrap().1).collect();
    assert!(shares.windows(2).all(|pair| pair[0] == pair[1]), "{with}");
}

#[test]
fn folders_of_parts_lead_to_a_recipe_that_trains() {
    let place = Place::new();
    for part in ["train", "valid", "test"] {
        icons(&place, &format!("icons/{part}"));
    }
    place.write("icons.yaml", RECIPE);
    let told = place.told("parts for classes", 3, &["check", "icons.yaml"]);
    let written = told.split("write '").nth(1).unwrap().split('\'').next().unwrap();
    let mended = RECIPE.replace("path: icons", written);
    let run = place.train(&place.write("mended.yaml", mended), &[]);
    assert_eq!(
        crate::support::place::record(&run)["data"]["rows"],
        serde_json::json!([40, 40, 40])
    );
}
