//! What is written comes back, and what does not fit is named.

use super::*;

fn sample() -> Vec<u8> {
    let mut tensors = Tensors::new("{\"a\":1}");
    tensors.push("0.weight", &[2, 2], vec![1.0, f32::NAN, -0.0, f32::MIN_POSITIVE]);
    tensors.push_integers("1.num_batches_tracked", &[], vec![7]);
    tensors.push_text("state", "{\"epoch\":1}".to_owned());
    tensors.to_bytes().unwrap()
}

#[test]
fn the_same_tensors_give_the_same_bytes_and_come_back() {
    assert_eq!(sample(), sample());
    let back = Tensors::from_bytes(&sample(), "x".as_ref()).unwrap();
    assert_eq!(back.about, "{\"a\":1}");
    assert!(back.floats("0.weight", &[2, 2]).unwrap()[1].is_nan());
    assert_eq!(back.integers("1.num_batches_tracked", &[]).unwrap(), [7]);
    assert_eq!(back.text("state").unwrap(), "{\"epoch\":1}");
    assert_eq!(back.to_bytes().unwrap(), sample());
}

#[test]
fn doubles_keep_all_their_digits() {
    let mut tensors = Tensors::new("");
    tensors.push_doubles("threshold", &[2], vec![0.1, f64::MIN_POSITIVE]);
    let back = Tensors::from_bytes(&tensors.to_bytes().unwrap(), "x".as_ref()).unwrap();
    assert_eq!(back.doubles("threshold", &[2]).unwrap(), [0.1, f64::MIN_POSITIVE]);
    let message = back.floats("threshold", &[2]).unwrap_err().to_string();
    assert!(message.contains("holds 64-bit floats, not 32-bit floats"), "{message}");
}

#[test]
fn a_file_cut_anywhere_is_refused() {
    let whole = sample();
    for end in 0..whole.len() {
        assert!(
            Tensors::from_bytes(&whole[..end], "x".as_ref()).is_err(),
            "cut at {end}"
        );
    }
}

#[test]
fn wrong_shapes_and_types_are_named() {
    let back = Tensors::from_bytes(&sample(), "best.safetensors".as_ref()).unwrap();
    let message = back.floats("0.weight", &[4, 1]).unwrap_err().to_string();
    assert!(
        message.contains("best.safetensors: 0.weight has the shape [2, 2]"),
        "{message}"
    );
    assert!(
        back.floats("1.num_batches_tracked", &[])
            .unwrap_err()
            .to_string()
            .contains("integers")
    );
    assert!(
        back.floats("2.weight", &[1])
            .unwrap_err()
            .to_string()
            .contains("missing")
    );
}
