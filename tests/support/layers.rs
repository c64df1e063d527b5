//! What the tests of layers share: one way to run a layer's fused path, its reference through
//! dfdx's tape, and the comparison of the two.
#![allow(dead_code)] // each test program uses a part

use dfdx::prelude::*;
use runner::nn::layer::{self, Accumulate, Forward};
use runner::nn::{Hyperparameters, Init, Layer, Layout, Mode, Pass, Reference, SampleShape, Weights};
use runner::random::{Key, Purpose};

/// What goes into a layer.
#[derive(Clone, Debug)]
pub struct Given {
    pub pass: Pass<'static>,
    pub hyperparameters: Vec<f64>,
    pub parameters: Vec<f32>,
    pub buffers: Vec<f32>,
    pub x: Vec<f32>,
    pub dy: Vec<f32>,
}

/// What comes out.
#[derive(Clone, Debug, PartialEq)]
pub struct Outcome {
    pub y: Vec<f32>,
    pub dx: Vec<f32>,
    pub gradients: Vec<f32>,
    pub buffers: Vec<f32>,
}

/// Numbers in (-2, 2), none of them at a kink of an activation.
pub fn numbers(key: Key, n: usize) -> Vec<f32> {
    (0..n as u64)
        .map(|i| {
            let x = 4.0 * key.uniform(i) - 2.0;
            if x.abs() < 0.02 { x.signum() * 0.02 + x } else { x }
        })
        .collect()
}

/// Inputs of a layer: ids where it reads ids, else numbers.
pub fn inputs<N: Layer>(key: Key, batch: usize) -> Vec<f32> {
    let n = batch * N::In::NUMEL;
    match N::IDS {
        0 => numbers(key, n),
        ids => (0..n as u64).map(|i| (key.uniform(i) * ids as f32).floor()).collect(),
    }
}

pub fn pass(batch: usize, seed: u64) -> Pass<'static> {
    Pass {
        mode: Mode::Train,
        batch,
        key: Key::new(seed).purpose(Purpose::Dropout).at(0),
        lengths: None,
    }
}

/// Random parameters, inputs and gradients for a layer.
pub fn given<N: Layer>(batch: usize, seed: u64, hyperparameters: &[f64]) -> Given {
    let mut layout = Layout::default();
    N::describe(&mut layout);
    let key = Key::new(seed).purpose(Purpose::Generate);
    Given {
        pass: pass(batch, seed),
        hyperparameters: hyperparameters.to_vec(),
        parameters: parameters(&layout, key.at(0)),
        buffers: layout.initial_buffers(),
        x: inputs::<N>(key.at(1), batch),
        dy: numbers(key.at(2), batch * N::Out::NUMEL),
    }
}

/// Random numbers as large as a network's first ones: larger ones would blow up the rounding of what runs through
/// them again and again.
fn parameters(layout: &Layout, key: Key) -> Vec<f32> {
    let mut all = numbers(key, layout.parameter_count());
    for entry in &layout.parameters {
        if let Init::Uniform(bound) = entry.init {
            all[entry.offset..][..entry.len]
                .iter_mut()
                .for_each(|x| *x *= bound as f32);
        }
    }
    all
}

/// Forward and backward through the fused path, with this wish for the gradients of the parameters. What is to be
/// overwritten starts as NaN.
pub fn fused_as<N: Layer>(given: &Given, accumulate: Accumulate) -> Outcome {
    let layer = N::build(&mut Hyperparameters::new(&given.hyperparameters));
    let mut came = Outcome {
        y: vec![f32::NAN; given.dy.len()],
        dx: vec![f32::NAN; given.x.len()],
        gradients: vec![f32::NAN; N::PARAMETERS],
        buffers: given.buffers.clone(),
    };
    let mut scratch = vec![f32::NAN; N::scratch(given.pass.batch)];
    let mut dy = given.dy.clone();
    layer.forward(Forward {
        pass: &given.pass,
        parameters: &given.parameters,
        buffers: &mut came.buffers,
        x: &given.x,
        y: &mut came.y,
        scratch: &mut scratch,
    });
    layer.backward(layer::Backward {
        pass: &given.pass,
        accumulate,
        parameters: &given.parameters,
        x: &given.x,
        y: &came.y,
        dy: &mut dy,
        dx: Some(&mut came.dx),
        gradients: &mut came.gradients,
        scratch: &mut scratch,
    });
    came
}

/// The same through dfdx.
pub fn reference<N: Reference<Cpu>>(given: &Given) -> Outcome {
    let device = Cpu::default();
    let layer = N::build(&mut Hyperparameters::new(&given.hyperparameters));
    let flat = device.tensor_from_vec(given.parameters.clone(), (N::PARAMETERS,));
    let x = device.tensor_from_vec(given.x.clone(), N::In::batched(given.pass.batch));
    let dy = device.tensor_from_vec(given.dy.clone(), N::Out::batched(given.pass.batch));
    let mut buffers = given.buffers.clone();
    let mut weights = Weights::new(&flat, &mut buffers);
    let y = layer
        .reference(&given.pass, &mut weights, x.leaky_trace())
        .expect("the CPU has memory");
    let out = y.as_vec();
    let total: Tensor<Rank0, f32, Cpu, _> = (y * dy).reshape_like(&(given.dy.len(),)).sum();
    let mut gradients = total.backward();
    gradients.try_alloc_for(&flat).expect("the CPU has memory");
    gradients.try_alloc_for(&x).expect("the CPU has memory");
    Outcome {
        y: out,
        dx: gradients.get(&x).as_vec(),
        // dfdx cannot read a tensor without numbers.
        gradients: if N::PARAMETERS == 0 {
            vec![]
        } else {
            gradients.get(&flat).as_vec()
        },
        buffers,
    }
}

/// Compares two vectors relative to the larger of 1 and the largest number in them.
#[track_caller]
pub fn assert_near(what: &str, ours: &[f32], theirs: &[f32], tolerance: f32) {
    assert_eq!(ours.len(), theirs.len(), "{what}: lengths");
    let scale = theirs.iter().fold(1.0f32, |scale, x| scale.max(x.abs()));
    for (i, (a, b)) in ours.iter().zip(theirs).enumerate() {
        // A NaN is near nothing.
        let near = (a - b).abs() <= tolerance * scale;
        assert!(
            near,
            "{what}[{i}]: {a} and {b} differ by more than {tolerance} · {scale}"
        );
    }
}

#[track_caller]
pub fn assert_same(name: &str, ours: &Outcome, theirs: &Outcome, tolerance: f32) {
    assert_near(&format!("{name} y"), &ours.y, &theirs.y, tolerance);
    assert_near(&format!("{name} dx"), &ours.dx, &theirs.dx, tolerance);
    // A gradient is a sum over samples and places, whose rounding grows with the root of their number.
    let terms = ours.y.len().max(ours.dx.len()) / ours.gradients.len().max(1);
    assert_near(
        &format!("{name} gradients"),
        &ours.gradients,
        &theirs.gradients,
        tolerance * (terms as f32).sqrt().max(1.0),
    );
    assert_near(&format!("{name} buffers"), &ours.buffers, &theirs.buffers, tolerance);
}

/// Forward alone, in the mode of the pass.
pub fn fused_outputs<N: Layer>(given: &Given) -> Vec<f32> {
    let layer = N::build(&mut Hyperparameters::new(&given.hyperparameters));
    let mut y = vec![f32::NAN; given.dy.len()];
    let mut scratch = vec![f32::NAN; N::scratch(given.pass.batch)];
    let mut buffers = given.buffers.clone();
    layer.forward(Forward {
        pass: &given.pass,
        parameters: &given.parameters,
        buffers: &mut buffers,
        x: &given.x,
        y: &mut y,
        scratch: &mut scratch,
    });
    assert!(
        given.pass.mode == Mode::Train || buffers == given.buffers,
        "evaluation changes no buffer"
    );
    y
}
