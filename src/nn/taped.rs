//! A network on any dfdx device, through dfdx's public ops and its tape: what runs on CUDA, and what
//! the fused kernels are compared with.

use dfdx::prelude::*;

use super::engine::{Engine, Network, NetworkConfig, check_batch, check_inputs};
use super::fused::check_hyperparameters;
use super::layer::{Accumulate, Hyperparameters, Layer, Mode, Pass, Reference, Weights};
use super::layout::Layout;
use super::shape::{Batch, SampleShape};
use runner_ground::error::{Error, Kind, Result as RunnerResult};

/// What a forward pass in training leaves for the backward pass.
struct Pending<N: Layer, D: Device<f32>> {
    /// All parameters on the device.
    flat: Tensor<(usize,), f32, D>,
    x: Batch<N::In, D, NoneTape>,
    /// The outputs, with the tape that leads back to both.
    y: Batch<N::Out, D, OwnedTape<f32, D>>,
}

/// Gradients of the parameters and of the inputs.
struct Pulled {
    parameters: Vec<f32>,
    inputs: Vec<f32>,
}

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
            let y = self.network.reference(pass, &mut weights, x.leaky_trace())?;
            self.outputs = y.as_vec();
            self.pending = Some(Pending { flat, x, y });
        } else {
            self.outputs = self.network.reference(pass, &mut weights, x)?.as_vec();
        }
        Ok(())
    }

    /// The gradient of `sum(y * dy)` with `dy` held constant is what `dy` sends back through `y`.
    fn pull_back(&self, pending: Pending<N, D>, pass: &Pass, dy: &[f32]) -> Result<Pulled, D::Err> {
        let Pending { flat, x, y } = pending;
        let dy = self
            .device
            .try_tensor_from_vec(dy.to_vec(), N::Out::batched(pass.batch))?;
        let shape = (pass.batch * N::Out::NUMEL,);
        let product = y.try_mul(dy)?.try_reshape_like(&shape)?;
        let total: Tensor<Rank0, f32, D, _> = product.try_sum()?;
        let mut gradients = total.try_backward()?;
        gradients.try_alloc_for(&x)?;
        // dfdx cannot read a tensor without numbers.
        let parameters = if N::PARAMETERS == 0 {
            Vec::new()
        } else {
            gradients.try_alloc_for(&flat)?;
            gradients.get(&flat).as_vec()
        };
        let inputs = gradients.get(&x).as_vec();
        Ok(Pulled { parameters, inputs })
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
        check_inputs(pass, x.len(), N::In::NUMEL)?;
        self.run(pass, x).map_err(device_error)?;
        Ok(&self.outputs)
    }

    fn backward(
        &mut self,
        pass: &Pass,
        accumulate: Accumulate,
        _x: &[f32],
        dy: &mut [f32],
        dx: Option<&mut [f32]>,
    ) -> RunnerResult<()> {
        check_batch("gradients of the outputs", dy.len(), pass.batch, N::Out::NUMEL)?;
        let Some(pending) = self.pending.take() else {
            return Err(Error::new(Kind::Failure, "backward was called before forward"));
        };
        if let Some(dx) = &dx {
            check_batch("gradients of the inputs", dx.len(), pass.batch, N::In::NUMEL)?;
        }
        let pulled = self.pull_back(pending, pass, dy).map_err(device_error)?;
        let sums = self.gradients.iter_mut().zip(&pulled.parameters);
        match accumulate {
            Accumulate::Replace => self.gradients.copy_from_slice(&pulled.parameters),
            Accumulate::Add => sums.for_each(|(sum, gradient)| *sum += gradient),
            Accumulate::Skip => {}
        }
        if let Some(dx) = dx {
            dx.copy_from_slice(&pulled.inputs);
        }
        Ok(())
    }
}
