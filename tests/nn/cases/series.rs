//! Convolutions of series.

use super::{Case, case, torch};
use dfdx::shapes::Rank1;
use runner::nn::Chain;
use runner::nn::batch_norm::BatchNorm;
use runner::nn::conv1d::Conv1d;
use runner::nn::convolution::Taps;
use runner::nn::linear::{Identity, NoBias, WithBias};
use runner::nn::per_step::PerStep;
use runner::nn::relu::ReLU;
use runner::nn::sigmoid::Sigmoid;
use runner::nn::tanh::Tanh;

pub fn cases() -> Vec<Case> {
    type Normed =
        Chain<Conv1d<6, 2, 3, 5, Taps<4, 3, 2, 1>, 1, WithBias, Identity>, PerStep<3, BatchNorm<Rank1<5>, Tanh>>>;
    type Two = Chain<
        Conv1d<6, 2, 6, 3, Taps<3, 1, 1, 1>, 1, WithBias, Tanh>,
        Conv1d<6, 3, 3, 3, Taps<3, 2, 1, 1>, 3, NoBias, Tanh>,
    >;
    vec![
        case::<Conv1d<1, 1, 1, 1, Taps<1, 1, 0, 1>, 1, WithBias, Identity>>("conv1d", &[]),
        case::<Conv1d<9, 3, 9, 5, Taps<3, 1, 1, 1>, 1, WithBias, Tanh>>("conv1d", &[]),
        case::<Conv1d<11, 4, 5, 6, Taps<3, 2, 1, 2>, 2, NoBias, Identity>>("conv1d", &[]),
        case::<Conv1d<7, 16, 3, 32, Taps<5, 1, 0, 1>, 1, WithBias, Identity>>("conv1d", &[]),
        case::<Conv1d<2, 5, 6, 5, Taps<3, 1, 3, 1>, 5, WithBias, Sigmoid>>("conv1d", &[]),
        case::<Conv1d<8, 17, 2, 33, Taps<2, 4, 0, 1>, 1, NoBias, Tanh>>("conv1d", &[]),
        case::<Conv1d<3, 1, 2, 2, Taps<2, 1, 0, 1>, 1, WithBias, ReLU>>("conv1d", &[]),
        case::<Two>("conv1d", &[]),
        torch::<Conv1d<7, 3, 5, 4, Taps<3, 1, 0, 1>, 1, WithBias, Identity>>("conv1d", &[], "conv1d"),
        torch::<Conv1d<9, 4, 6, 6, Taps<3, 2, 3, 2>, 2, NoBias, Tanh>>("conv1d", &[], "conv1d_groups"),
        torch::<Normed>("conv1d", &[1e-5, 0.1], "conv1d_batch_norm"),
    ]
}
