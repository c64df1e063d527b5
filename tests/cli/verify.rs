//! `runner verify`: a run that comes out the same, and where one parts that does not.

use std::fs;
use std::path::{Path, PathBuf};

use crate::support::place::{IRIS as RECIPE, Place, record};
use runner::files::tensors::Tensors;

/// Trains a recipe of this name with a few lines more.
fn trained(place: &Place, name: &str, more: &str) -> PathBuf {
    let recipe = place.write(&format!("{name}.yaml"), format!("{RECIPE}{more}"));
    place.train(&recipe, &[])
}

/// Everything in a run's folder.
fn contents(run: &Path) -> Vec<(PathBuf, Vec<u8>)> {
    let mut files = Vec::new();
    for folder in [run.to_owned(), run.join("checkpoint")] {
        let entries = fs::read_dir(folder).unwrap().flatten().map(|entry| entry.path());
        files.extend(entries.filter(|path| path.is_file()));
    }
    files.sort();
    files
        .into_iter()
        .map(|path| (path.clone(), fs::read(path).unwrap()))
        .collect()
}

/// Gives a run what another training left, as if that had been its own.
fn transplant(from: &Path, to: &Path) {
    for name in [
        "metrics.csv",
        "predictions.csv",
        "findings.json",
        "checkpoint/best.safetensors",
        "checkpoint/last.safetensors",
        "checkpoint/trainer.safetensors",
    ] {
        fs::copy(from.join(name), to.join(name)).unwrap();
    }
}

#[test]
fn a_run_comes_out_the_same_on_any_number_of_threads() {
    let place = Place::new();
    let run = trained(&place, "iris", "");
    let before = contents(&run);
    // 10 steps are compared: 0, 1, 2, 4, 8, 16 and the ends of four epochs of five steps.
    for (threads, name) in [("1", "the same on one thread"), ("3", "the same on three threads")] {
        place.told(name, 0, &["verify", "iris", "--threads", threads]);
    }
    assert_eq!(contents(&run), before, "a run is only looked at");
    let output = place.runner(["verify", "iris", "--json"]);
    let json: serde_json::Value = serde_json::from_slice(&output.stdout).unwrap();
    assert_eq!(
        (output.status.code(), &json["same"], &json["verdict"]["marks"]),
        (Some(0), &true.into(), &10.into())
    );
    assert_eq!(place.runs().len(), 1);
}

#[test]
fn samples_are_compared_too() {
    let place = Place::new();
    place.write("book.txt", "abcd\n".repeat(200));
    let recipe = place.write(
        "book.yaml",
        "task: language_model\nseed: 5\n\
         dataset: {name: text, path: book.txt, sequence_length: 16, validation_split: 0.1, test_split: 0.1}\n\
         network: [{embedding: {num_embeddings: 5, embedding_dim: 5}}]\n\
         trainer: {epochs: 2, batch_size: 8}\nsamples: {length: 30, temperature: 0.5}\n",
    );
    let run = place.train(&recipe, &[]);
    let samples = fs::read_dir(run.join("samples"))
        .unwrap()
        .flatten()
        .map(|entry| entry.path());
    let sample = samples.max().unwrap();
    let name = sample.file_name().unwrap().to_str().unwrap();
    let said = place.told("the same samples", 0, &["verify", "book"]);
    assert!(said.contains(name), "{said}");
    fs::write(&sample, "abcd").unwrap();
    place.told("another sample", 1, &["verify", "book"]);
}

#[test]
fn the_first_step_that_parts_is_named() {
    let place = Place::new();
    // From the second epoch on, whose first step is the sixth of all, the two go different ways.
    let halved = "lr_scheduler: {name: step, step_size: 1, gamma: 0.5}\n";
    let traced = RECIPE.replace("batch_size: 20", "batch_size: 20, trace_every_steps: 1");
    let [own, other] = [("own", ""), ("other", halved)].map(|(name, more)| {
        let recipe = place.write(&format!("{name}.yaml"), format!("{traced}{more}"));
        place.train(&recipe, &[])
    });
    transplant(&other, &own);
    // Which of the two differs more is the machine's.
    let first = ["0.weight", "0.bias"];
    place.told_but("another rate, each step traced", 1, &["verify", "own"], &first);

    let [own, other] = [("few", ""), ("others", halved)].map(|(name, more)| trained(&place, name, more));
    transplant(&other, &own);
    place.told_but("another rate, few steps traced", 1, &["verify", "few"], &first);
}

#[test]
fn what_was_changed_since_is_named() {
    let place = Place::new();
    let run = trained(&place, "iris", "");
    let best = run.join("checkpoint/best.safetensors");
    let whole = fs::read(&best).unwrap();
    let tensors = Tensors::from_bytes(&whole, &best).unwrap();
    let mut values = tensors.floats("2.bias", &[3]).unwrap().to_vec();
    values[1] += 0.5;
    let mut changed = tensors.clone();
    changed.push("2.bias", &[3], values);
    fs::write(&best, changed.to_bytes().unwrap()).unwrap();
    place.told("a changed tensor", 1, &["verify", "iris"]);

    fs::write(&best, &whole).unwrap();
    let metrics = run.join("metrics.csv");
    let rows = fs::read_to_string(&metrics).unwrap();
    let line = rows.lines().nth(3).unwrap();
    let changed = line.replacen(",0.02,", ",0.03,", 1);
    assert_ne!(line, changed);
    fs::write(&metrics, rows.replace(line, &changed)).unwrap();
    place.told("a changed row", 1, &["verify", "iris", "--quiet"]);

    fs::write(&best, &whole[..100]).unwrap();
    place.told("cut weights", 7, &["verify", "iris"]);
}

#[test]
fn another_machine_is_told_and_other_data_refused() {
    let place = Place::new();
    place.write(
        "table.csv",
        "a,b,class\n".to_owned() + &"1,2,x\n2,1,y\n3,3,x\n1,1,y\n".repeat(10),
    );
    let recipe = place.write(
        "table.yaml",
        "task: classification\nseed: 1\n\
         dataset: {name: csv, path: table.csv, target: class, validation_split: 0.2, test_split: 0.2}\n\
         network: [{linear: 2}]\ntrainer: {epochs: 2, batch_size: 8}\n",
    );
    let run = place.train(&recipe, &[]);
    let mut json = record(&run);
    let cpu = json["machine"]["cpu"].as_str().unwrap_or("an unknown one").to_owned();
    json["machine"]["cpu"] = "Abacus 1".into();
    fs::write(run.join("run.json"), json.to_string()).unwrap();
    place.told_but("another processor", 0, &["verify", "table"], &[&cpu]);

    json["status"] = "interrupted".into();
    fs::write(run.join("run.json"), json.to_string()).unwrap();
    place.told("an unfinished run", 7, &["verify", "table"]);

    json["status"] = "finished".into();
    fs::write(run.join("run.json"), json.to_string()).unwrap();
    place.write(
        "table.csv",
        "a,b,class\n".to_owned() + &"1,2,x\n2,1,y\n3,3,x\n1,2,y\n".repeat(10),
    );
    place.told("other data", 7, &["verify", "table"]);
}
