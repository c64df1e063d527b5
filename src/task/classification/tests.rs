//! predictions.csv of few and of very many classes.

use super::*;
use runner_data::Lane;
use runner_data::loader::Batch;
use runner_metric::Classes;

fn header(classes: usize) -> Vec<String> {
    let names: Vec<String> = (0..classes).map(|class| class.to_string()).collect();
    let classify = Classify {
        asked: Asked::usual(None, &Classes::new(&names)),
        classes: names,
        prediction: Prediction::Softmax,
        input: vec![1],
        features: None,
        vocabulary: Vec::new(),
        test: None,
        stand_in: None,
    };
    let mut evaluation = classify.observer();
    let batch = Batch::new(Lane::floats(1, vec![0.0]), Lane::ids(1, vec![1]));
    let mut outputs = vec![0.0; classes];
    outputs[1] = 9.0;
    evaluation.see(&batch, &outputs, &[0.5]);
    let text = String::from_utf8(evaluation.predictions().unwrap()).unwrap();
    let mut lines = text
        .lines()
        .map(|line| line.split(',').map(str::to_owned).collect::<Vec<_>>());
    let (header, row) = (lines.next().unwrap(), lines.next().unwrap());
    assert_eq!(header.len(), row.len());
    let correct = header.iter().position(|name| name == "correct").unwrap();
    assert_eq!(row[correct], "1");
    header
}

#[test]
fn probabilities_of_very_many_classes_are_left_out() {
    assert!(header(1000).contains(&"p_999".to_owned()));
    assert_eq!(header(1001).last().unwrap(), "loss");
}
