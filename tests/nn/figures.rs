//! Every layer against figures that PyTorch gave (tests/peers/layers.py): outputs, all gradients,
//! running statistics, and the names and shapes under which `torch.nn.Sequential` stores them.

use crate::cases::Case;
use crate::support::layers::{Given, Outcome, assert_near, assert_same, pass};
use runner::nn::Mode;
use runner::nn::layer::Accumulate;
use runner::nn::layout::{Entry, Stored};
use serde::Deserialize;

#[derive(Deserialize)]
struct Figures {
    name: String,
    hyperparameters: Vec<f64>,
    batch: usize,
    parameters: Vec<Named>,
    x: Vec<f32>,
    y: Vec<f32>,
    dy: Vec<f32>,
    dx: Vec<f32>,
    gradients: Vec<Vec<f32>>,
    buffers: Vec<Named>,
    y_eval: Vec<f32>,
}

#[derive(Deserialize)]
struct Named {
    name: String,
    shape: Vec<usize>,
    values: Vec<f32>,
}

fn joined(tensors: &[Named]) -> Vec<f32> {
    tensors.iter().flat_map(|tensor| tensor.values.clone()).collect()
}

fn assert_described(name: &str, ours: &[Entry], theirs: &[Named]) {
    let ours: Vec<_> = ours.iter().map(|entry| (entry.name.as_str(), &entry.shape)).collect();
    let theirs: Vec<_> = theirs
        .iter()
        .map(|tensor| (tensor.name.as_str(), &tensor.shape))
        .collect();
    assert_eq!(ours, theirs, "{name}");
}

fn compare(case: &Case, figures: &Figures) {
    let subject = &case.subject;
    let layout = subject.layout();
    assert_eq!(case.hyperparameters, figures.hyperparameters, "{}", figures.name);
    assert_described(&figures.name, &layout.parameters, &figures.parameters);
    assert_described(&figures.name, &layout.buffers, &figures.buffers);
    for buffer in &layout.buffers {
        let counts = buffer.name.ends_with("num_batches_tracked");
        assert_eq!(buffer.stored == Stored::I64, counts, "{}", buffer.name);
    }
    let mut given = Given {
        pass: pass(figures.batch, 1),
        hyperparameters: figures.hyperparameters.clone(),
        parameters: joined(&figures.parameters),
        buffers: layout.initial_buffers(),
        x: figures.x.clone(),
        dy: figures.dy.clone(),
    };
    let torch = Outcome {
        y: figures.y.clone(),
        dx: figures.dx.clone(),
        gradients: figures.gradients.concat(),
        buffers: joined(&figures.buffers),
    };
    let ours = subject.fused(&given, Accumulate::Replace);
    assert_same(&figures.name, &ours, &torch, 3e-6);
    assert_same(&figures.name, &subject.reference(&given), &torch, 3e-6);
    given.buffers = ours.buffers;
    given.pass.mode = Mode::Eval;
    assert_near(&figures.name, &subject.outputs(&given), &figures.y_eval, 3e-6);
}

#[test]
fn layers_agree_with_pytorch() {
    let figures: Vec<Figures> =
        serde_json::from_str(include_str!("../figures/layers.json")).expect("the figures are JSON");
    let mut cases = crate::cases::all();
    cases.retain(|case| case.figures.is_some());
    assert!(figures.len() >= 72 && figures.len() == cases.len(), "each has its row");
    for figures in &figures {
        let case = cases.iter().find(|case| case.figures == Some(&figures.name));
        compare(
            case.unwrap_or_else(|| panic!("a row for the figures of {}", figures.name)),
            figures,
        );
    }
}
