//! Convolutions and their transposes.

use super::{Case, case, torch};
use dfdx::shapes::Rank3;
use runner::nn::conv_transpose2d::ConvTranspose2d;
use runner::nn::conv2d::Conv2d;
use runner::nn::convolution::{Rectangle, Taps};
use runner::nn::leaky_relu::LeakyReLU;
use runner::nn::linear::{Identity, NoBias, WithBias};
use runner::nn::relu::ReLU;
use runner::nn::sigmoid::Sigmoid;
use runner::nn::tanh::Tanh;

pub fn cases() -> Vec<Case> {
    type Wide = Rectangle<Taps<3, 1, 1, 2>, Taps<5, 2, 2, 1>>;
    type High = Rectangle<Taps<4, 2, 1, 1>, Taps<3, 1, 0, 1>>;
    type Row = Rectangle<Taps<1, 1, 0, 1>, Taps<3, 2, 1, 2>>;
    vec![
        case::<Conv2d<Rank3<3, 7, 9>, Rank3<5, 7, 4>, Rectangle<Taps<3, 1, 1, 1>, Taps<5, 2, 1, 1>>, 1, WithBias, Tanh>>(
            "conv2d",
            &[],
        ),
        case::<Conv2d<Rank3<4, 1, 11>, Rank3<6, 1, 5>, Row, 2, NoBias, Identity>>("conv2d", &[]),
        case::<
            Conv2d<
                Rank3<16, 9, 5>,
                Rank3<32, 5, 5>,
                Rectangle<Taps<3, 2, 1, 1>, Taps<3, 1, 1, 1>>,
                1,
                WithBias,
                Identity,
            >,
        >("conv2d", &[]),
        case::<ConvTranspose2d<Rank3<3, 4, 3>, Rank3<2, 8, 5>, High, 1, WithBias, ReLU>>("conv_transpose2d", &[]),
        torch::<Conv2d<Rank3<3, 6, 7>, Rank3<4, 4, 4>, Wide, 1, WithBias, Tanh>>("conv2d", &[], "conv2d_rectangle"),
        torch::<ConvTranspose2d<Rank3<3, 3, 4>, Rank3<2, 7, 6>, High, 1, WithBias, Identity>>(
            "conv_transpose2d",
            &[],
            "conv_transpose2d_rectangle",
        ),
        case::<Conv2d<Rank3<1, 1, 1>, Rank3<1, 1, 1>, Taps<1, 1, 0, 1>, 1, WithBias, Identity>>("conv2d", &[]),
        case::<Conv2d<Rank3<1, 9, 7>, Rank3<6, 9, 7>, Taps<5, 1, 2, 1>, 1, WithBias, Tanh>>("conv2d", &[]),
        case::<Conv2d<Rank3<6, 9, 7>, Rank3<17, 5, 3>, Taps<5, 1, 0, 1>, 1, WithBias, Identity>>("conv2d", &[]),
        case::<Conv2d<Rank3<3, 5, 8>, Rank3<33, 3, 4>, Taps<3, 2, 1, 1>, 1, NoBias, Tanh>>("conv2d", &[]),
        case::<Conv2d<Rank3<16, 6, 5>, Rank3<32, 3, 3>, Taps<1, 2, 0, 1>, 1, NoBias, Identity>>("conv2d", &[]),
        case::<Conv2d<Rank3<4, 11, 9>, Rank3<6, 4, 3>, Taps<3, 3, 2, 2>, 2, WithBias, Sigmoid>>("conv2d", &[]),
        case::<Conv2d<Rank3<5, 4, 3>, Rank3<5, 9, 8>, Taps<2, 1, 3, 1>, 5, NoBias, Identity>>("conv2d", &[]),
        // Few sums: one that is 0 but for rounding has another slope here than there.
        case::<Conv2d<Rank3<1, 2, 3>, Rank3<2, 1, 2>, Taps<2, 1, 0, 1>, 1, WithBias, ReLU>>("conv2d", &[]),
        case::<Conv2d<Rank3<2, 7, 7>, Rank3<3, 2, 2>, Taps<2, 4, 0, 1>, 1, WithBias, LeakyReLU>>("conv2d", &[0.1]),
        case::<Conv2d<Rank3<16, 5, 7>, Rank3<16, 5, 7>, Taps<3, 1, 1, 1>, 1, WithBias, Identity>>("conv2d", &[]),
        case::<Conv2d<Rank3<32, 6, 9>, Rank3<16, 4, 7>, Taps<3, 1, 0, 1>, 1, WithBias, Identity>>("conv2d", &[]),
        case::<Conv2d<Rank3<32, 4, 4>, Rank3<32, 6, 6>, Taps<3, 1, 2, 1>, 2, NoBias, Identity>>("conv2d", &[]),
        torch::<Conv2d<Rank3<3, 5, 7>, Rank3<4, 3, 5>, Taps<3, 1, 0, 1>, 1, WithBias, Identity>>(
            "conv2d",
            &[],
            "conv2d",
        ),
        torch::<Conv2d<Rank3<1, 6, 7>, Rank3<6, 6, 7>, Taps<5, 1, 2, 1>, 1, WithBias, ReLU>>(
            "conv2d",
            &[],
            "conv2d_relu",
        ),
        torch::<Conv2d<Rank3<4, 9, 7>, Rank3<6, 6, 5>, Taps<3, 2, 3, 2>, 2, NoBias, Tanh>>(
            "conv2d",
            &[],
            "conv2d_groups",
        ),
        torch::<Conv2d<Rank3<3, 7, 6>, Rank3<5, 3, 3>, Taps<2, 3, 1, 1>, 1, WithBias, Identity>>(
            "conv2d",
            &[],
            "conv2d_strided",
        ),
        torch::<Conv2d<Rank3<16, 5, 6>, Rank3<16, 5, 6>, Taps<3, 1, 1, 1>, 1, WithBias, Identity>>(
            "conv2d",
            &[],
            "conv2d_3x3",
        ),
        case::<ConvTranspose2d<Rank3<1, 1, 1>, Rank3<1, 1, 1>, Taps<1, 1, 0, 1>, 1, WithBias, Identity>>(
            "conv_transpose2d",
            &[],
        ),
        case::<ConvTranspose2d<Rank3<3, 4, 3>, Rank3<2, 8, 6>, Taps<4, 2, 1, 1>, 1, WithBias, ReLU>>(
            "conv_transpose2d",
            &[],
        ),
        case::<ConvTranspose2d<Rank3<4, 3, 5>, Rank3<6, 9, 15>, Taps<3, 3, 1, 2>, 2, NoBias, Tanh>>(
            "conv_transpose2d",
            &[],
        ),
        case::<ConvTranspose2d<Rank3<2, 3, 2>, Rank3<1, 10, 6>, Taps<2, 4, 0, 1>, 1, WithBias, Identity>>(
            "conv_transpose2d",
            &[],
        ),
        case::<ConvTranspose2d<Rank3<16, 4, 5>, Rank3<32, 4, 5>, Taps<3, 1, 1, 1>, 1, WithBias, Identity>>(
            "conv_transpose2d",
            &[],
        ),
        torch::<ConvTranspose2d<Rank3<3, 3, 4>, Rank3<2, 6, 8>, Taps<4, 2, 1, 1>, 1, WithBias, LeakyReLU>>(
            "conv_transpose2d",
            &[0.2],
            "conv_transpose2d",
        ),
        torch::<ConvTranspose2d<Rank3<4, 3, 2>, Rank3<6, 9, 6>, Taps<3, 3, 2, 2>, 2, NoBias, Identity>>(
            "conv_transpose2d",
            &[],
            "conv_transpose2d_groups",
        ),
    ]
}
