//! What predictions.csv of a regression says.

use super::*;
use runner_data::column::Floats;
use runner_data::{Lane, Normalization};

#[test]
fn a_target_of_any_name_has_a_column_of_its_own() {
    let names = ["loss", "index"].map(str::to_owned).to_vec();
    let evaluation = Evaluation {
        units: Units::new(names.len(), None),
        names,
        input: vec![1],
        features: None,
        part: None,
        stand_in: None,
        rows: vec![Row {
            index: 4,
            targets: vec![1.0, 2.0],
            predictions: vec![1.5, 2.5],
            loss: 0.25,
        }],
        worst: Worst::new(),
    };
    let text = String::from_utf8(evaluation.predictions().unwrap()).unwrap();
    let expected = "index,row,target_loss,predicted_loss,target_index,predicted_index,loss\n4,,1,1.5,2,2.5,0.25\n";
    assert_eq!(text, expected);
}

#[test]
fn targets_are_told_as_the_data_has_them() {
    let part = Part::new(Floats::of(1, &[0.0; 2]), Floats::of(1, &[19.4, 7.3]), vec![5, 9]);
    let scale = Normalization::single(&[11.7], &[3.1]);
    let mut evaluation = Evaluation {
        units: Units::new(1, Some(&scale)),
        names: vec!["fare".to_owned()],
        input: vec![1],
        features: None,
        part: Some(Arc::new(part)),
        stand_in: None,
        rows: Vec::new(),
        worst: Worst::new(),
    };
    let scaled: Vec<f32> = [19.4f32, 7.3].iter().map(|fare| (fare - 11.7) / 3.1).collect();
    let batch = Batch::new(Lane::floats(1, vec![0.0; 2]), Lane::floats(1, scaled.clone()));
    evaluation.see(&batch, &scaled, &[0.0, 0.0]);
    let text = String::from_utf8(evaluation.predictions().unwrap()).unwrap();
    assert!(text.contains("\n0,5,19.4,") && text.contains("\n1,9,7.3,"), "{text}");
}
