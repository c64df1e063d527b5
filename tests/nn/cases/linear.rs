//! Linear layers, with what joins them, and one for each step.

use super::{Case, case, torch};
use runner::nn::leaky_relu::LeakyReLU;
use runner::nn::linear::{Identity, Linear, NoBias, WithBias};
use runner::nn::per_step::PerStep;
use runner::nn::relu::ReLU;
use runner::nn::sigmoid::Sigmoid;
use runner::nn::tanh::Tanh;

pub fn cases() -> Vec<Case> {
    vec![
        case::<Linear<1, 1, WithBias, Identity>>("linear", &[]),
        case::<Linear<5, 3, WithBias, Identity>>("linear", &[]),
        torch::<Linear<5, 3, WithBias, Identity>>("linear", &[], "linear"),
        case::<Linear<17, 33, NoBias, Identity>>("linear", &[]),
        case::<Linear<64, 48, WithBias, ReLU>>("linear", &[]),
        case::<Linear<7, 9, NoBias, Sigmoid>>("linear", &[]),
        case::<Linear<7, 9, WithBias, Sigmoid>>("linear", &[]),
        case::<Linear<1, 19, WithBias, Tanh>>("linear", &[]),
        case::<Linear<19, 1, WithBias, LeakyReLU>>("linear", &[0.2]),
        case::<PerStep<1, Linear<1, 3, WithBias, Identity>>>("linear", &[]),
        case::<PerStep<5, Linear<3, 65, WithBias, Tanh>>>("linear", &[]),
        case::<PerStep<4, Linear<3, 1, NoBias, ReLU>>>("linear", &[]),
        torch::<Linear<5, 3, NoBias, Identity>>("linear", &[], "linear_no_bias"),
        torch::<Linear<5, 3, WithBias, ReLU>>("linear", &[], "linear_relu"),
        torch::<Linear<5, 3, WithBias, Sigmoid>>("linear", &[], "linear_sigmoid"),
        torch::<Linear<5, 3, WithBias, Tanh>>("linear", &[], "linear_tanh"),
        torch::<Linear<5, 3, WithBias, LeakyReLU>>("linear", &[0.2], "linear_leaky_relu"),
        torch::<PerStep<3, Linear<4, 5, WithBias, Tanh>>>("linear", &[], "linear_steps"),
    ]
}
