//! Every layer has its reference on CUDA too: here the compiler looks at a network of all of them.

use dfdx::prelude::{Cuda, Rank1, Rank2, Rank3};

use super::activation::Activate;
use super::avg_pool2d::AvgPool2d;
use super::batch_norm::BatchNorm;
use super::dropout::Dropout;
use super::elu::{Celu, Elu, Selu};
use super::embedding::Embedding;
use super::engine::NetworkConfig;
use super::flatten::Flatten;
use super::gelu::{Gelu, GeluTanh};
use super::global_avg_pool::GlobalAvgPool;
use super::gru::Gru;
use super::hardtanh::{Hardsigmoid, Hardtanh, ReLU6};
use super::layer_norm::LayerNorm;
use super::leaky_relu::LeakyReLU;
use super::linear::{Identity, Linear, NoBias, WithBias};
use super::lstm::Lstm;
use super::max_pool2d::MaxPool2d;
use super::per_step::PerStep;
use super::prelu::PReLU;
use super::recurrent::{All, Embedded, Recurrent};
use super::relu::ReLU;
use super::reshape::Reshape;
use super::residual::{Residual, Skip};
use super::rnn::Rnn;
use super::sigmoid::Sigmoid;
use super::silu::{Hardswish, Mish, Silu};
use super::softmax::{Logarithms, Softmax};
use super::softplus::{LogSigmoid, Softplus, Softsign, Tanhshrink};
use super::tanh::Tanh;
use super::upsample::{Bilinear, Upsample};
use super::{Chain, Network, Taped};
use runner_ground::error::Result;

type Image = Rank3<2, 4, 4>;
type Features = Rank1<32>;
type Sequence = Rank2<4, 8>;
type Images = Chain<Chain<BatchNorm<Image>, LayerNorm<Image>>, Chain<Dropout<Image>, Flatten<Image, 32>>>;
type Activations = Chain<
    Chain<Chain<Activate<Features, ReLU>, Activate<Features, Sigmoid>>, Activate<Features, LeakyReLU>>,
    Chain<Chain<Activate<Features, Tanh>, Activate<Features, Gelu>>, Activate<Features, GeluTanh>>,
>;
type Block = Residual<Linear<32, 32, WithBias, ReLU>, Skip<Features>>;
type Pooled = Chain<
    Chain<PReLU<Image, 2>, Upsample<2, 4, 4, 8, 8, Bilinear>>,
    Chain<Chain<MaxPool2d<2, 8, 8, 4, 4, 2, 2, 0, 1>, AvgPool2d<2, 4, 4, 2, 2, 2, 2, 0>>, GlobalAvgPool<2, 2, 2>>,
>;
const _: fn(&NetworkConfig) -> Result<Taped<Pooled, Cuda>> = Network::new;

type More = Chain<
    Chain<Chain<Reshape<Features, Sequence>, LayerNorm<Sequence>>, Activate<Sequence, Elu>>,
    Chain<
        Chain<Chain<Activate<Sequence, Selu>, Activate<Sequence, Celu>>, Activate<Sequence, Silu>>,
        Chain<
            Chain<Chain<Activate<Sequence, Mish>, Activate<Sequence, Hardswish>>, Activate<Sequence, Softplus>>,
            Chain<
                Chain<Activate<Sequence, LogSigmoid>, Activate<Sequence, Softsign>>,
                Chain<
                    Chain<Activate<Sequence, Tanhshrink>, Activate<Sequence, Hardtanh>>,
                    Chain<Activate<Sequence, ReLU6>, Activate<Sequence, Hardsigmoid>>,
                >,
            >,
        >,
    >,
>;
const _: fn(&NetworkConfig) -> Result<Taped<More, Cuda>> = Network::new;

type Net = Chain<
    Chain<Images, Activations>,
    Chain<Chain<Block, Linear<32, 10, NoBias, Identity>>, Chain<Softmax<Rank1<10>>, Softmax<Rank1<10>, Logarithms>>>,
>;

type Words = Embedded<Embedding<6, 9, 4, 9>, Recurrent<Lstm, 6, 4, 5, 10, 2, WithBias, All>>;
type States = Chain<Recurrent<Gru, 6, 10, 5, 5, 1, NoBias, All>, Recurrent<Rnn<Tanh>, 6, 5, 5, 5, 1, WithBias, All>>;
type Sequences = Chain<Chain<Words, States>, PerStep<6, Linear<5, 9, WithBias, Identity>>>;

const _: fn(&NetworkConfig) -> Result<Taped<Net, Cuda>> = Network::new;
const _: fn(&NetworkConfig) -> Result<Taped<Sequences, Cuda>> = Network::new;
