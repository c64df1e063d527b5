use std::fs;

use serde_json::json;

use super::super::picture_file::tests::rgb;
use super::super::settings::chosen;
use super::*;

/// Two classes of six pictures each, one of them in a folder inside.
fn pets(root: &Path) {
    for (class, first) in [("cat", 10), ("dog", 200)] {
        for i in 0..5u8 {
            rgb(&root.join(format!("{class}/{i}.png")), 2, 2, &[first + i; 12]);
        }
        rgb(&root.join(format!("{class}/more/deep.PNG")), 2, 2, &[first + 5; 12]);
    }
    fs::write(root.join("cat/readme.txt"), "no picture").unwrap();
    fs::create_dir(root.join(".hidden")).unwrap();
    fs::write(root.join("dog/.x.png"), "no picture").unwrap();
}

#[test]
fn folders_are_classes_in_the_order_of_their_names() {
    let root = tempfile::tempdir().unwrap();
    pets(&root.path().join("pets"));
    let settings = json!({"path": "pets", "size": [3, 4], "channels": 1, "validation_split": 0.2, "test_split": 0.34});
    let (chosen, context) = (chosen("image_folder", settings), DataContext::new(root.path(), 3));
    let info = (DEF.describe)(&chosen, &context).unwrap();
    assert_eq!((info.rows, &info.shape()[..]), ([6, 2, 4], &[1, 3, 4][..]));
    assert_eq!(info.classes().unwrap(), ["cat", "dog"]);
    assert!(info.notes[0].contains("12 pictures in 2 classes"), "{:?}", info.notes);
    assert_eq!(info.notes[1], "classes: cat (6), dog (6)");
    assert!(info.notes[2].ends_with(": 1 (1 .txt)"), "{:?}", info.notes);
    let data = (DEF.load)(&chosen, &context).unwrap();
    assert_eq!(data.info, info);
    let parts = [Some(&data.train), data.validation.as_ref(), data.test.as_ref()];
    for part in parts.into_iter().flatten() {
        let (bytes, classes) = (part.inputs[0].bytes().unwrap(), part.classes().unwrap());
        // Only those are named that somebody is shown.
        let named = data.test.as_ref().is_some_and(|test| std::ptr::eq(&**test, &**part));
        assert_eq!(part.names.len(), if named { part.len() } else { 0 });
        for ((image, &row), &class) in bytes.chunks(12).zip(&part.rows).zip(classes) {
            let value = [10, 200][class as usize] + (row % 6) as u8;
            assert!(image.iter().all(|&p| p == value) && row / 6 == class, "{row} {image:?}");
        }
    }
}

#[test]
fn parts_may_have_folders_of_their_own() {
    let root = tempfile::tempdir().unwrap();
    pets(&root.path().join("train"));
    rgb(&root.path().join("test/dog/a.png"), 2, 2, &[7; 12]);
    let settings = json!({"path": "train", "test_path": "test", "size": [2, 2], "validation_split": 0.0});
    let (chosen, context) = (chosen("image_folder", settings), DataContext::new(root.path(), 3));
    let data = (DEF.load)(&chosen, &context).unwrap();
    assert_eq!(data.info.rows, [12, 0, 1]);
    let test = data.test.as_ref().unwrap();
    assert_eq!(
        (test.classes().unwrap(), &test.names[..]),
        (&[1][..], &["test/dog/a.png".to_owned()][..])
    );
    let without = |note: &String| note == "test_path has no pictures of cat";
    assert!(data.info.notes.iter().any(without), "{:?}", data.info.notes);
    for name in ["cow", "Dog"] {
        rgb(&root.path().join(format!("test/{name}/a.png")), 2, 2, &[7; 12]);
    }
    let text = (DEF.load)(&chosen, &context).unwrap_err().to_string();
    assert!(
        text.contains("has no class 'Dog', 'cow'") && text.contains("did you mean 'dog'"),
        "{text}"
    );
}

#[test]
fn what_cannot_be_used_is_told() {
    let root = tempfile::tempdir().unwrap();
    let context = DataContext::new(root.path(), 1);
    let text = |path: &str, size: [usize; 2]| {
        let settings = json!({"path": path, "size": size});
        (DEF.load)(&chosen("image_folder", settings), &context)
            .unwrap_err()
            .to_string()
    };
    assert!(text("nothing", [2, 2]).contains("cannot read"));
    fs::create_dir(root.path().join("flat")).unwrap();
    assert!(text("flat", [2, 2]).contains("each class needs one"));
    pets(&root.path().join("pets"));
    fs::create_dir(root.path().join("pets/empty")).unwrap();
    assert!(text("pets", [2, 2]).contains("no PNG or JPEG file"));
    fs::remove_dir(root.path().join("pets/empty")).unwrap();
    fs::write(root.path().join("pets/dog/2.png"), "damaged").unwrap();
    let damaged = text("pets", [2, 2]);
    assert!(damaged.contains("2.png: neither a PNG nor a JPEG file"), "{damaged}");
    #[cfg(unix)]
    {
        std::os::unix::fs::symlink(root.path().join("pets/cat"), root.path().join("pets/cat/loop")).unwrap();
        assert!(text("pets", [2, 2]).contains("a link that leads back"));
    }
}

/// What is said of a folder with pictures at these places.
fn refused(pictures: &[&str], path: &str) -> Option<runner_declare::Problem> {
    let root = tempfile::tempdir().unwrap();
    for picture in pictures {
        rgb(&root.path().join("my pets").join(picture), 2, 2, &[7; 12]);
    }
    let settings = json!({"path": path, "size": [2, 2]});
    let described = (DEF.describe)(&chosen("image_folder", settings), &DataContext::new(root.path(), 1));
    described.err().map(|error| error.problems()[0].clone())
}

#[test]
fn parts_are_no_classes() {
    let path = "my pets";
    for (pictures, message, help) in [
        (
            &["train/cat/a.png", "train/dog/a.png", "val/cat/a.png", "val/dog/a.png"][..],
            "'train' and 'val' in my pets are parts of the data, not classes",
            "write 'path: \"my pets/train\", validation_path: \"my pets/val\"'",
        ),
        (
            &["Training/cat/a.png", "TEST_set/cat/a.png", "valid2/cat/a.png"],
            "'TEST_set', 'Training' and 'valid2' in my pets are parts of the data, not classes",
            "write 'path: \"my pets/Training\", validation_path: \"my pets/valid2\", test_path: \"my pets/TEST_set\"'",
        ),
        (
            &["train/cat/a.png", "cow/a.png"],
            "'train' in my pets is a part of the data, not a class",
            "write 'path: \"my pets/train\"'; if 'cow' is meant as a class, it belongs into my pets/train",
        ),
        (
            &["train/cat/a.png", "train/dog/a.png", "test/1.png"],
            "'test' and 'train' in my pets are parts of the data, not classes",
            "write 'path: \"my pets/train\"'; the pictures in my pets/test have no classes: 'runner predict' takes them",
        ),
        (
            &["train/cat.1.png", "test/1.png"],
            "'test' and 'train' in my pets are parts of the data, not classes",
            "put the pictures of each class into a folder of its own in my pets/train, and write 'path: \"my pets/train\"'; \
             the pictures in my pets/test have no classes: 'runner predict' takes them",
        ),
        (
            &["validation/cat/a.png", "test/cat/a.png"],
            "'test' and 'validation' in my pets are parts of the data, not classes",
            "let 'path' be the folder with the training pictures, a folder a class",
        ),
    ] {
        let problem = refused(pictures, path).expect(message);
        assert_eq!(
            (problem.message.as_str(), problem.help.as_deref()),
            (message, Some(help))
        );
        assert_eq!(problem.path.to_string(), "dataset.path");
    }
    // Vehicles; and names that only begin so.
    assert_eq!(refused(&["train/a.png", "bus/a.png", "car/old/a.png"], path), None);
    assert_eq!(
        refused(&["trainer/x/a.png", "testament/a.png", "value/a.png"], path),
        None
    );
}

#[test]
fn every_broken_picture_is_told_or_left_out() {
    let root = tempfile::tempdir().unwrap();
    pets(&root.path().join("pets"));
    rgb(&root.path().join("test/cat/a.png"), 2, 2, &[9; 12]);
    for broken in ["pets/cat/1.png", "pets/dog/0.png", "test/cat/b.jpg"] {
        fs::write(root.path().join(broken), "").unwrap();
    }
    let context = DataContext::new(root.path(), 3);
    let with = |broken: &str| {
        chosen(
            "image_folder",
            json!({"path": "pets", "test_path": "test", "size": [2, 2], "broken": broken, "validation_split": 0.2}),
        )
    };
    let refused = (DEF.describe)(&with("error"), &context).unwrap_err();
    let text = refused.to_string();
    assert!(text.starts_with("3 of 14 pictures cannot be read:\n    "), "{text}");
    for file in [
        "cat/1.png: an empty file",
        "dog/0.png: an empty file",
        "test/cat/b.jpg: an empty file",
    ] {
        assert!(text.contains(file), "{text}");
    }
    assert_eq!(refused.located().len(), 3);
    assert!(
        (DEF.load)(&with("error"), &context)
            .unwrap_err()
            .to_string()
            .contains("3 of 14")
    );
    let info = (DEF.describe)(&with("leave_out"), &context).unwrap();
    assert_eq!(info.rows, [8, 2, 1]);
    let note = info
        .notes
        .iter()
        .find(|note| note.contains("were left out: 3"))
        .unwrap();
    assert!(note.contains("b.jpg: an empty file"), "{note}");
    let data = (DEF.load)(&with("leave_out"), &context).unwrap();
    assert_eq!(data.info, info);
    assert!(data.train.inputs[0].bytes().unwrap().iter().all(|&byte| byte != 0));
    for name in ["0.png", "2.png", "3.png", "4.png", "more/deep.PNG"] {
        fs::write(root.path().join("pets/cat").join(name), "GIF89a").unwrap();
    }
    let text = (DEF.describe)(&with("leave_out"), &context).unwrap_err().to_string();
    assert!(text.contains("no picture of the class 'cat' can be read"), "{text}");
}

#[test]
fn runs_that_knew_no_rules_keep_their_bytes() {
    let root = tempfile::tempdir().unwrap();
    let path = root.path().join("pets/a/x.png");
    crate::picture_file::tests::png(&path, 1, 1, png::ColorType::Rgba, png::BitDepth::Eight, &[1, 2, 3, 0]);
    rgb(&root.path().join("pets/b/x.png"), 1, 1, &[4; 3]);
    let context = DataContext::new(root.path(), 1);
    let bytes = |settings: serde_json::Value| {
        let data = (DEF.load)(&chosen("image_folder", settings), &context).unwrap();
        data.train.inputs[0].bytes().unwrap()[..3].to_vec()
    };
    let today = json!({"path": "pets", "size": [1, 1], "test_split": 0.1, "validation_split": 0.0});
    let mut before = today.clone();
    before["orientation"] = json!("as_stored");
    before["background"] = json!("none");
    assert_eq!((bytes(today), bytes(before)), (vec![255; 3], vec![1, 2, 3]));
}
