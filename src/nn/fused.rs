//! A network on the CPU: fused kernels over flat buffers, nothing allocated after the first steps.

use dfdx::shapes::ConstShape;

use super::engine::{Engine, Network, NetworkConfig, check_batch, check_inputs};
use super::layer::{Accumulate, Backward, Forward, Hyperparameters, Layer, Pass};
use super::layout::Layout;
use runner_ground::error::{Error, Kind, Result};
use runner_kernel::lines::{from_line, workspace};

/// The CPU engine of a network type.
pub struct Fused<N> {
    network: N,
    layout: Layout,
    parameters: Vec<f32>,
    gradients: Vec<f32>,
    /// Where layers that cannot leave gradients out put unwanted ones; made when it is first needed.
    unwanted: Vec<f32>,
    buffers: Vec<f32>,
    scratch: Vec<f32>,
    outputs: Vec<f32>,
    max_batch: usize,
}

impl<N: Layer> Network for Fused<N> {
    fn new(config: &NetworkConfig) -> Result<Self> {
        check_hyperparameters::<N>(config)?;
        let mut layout = Layout::default();
        N::describe(&mut layout);
        Ok(Self {
            network: N::build(&mut Hyperparameters::new(&config.hyperparameters)),
            parameters: layout.initial_parameters(config.seed),
            gradients: vec![0.0; N::PARAMETERS],
            unwanted: Vec::new(),
            buffers: layout.initial_buffers(),
            scratch: workspace(N::scratch(config.max_batch)),
            outputs: vec![0.0; config.max_batch * N::Out::NUMEL],
            max_batch: config.max_batch,
            layout,
        })
    }
}

/// Refuses a list of hyperparameters that the network would not use up exactly.
pub(super) fn check_hyperparameters<N: Layer>(config: &NetworkConfig) -> Result<()> {
    if config.hyperparameters.len() == N::HYPERPARAMETERS {
        return Ok(());
    }
    Err(Error::new(
        Kind::Run,
        format!(
            "the network takes {} hyperparameters, the recipe gives {}",
            N::HYPERPARAMETERS,
            config.hyperparameters.len()
        ),
    ))
}

impl<N: Layer> Fused<N> {
    fn check(&self, pass: &Pass, x: &[f32]) -> Result<()> {
        if pass.batch > self.max_batch {
            return Err(Error::new(
                Kind::Failure,
                format!(
                    "a batch of {} came to a network made for {}",
                    pass.batch, self.max_batch
                ),
            ));
        }
        check_inputs(pass, x.len(), N::In::NUMEL)
    }
}

impl<N: Layer> Engine for Fused<N> {
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

    fn forward(&mut self, pass: &Pass, x: &[f32]) -> Result<&[f32]> {
        self.check(pass, x)?;
        let y = &mut self.outputs[..pass.batch * N::Out::NUMEL];
        self.network.forward(Forward {
            pass,
            parameters: &self.parameters,
            buffers: &mut self.buffers,
            x,
            y,
            scratch: from_line(&mut self.scratch),
        });
        Ok(y)
    }

    fn backward(
        &mut self,
        pass: &Pass,
        accumulate: Accumulate,
        x: &[f32],
        dy: &mut [f32],
        dx: Option<&mut [f32]>,
    ) -> Result<()> {
        self.check(pass, x)?;
        check_batch("gradients of the outputs", dy.len(), pass.batch, N::Out::NUMEL)?;
        if let Some(dx) = &dx {
            check_batch("gradients of the inputs", dx.len(), pass.batch, N::In::NUMEL)?;
        }
        let y = &self.outputs[..pass.batch * N::Out::NUMEL];
        let gradients = if accumulate == Accumulate::Skip {
            // Pages of zeros that nobody writes to cost no memory.
            if self.unwanted.is_empty() {
                self.unwanted = vec![0.0; N::PARAMETERS];
            }
            &mut self.unwanted
        } else {
            &mut self.gradients
        };
        self.network.backward(Backward {
            pass,
            accumulate,
            parameters: &self.parameters,
            x,
            y,
            dy,
            dx,
            gradients,
            scratch: from_line(&mut self.scratch),
        });
        Ok(())
    }
}
