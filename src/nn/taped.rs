//! A network on any dfdx device, through dfdx's public ops and its tape: what runs on CUDA, and what
//! the fused kernels are compared with.

use dfdx::prelude::*;

use super::engine::{Engine, Network, NetworkConfig, check_batch};
use super::fused::check_hyperparameters;
use super::layer::{Accumulate, Hyperparameters, Layer, Mode, Pass, Reference, Weights};
use super::layout::Layout;
use super::shape::{Batch, SampleShape};
use crate::error::{Error, Kind, Result as RunnerResult};

/// All parameters on the device, and the outputs with the tape that leads back to them.
type Pending<N, D> = (Tensor<(usize,), f32, D>, Batch<<N as Layer>::Out, D, OwnedTape<f32, D>>);

/// A device that can be had, or not.
pub trait OpenDevice: Device<f32> {
    /// The device.
    ///
    /// # Errors
    /// When the machine has none that works.
    fn open() -> RunnerResult<Self>;
}

impl OpenDevice for Cpu {
    fn open() -> RunnerResult<Self> {
        Ok(Self::default())
    }
}

#[cfg(feature = "cuda")]
impl OpenDevice for Cuda {
    fn open() -> RunnerResult<Self> {
        Self::try_build(0, 0).map_err(|error| {
            Error::new(Kind::Failure, format!("no CUDA device can be used: {error:?}"))
                .help("train on the CPU, or look whether nvidia-smi shows the card")
        })
    }
}

/// The reference engine of a network type. Parameters live on the host, where the optimizer is; they
/// travel to the device before a forward pass and their gradients travel back.
pub struct Taped<N: Layer, D: Device<f32>> {
    network: N,
    device: D,
    layout: Layout,
    parameters: Vec<f32>,
    gradients: Vec<f32>,
    buffers: Vec<f32>,
    outputs: Vec<f32>,
    pending: Option<Pending<N, D>>,
}

impl<N, D> Network for Taped<N, D>
where
    N: Reference<D>,
    D: OpenDevice,
{
    fn new(config: &NetworkConfig) -> RunnerResult<Self> {
        check_hyperparameters::<N>(config)?;
        let mut layout = Layout::default();
        N::describe(&mut layout);
        Ok(Self {
            network: N::build(&mut Hyperparameters::new(&config.hyperparameters)),
            device: D::open()?,
            parameters: layout.initial_parameters(config.seed),
            gradients: vec![0.0; N::PARAMETERS],
            buffers: layout.initial_buffers(),
            outputs: Vec::new(),
            pending: None,
            layout,
        })
    }
}

impl<N: Reference<D>, D: Device<f32>> Taped<N, D> {
    fn run(&mut self, pass: &Pass, x: &[f32]) -> Result<(), D::Err> {
        let flat = self
            .device
            .try_tensor_from_vec(self.parameters.clone(), (N::PARAMETERS,))?;
        let x = self
            .device
            .try_tensor_from_vec(x.to_vec(), N::In::batched(pass.batch))?;
        let mut weights = Weights::new(&flat, &mut self.buffers);
        if pass.mode == Mode::Train {
            let y = self.network.reference(pass, &mut weights, x.leaky_traced())?;
            self.outputs = y.as_vec();
            self.pending = Some((flat, y));
        } else {
            self.outputs = self.network.reference(pass, &mut weights, x)?.as_vec();
        }
        Ok(())
    }

    /// The gradient of `sum(y * dy)` with `dy` held constant is what `dy` sends back through `y`.
    fn pull_back(&self, (flat, y): Pending<N, D>, pass: &Pass, dy: &[f32]) -> Result<Vec<f32>, D::Err> {
        if N::PARAMETERS == 0 {
            // dfdx cannot read a tensor without numbers.
            return Ok(vec![]);
        }
        let dy = self
            .device
            .try_tensor_from_vec(dy.to_vec(), N::Out::batched(pass.batch))?;
        let shape = (pass.batch * N::Out::NUMEL,);
        let product = y.try_mul(dy)?.try_reshape_like(&shape)?;
        let total: Tensor<Rank0, f32, D, _> = product.try_sum()?;
        let mut gradients = total.try_backward()?;
        gradients.try_alloc_for(&flat)?;
        Ok(gradients.get(&flat).as_vec())
    }
}

fn device_error<E: std::fmt::Debug>(error: E) -> Error {
    Error::new(Kind::Failure, format!("the device failed: {error:?}"))
        .help("a smaller trainer.batch_size needs less of its memory")
}

impl<N, D> Engine for Taped<N, D>
where
    N: Reference<D>,
    D: Device<f32>,
{
    fn layout(&self) -> &Layout {
        &self.layout
    }

    fn inputs(&self) -> usize {
        N::In::NUMEL
    }

    fn outputs(&self) -> usize {
        N::Out::NUMEL
    }

    fn parameters(&self) -> &[f32] {
        &self.parameters
    }

    fn parameters_and_gradients(&mut self) -> (&mut [f32], &mut [f32]) {
        (&mut self.parameters, &mut self.gradients)
    }

    fn buffers(&self) -> &[f32] {
        &self.buffers
    }

    fn buffers_mut(&mut self) -> &mut [f32] {
        &mut self.buffers
    }

    fn forward(&mut self, pass: &Pass, x: &[f32]) -> RunnerResult<&[f32]> {
        check_batch("inputs", x.len(), pass.batch, N::In::NUMEL)?;
        self.run(pass, x).map_err(device_error)?;
        Ok(&self.outputs)
    }

    fn backward(&mut self, pass: &Pass, accumulate: Accumulate, _x: &[f32], dy: &mut [f32]) -> RunnerResult<()> {
        check_batch("gradients of the outputs", dy.len(), pass.batch, N::Out::NUMEL)?;
        let Some(pending) = self.pending.take() else {
            return Err(Error::new(Kind::Failure, "backward was called before forward"));
        };
        let gradients = self.pull_back(pending, pass, dy).map_err(device_error)?;
        match accumulate {
            Accumulate::Replace => self.gradients.copy_from_slice(&gradients),
            Accumulate::Add => self.gradients.iter_mut().zip(&gradients).for_each(|(sum, g)| *sum += g),
        }
        Ok(())
    }
}
