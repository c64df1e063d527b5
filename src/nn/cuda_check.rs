//! Every layer has its reference on CUDA too: here the compiler looks at a network of all of them.

use dfdx::prelude::{Cuda, Rank1, Rank3};

use super::activation::Activate;
use super::batch_norm::BatchNorm;
use super::dropout::Dropout;
use super::embedding::Embedding;
use super::engine::NetworkConfig;
use super::flatten::Flatten;
use super::gelu::{Gelu, GeluTanh};
use super::gru::Gru;
use super::layer_norm::LayerNorm;
use super::leaky_relu::LeakyReLU;
use super::linear::{Identity, Linear, NoBias, WithBias};
use super::lstm::Lstm;
use super::per_step::PerStep;
use super::recurrent::{All, Embedded, Recurrent};
use super::relu::ReLU;
use super::residual::{Residual, Skip};
use super::rnn::Rnn;
use super::sigmoid::Sigmoid;
use super::softmax::Softmax;
use super::tanh::Tanh;
use super::{Chain, Network, Taped};
use crate::error::Result;

type Image = Rank3<2, 4, 4>;
type Features = Rank1<32>;
type Images = Chain<Chain<BatchNorm<Image>, LayerNorm<Image>>, Chain<Dropout<Image>, Flatten<Image, 32>>>;
type Activations = Chain<
    Chain<Chain<Activate<Features, ReLU>, Activate<Features, Sigmoid>>, Activate<Features, LeakyReLU>>,
    Chain<Chain<Activate<Features, Tanh>, Activate<Features, Gelu>>, Activate<Features, GeluTanh>>,
>;
type Block = Residual<Linear<32, 32, WithBias, ReLU>, Skip<Features>>;
type Net = Chain<Chain<Images, Activations>, Chain<Chain<Block, Linear<32, 10, NoBias, Identity>>, Softmax<10>>>;

type Words = Embedded<Embedding<6, 9, 4, 9>, Recurrent<Lstm, 6, 4, 5, 10, 2, WithBias, All>>;
type States = Chain<Recurrent<Gru, 6, 10, 5, 5, 1, NoBias, All>, Recurrent<Rnn<Tanh>, 6, 5, 5, 5, 1, WithBias, All>>;
type Sequences = Chain<Chain<Words, States>, PerStep<6, Linear<5, 9, WithBias, Identity>>>;

const _: fn(&NetworkConfig) -> Result<Taped<Net, Cuda>> = Network::new;
const _: fn(&NetworkConfig) -> Result<Taped<Sequences, Cuda>> = Network::new;
