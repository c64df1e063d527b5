//! What tests do with a layer whose type they do not know: the only code that is compiled for each row.

use std::marker::PhantomData;

use crate::counting;
use crate::support::layers::{self, Given, Outcome};
use dfdx::prelude::Cpu;
use runner::nn::layer::{Accumulate, Backward, Forward};
use runner::nn::{Hyperparameters, Layout, Reference};

/// A layer's type.
pub trait Subject: Sync {
    /// As Rust writes it.
    fn name(&self) -> String;
    /// Parameters and buffers.
    fn layout(&self) -> Layout;
    /// How many ids it knows; 0 where it reads numbers.
    fn ids(&self) -> usize;
    /// Random parameters, inputs and gradients.
    fn given(&self, batch: usize, seed: u64, hyperparameters: &[f64]) -> Given;
    /// Forward and backward through the fused path.
    fn fused(&self, given: &Given, accumulate: Accumulate) -> Outcome;
    /// Forward alone through the fused path.
    fn outputs(&self, given: &Given) -> Vec<f32>;
    /// Forward and backward through dfdx.
    fn reference(&self, given: &Given) -> Outcome;
    /// Allocations of this thread during the second forward and backward.
    fn allocations(&self, given: &Given) -> usize;
}

struct Of<N>(PhantomData<fn() -> N>);

pub fn of<N: Reference<Cpu> + 'static>() -> Box<dyn Subject> {
    Box::new(Of::<N>(PhantomData))
}

impl<N: Reference<Cpu> + 'static> Subject for Of<N> {
    fn name(&self) -> String {
        // Without the modules' names.
        let name = std::any::type_name::<N>();
        let parts = name.split_inclusive(|c: char| !c.is_alphanumeric() && !matches!(c, '_' | ':'));
        parts.map(|part| part.rsplit("::").next().unwrap_or(part)).collect()
    }

    fn layout(&self) -> Layout {
        let mut layout = Layout::default();
        N::describe(&mut layout);
        layout
    }

    fn ids(&self) -> usize {
        N::IDS
    }

    fn given(&self, batch: usize, seed: u64, hyperparameters: &[f64]) -> Given {
        layers::given::<N>(batch, seed, hyperparameters)
    }

    fn fused(&self, given: &Given, accumulate: Accumulate) -> Outcome {
        layers::fused_as::<N>(given, accumulate)
    }

    fn outputs(&self, given: &Given) -> Vec<f32> {
        layers::fused_outputs::<N>(given)
    }

    fn reference(&self, given: &Given) -> Outcome {
        layers::reference::<N>(given)
    }

    fn allocations(&self, given: &Given) -> usize {
        let layer = N::build(&mut Hyperparameters::new(&given.hyperparameters));
        let Given {
            pass,
            parameters,
            x,
            mut dy,
            mut buffers,
            ..
        } = given.clone();
        let (mut y, mut dx) = (dy.clone(), x.clone());
        let mut gradients = parameters.clone();
        let mut scratch = vec![0.0; N::scratch(pass.batch)];
        let mut step = || {
            layer.forward(Forward {
                pass: &pass,
                parameters: &parameters,
                buffers: &mut buffers,
                x: &x,
                y: &mut y,
                scratch: &mut scratch,
            });
            layer.backward(Backward {
                pass: &pass,
                accumulate: Accumulate::Replace,
                parameters: &parameters,
                x: &x,
                y: &y,
                dy: &mut dy,
                dx: Some(&mut dx),
                gradients: &mut gradients,
                scratch: &mut scratch,
            });
        };
        step();
        let before = counting::of_this_thread();
        step();
        counting::of_this_thread() - before
    }
}
