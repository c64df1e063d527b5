//! `runner verify`: a run that comes out the same, and where one parts that does not.

use std::fs;
use std::path::{Path, PathBuf};

use crate::support::place::{IRIS as RECIPE, Place, record, text};
use runner::files::tensors::Tensors;

fn verify(place: &Place, arguments: &[&str]) -> (Option<i32>, String) {
    let output = place.runner([&["verify"], arguments].concat());
    (output.status.code(), text(&output))
}

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
    for threads in ["1", "3"] {
        let (code, said) = verify(&place, &["iris", "--threads", threads]);
        assert_eq!(code, Some(0), "{said}");
        assert!(
            said.contains("the same to the byte") && said.contains("4 rows"),
            "{said}"
        );
        // 0, 1, 2, 4, 8, 16 and the ends of four epochs of five steps.
        assert!(said.contains("at 10 of them"), "{said}");
    }
    assert_eq!(contents(&run), before, "a run is only looked at");
    let (code, said) = verify(&place, &["iris", "--json"]);
    let json: serde_json::Value = serde_json::from_str(&said).unwrap();
    assert_eq!(
        (code, &json["same"], &json["verdict"]["marks"]),
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
    let (code, said) = verify(&place, &["book"]);
    let name = sample.file_name().unwrap().to_str().unwrap();
    assert!(code == Some(0) && said.contains(name), "{said}");
    fs::write(&sample, "abcd").unwrap();
    let (code, said) = verify(&place, &["book"]);
    assert!(code == Some(1) && said.contains(&format!("{name}: differs")), "{said}");
    assert!(said.contains("all 2 rows of metrics.csv are the same"), "{said}");
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
    let (code, said) = verify(&place, &["own"]);
    assert_eq!(code, Some(1), "{said}");
    assert!(said.contains("first epoch  2, lr: was 0.01, now 0.02"), "{said}");
    assert!(
        said.contains("first step   epoch 2, step 1 (step 6 of all), in 0.weight and 3 more tensors")
            || said.contains("first step   epoch 2, step 1 (step 6 of all), in 0.bias and 3 more tensors"),
        "{said}"
    );
    assert!(
        said.contains("best.safetensors: 4 of 4 tensors differ; first 0."),
        "{said}"
    );
    assert!(said.contains("trained once more it came out as just now"), "{said}");

    let [own, other] = [("few", ""), ("others", halved)].map(|(name, more)| trained(&place, name, more));
    transplant(&other, &own);
    let (code, said) = verify(&place, &["few"]);
    assert_eq!(code, Some(1), "{said}");
    assert!(
        said.contains("first step   one of the steps 6 to 8 (up to epoch 2), in 0."),
        "{said}"
    );
    assert!(said.contains("trainer.trace_every_steps: 1"), "{said}");
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
    let (code, said) = verify(&place, &["iris"]);
    assert_eq!(code, Some(1), "{said}");
    assert!(
        said.contains("best.safetensors: 1 of 4 tensors differ; first 2.bias[1]: was "),
        "{said}"
    );
    assert!(said.contains("the tensors are the same at all 10 steps"), "{said}");
    assert!(said.contains("files were changed since"), "{said}");

    fs::write(&best, &whole).unwrap();
    let metrics = run.join("metrics.csv");
    let rows = fs::read_to_string(&metrics).unwrap();
    let line = rows.lines().nth(3).unwrap();
    let changed = line.replacen(",0.02,", ",0.03,", 1);
    assert_ne!(line, changed);
    fs::write(&metrics, rows.replace(line, &changed)).unwrap();
    let (code, said) = verify(&place, &["iris", "--quiet"]);
    assert!(
        code == Some(1) && said.contains("first epoch  3, lr: was 0.03, now 0.02"),
        "{said}"
    );

    fs::write(&best, &whole[..100]).unwrap();
    let (code, said) = verify(&place, &["iris"]);
    assert!(
        code == Some(7) && said.contains("not a whole safetensors file"),
        "{said}"
    );
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
    json["machine"]["cpu"] = "Abacus 1".into();
    fs::write(run.join("run.json"), json.to_string()).unwrap();
    let (code, said) = verify(&place, &["table"]);
    assert_eq!(code, Some(0), "{said}");
    assert!(
        said.contains("another processor made this run: Abacus 1; now "),
        "{said}"
    );

    json["status"] = "interrupted".into();
    fs::write(run.join("run.json"), json.to_string()).unwrap();
    let (code, said) = verify(&place, &["table"]);
    assert!(code == Some(7) && said.contains("is not finished"), "{said}");

    json["status"] = "finished".into();
    fs::write(run.join("run.json"), json.to_string()).unwrap();
    place.write(
        "table.csv",
        "a,b,class\n".to_owned() + &"1,2,x\n2,1,y\n3,3,x\n1,2,y\n".repeat(10),
    );
    let (code, said) = verify(&place, &["table"]);
    assert!(
        code == Some(7) && said.contains("not what the run began with"),
        "{said}"
    );
}
