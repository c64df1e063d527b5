use serde_json::json;

use super::super::settings::chosen;
use super::*;

fn context(folder: &Path) -> DataContext {
    DataContext {
        folder: folder.into(),
        ..DataContext::new(".", 42)
    }
}

fn put(folder: &Path, names: &[&str]) {
    std::fs::create_dir_all(folder).unwrap();
    for name in names {
        std::fs::write(folder.join(name), "").unwrap();
    }
}

#[test]
fn records_are_a_label_and_three_planes() {
    let mut file = vec![7; 1];
    file.extend((0..WIDTH).map(|i| (i % 256) as u8));
    file.push(9);
    file.extend([5; WIDTH]);
    let (mut images, mut classes) = (Vec::new(), Vec::new());
    decode(&file, Path::new("x.bin"), &mut images, &mut classes).unwrap();
    assert_eq!(classes, [7, 9]);
    assert_eq!((images.len(), images[257], images[WIDTH]), (2 * WIDTH, 1, 5));
    file[RECORD] = 10;
    let text = decode(&file, Path::new("x.bin"), &mut images, &mut classes)
        .unwrap_err()
        .to_string();
    assert!(text.contains("x.bin: byte 3073: label 10"), "{text}");
    let text = decode(&file[1..], Path::new("x.bin"), &mut images, &mut classes)
        .unwrap_err()
        .to_string();
    assert!(text.contains("6145 bytes are no whole number"), "{text}");
}

#[test]
fn some_batches_are_enough_and_said() {
    let folder = tempfile::tempdir().unwrap();
    let context = context(folder.path());
    let chosen = chosen("cifar10", json!({"validation_split": 0.1}));
    let all = describe(&chosen, &context).unwrap();
    assert_eq!((all.rows, all.notes.len()), ([45_000, 5_000, 10_000], 1));
    for folder in [
        folder.path().join("cifar-10-batches-bin"),
        folder.path().join("cifar10"),
    ] {
        put(&folder, &[TRAIN[1]]);
        assert!(
            !FILES.suffices(&context.folder),
            "without the test part nothing can be said"
        );
        assert_eq!(describe(&chosen, &context).unwrap().rows, all.rows);
        put(&folder, &[TRAIN[3], TEST]);
        assert!(FILES.suffices(&context.folder));
        assert_eq!(FILES.place(&context.folder), folder);
        let info = describe(&chosen, &context).unwrap();
        assert_eq!(info.rows, [18_000, 2_000, 10_000]);
        let note = &info.notes[1];
        assert!(
            note.starts_with("2 of 5 training batches: 20,000 of 50,000 training images"),
            "{note}"
        );
        assert!(note.contains("(data_batch_2.bin, data_batch_4.bin)"), "{note}");
    }
}

#[test]
fn the_stand_in_has_the_shapes_of_the_real_thing() {
    let chosen = chosen("cifar10", json!({"stand_in": "shapes"}));
    let mut context = DataContext::new(".", 1);
    let real = describe(&chosen, &context).unwrap();
    context.use_stand_in = true;
    let data = load(&chosen, &context).unwrap();
    assert_eq!(data.info.inputs, real.inputs);
    assert_eq!(data.info, describe(&chosen, &context).unwrap());
    assert!(data.info.stand_in.unwrap().sentence.starts_with("NOT cifar10"));
}
