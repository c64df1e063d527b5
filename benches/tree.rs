//! One fit of a decision tree, for `benches/tree.py`, which has scikit-learn fit the same samples beside it:
//! `tree FILE ROWS WIDTH CLASSES THREADS CRITERION` prints the seconds of the fit and the number of nodes.
//! The file holds the features as 64-bit floats, row by row, then the classes as 32-bit integers.

use std::sync::atomic::AtomicBool;
use std::time::Instant;

use runner::declare::Chosen;
use runner::kernel::team::Team;
use runner::model::{Samples, Shape, Targets, classifier};

fn main() {
    // `cargo bench` itself adds `--bench`.
    let arguments: Vec<String> = std::env::args()
        .skip(1)
        .filter(|argument| argument != "--bench")
        .collect();
    let [file, rows, width, classes, threads, criterion] = arguments.as_slice() else {
        println!("see benches/tree.py");
        return;
    };
    let [rows, width, classes, threads] = [rows, width, classes, threads].map(|text| text.parse().expect("a number"));
    let bytes = std::fs::read(file).expect("the file of samples");
    let (features, ids) = bytes.split_at(rows * width * 8);
    let (features, _) = features.as_chunks::<8>();
    let (ids, _) = ids.as_chunks::<4>();
    let samples = Samples {
        width,
        features: features.iter().map(|&bytes| f64::from_le_bytes(bytes)).collect(),
        targets: Targets::Classes {
            classes,
            ids: ids.iter().map(|&bytes| u32::from_le_bytes(bytes)).collect(),
        },
    };
    let settings = serde_json::json!({
        "criterion": criterion, "min_samples_split": 2, "min_samples_leaf": 1, "min_impurity_decrease": 0.0,
        "ccp_alpha": 0.0,
    });
    let chosen = Chosen {
        name: "decision_tree".to_owned(),
        settings: settings.as_object().cloned().unwrap_or_default(),
    };
    let shape = Shape {
        rows,
        width,
        outputs: classes,
    };
    let def = classifier("decision_tree").expect("it is registered");
    let mut model = (def.build)(&chosen, &shape, 0).expect("the settings fit");
    let team = Team::new(threads).expect("threads start");
    let before = Instant::now();
    team.install(|| model.step(&samples, &AtomicBool::new(false)))
        .expect("it is fitted");
    let seconds = before.elapsed().as_secs_f64();
    println!("{seconds} {}", model.insight().size[0].1);
}
