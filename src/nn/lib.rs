//! Layers: one file each, with its definition for recipes, its fused CPU path and its reference
//! path through dfdx. A network is a type, built of these by [`Chain`]; rustc proves its shapes.

pub mod activation;
pub mod avg_pool2d;
pub mod batch_norm;
mod batch_norm_def;
pub mod chain;
pub mod conv1d;
pub mod conv2d;
pub mod conv_transpose2d;
mod conv_transpose2d_def;
pub mod convolution;
mod convolution_def;
#[cfg(feature = "cuda")]
mod cuda_check;
pub mod def;
pub mod dropout;
pub mod elu;
pub mod embedding;
mod embedding_def;
pub mod engine;
pub mod flatten;
pub mod fused;
pub mod gelu;
pub mod global_avg_pool;
pub mod gru;
pub mod hardtanh;
pub mod layer;
pub mod layer_norm;
pub mod layout;
pub mod leaky_relu;
pub mod lengths;
pub mod linear;
mod linear_def;
pub mod lstm;
pub mod max_pool2d;
mod nested;
pub mod parallel;
mod parallel_def;
pub mod per_step;
mod pool;
pub mod prelu;
pub mod recurrent;
pub mod relu;
pub mod reshape;
pub mod residual;
mod residual_def;
pub mod rnn;
mod separable;
pub mod shape;
pub mod sigmoid;
pub mod silu;
pub mod softmax;
pub mod softplus;
pub mod tanh;
pub mod taped;
pub mod type_expr;
pub mod upsample;

pub use chain::Chain;
pub use def::{LayerDef, Lowered, lower_layers};
pub use engine::{Engine, Network};
pub use fused::Fused;
pub use layer::{Backward, Forward, Hyperparameters, Layer, Mode, Pass, Reference, Weights};
pub use layout::{Init, Layout};
pub use shape::SampleShape;
pub use taped::Taped;
pub use type_expr::{Argument, TypeExpr};

pub use dfdx::shapes::{Rank1, Rank2, Rank3};

/// Where a [`Taped`] network computes.
pub mod device {
    pub use dfdx::tensor::Cpu;
    #[cfg(feature = "cuda")]
    pub use dfdx::tensor::Cuda;
}

/// Every layer that a recipe may name. Adding one: a file with its definition, a line here.
pub static LAYERS: &[&LayerDef] = &[
    &linear::DEF,
    &conv1d::DEF,
    &conv2d::DEF,
    &conv_transpose2d::DEF,
    &relu::DEF,
    &sigmoid::DEF,
    &tanh::DEF,
    &leaky_relu::DEF,
    &gelu::DEF,
    &elu::ELU,
    &elu::SELU,
    &elu::CELU,
    &silu::SILU,
    &silu::MISH,
    &silu::HARDSWISH,
    &softplus::SOFTPLUS,
    &softplus::SOFTSIGN,
    &softplus::LOG_SIGMOID,
    &softplus::TANHSHRINK,
    &hardtanh::HARDTANH,
    &hardtanh::RELU6,
    &hardtanh::HARDSIGMOID,
    &prelu::DEF,
    &softmax::DEF,
    &softmax::LOG,
    &dropout::DEF,
    &batch_norm::DEF,
    &layer_norm::DEF,
    &flatten::DEF,
    &residual::DEF,
    &parallel::DEF,
    &max_pool2d::DEF,
    &embedding::DEF,
    &rnn::DEF,
    &lstm::DEF,
    &gru::DEF,
    &avg_pool2d::DEF,
    &global_avg_pool::DEF,
    &upsample::DEF,
    &reshape::DEF,
];
