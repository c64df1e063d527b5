//! Activations.

use super::{Case, case, torch};
use dfdx::shapes::{Rank1, Rank2, Rank3};
use runner::nn::activation::Activate;
use runner::nn::elu::{Celu, Elu, Selu};
use runner::nn::gelu::{Gelu, GeluTanh};
use runner::nn::hardtanh::{Hardsigmoid, Hardtanh, ReLU6};
use runner::nn::leaky_relu::LeakyReLU;
use runner::nn::linear::{Linear, NoBias, WithBias};
use runner::nn::prelu::PReLU;
use runner::nn::relu::ReLU;
use runner::nn::sigmoid::Sigmoid;
use runner::nn::silu::{Hardswish, Mish, Silu};
use runner::nn::softmax::{Logarithms, Softmax};
use runner::nn::softplus::{LogSigmoid, Softplus, Softsign, Tanhshrink};
use runner::nn::tanh::Tanh;

pub fn cases() -> Vec<Case> {
    vec![
        case::<Activate<Rank1<1>, ReLU>>("relu", &[]),
        case::<Activate<Rank3<2, 3, 5>, ReLU>>("relu", &[]),
        case::<Activate<Rank2<3, 5>, ReLU>>("relu", &[]),
        torch::<Activate<Rank1<7>, ReLU>>("relu", &[], "relu"),
        case::<Activate<Rank1<37>, Sigmoid>>("sigmoid", &[]),
        case::<Activate<Rank3<1, 1, 3>, Sigmoid>>("sigmoid", &[]),
        torch::<Activate<Rank1<7>, Sigmoid>>("sigmoid", &[], "sigmoid"),
        case::<Activate<Rank1<37>, Tanh>>("tanh", &[]),
        case::<Activate<Rank3<3, 1, 3>, Tanh>>("tanh", &[]),
        torch::<Activate<Rank1<7>, Tanh>>("tanh", &[], "tanh"),
        case::<Activate<Rank1<33>, LeakyReLU>>("leaky_relu", &[0.1]),
        case::<Activate<Rank3<1, 5, 3>, LeakyReLU>>("leaky_relu", &[0.0]),
        torch::<Activate<Rank1<7>, LeakyReLU>>("leaky_relu", &[0.01], "leaky_relu"),
        case::<Activate<Rank1<35>, Gelu>>("gelu", &[]),
        case::<Activate<Rank3<2, 3, 3>, GeluTanh>>("gelu", &[]),
        torch::<Activate<Rank1<7>, Gelu>>("gelu", &[], "gelu"),
        torch::<Activate<Rank1<7>, GeluTanh>>("gelu", &[], "gelu_tanh"),
        case::<Softmax<Rank1<1>>>("softmax", &[]),
        case::<Softmax<Rank1<10>>>("softmax", &[]),
        case::<Softmax<Rank1<33>>>("softmax", &[]),
        case::<Softmax<Rank2<3, 5>>>("softmax", &[]),
        torch::<Softmax<Rank1<7>>>("softmax", &[], "softmax"),
        case::<Softmax<Rank1<1>, Logarithms>>("log_softmax", &[]),
        case::<Softmax<Rank1<33>, Logarithms>>("log_softmax", &[]),
        case::<Softmax<Rank2<3, 5>, Logarithms>>("log_softmax", &[]),
        torch::<Softmax<Rank1<7>, Logarithms>>("log_softmax", &[], "log_softmax"),
        case::<Activate<Rank1<37>, Elu>>("elu", &[1.0]),
        case::<Activate<Rank2<3, 5>, Elu>>("elu", &[0.0]),
        case::<Linear<7, 9, WithBias, Elu>>("elu", &[0.5]),
        torch::<Activate<Rank1<7>, Elu>>("elu", &[0.5], "elu"),
        case::<Activate<Rank3<2, 3, 3>, Selu>>("selu", &[]),
        case::<Linear<7, 9, NoBias, Selu>>("selu", &[]),
        torch::<Activate<Rank1<7>, Selu>>("selu", &[], "selu"),
        case::<Activate<Rank1<1>, Celu>>("celu", &[0.7]),
        case::<Linear<7, 9, WithBias, Celu>>("celu", &[2.0]),
        torch::<Activate<Rank1<7>, Celu>>("celu", &[0.5], "celu"),
        case::<Activate<Rank1<37>, Silu>>("silu", &[]),
        torch::<Activate<Rank1<7>, Silu>>("silu", &[], "silu"),
        case::<Activate<Rank2<5, 3>, Mish>>("mish", &[]),
        torch::<Activate<Rank1<7>, Mish>>("mish", &[], "mish"),
        case::<Activate<Rank1<37>, Hardswish>>("hardswish", &[]),
        torch::<Activate<Rank1<7>, Hardswish>>("hardswish", &[], "hardswish"),
        case::<Activate<Rank1<37>, Softplus>>("softplus", &[1.0, 20.0]),
        case::<Activate<Rank3<1, 3, 5>, Softplus>>("softplus", &[2.5, 1.0]),
        torch::<Activate<Rank1<7>, Softplus>>("softplus", &[2.0, 1.5], "softplus"),
        case::<Activate<Rank1<37>, Softsign>>("softsign", &[]),
        case::<Linear<7, 9, WithBias, Softsign>>("softsign", &[]),
        torch::<Activate<Rank1<7>, Softsign>>("softsign", &[], "softsign"),
        case::<Activate<Rank1<37>, LogSigmoid>>("log_sigmoid", &[]),
        torch::<Activate<Rank1<7>, LogSigmoid>>("log_sigmoid", &[], "log_sigmoid"),
        case::<Activate<Rank1<37>, Tanhshrink>>("tanhshrink", &[]),
        torch::<Activate<Rank1<7>, Tanhshrink>>("tanhshrink", &[], "tanhshrink"),
        case::<Activate<Rank1<37>, Hardtanh>>("hardtanh", &[-0.9, 0.3]),
        torch::<Activate<Rank1<7>, Hardtanh>>("hardtanh", &[-0.5, 1.5], "hardtanh"),
        case::<Activate<Rank2<3, 11>, ReLU6>>("relu6", &[]),
        torch::<Activate<Rank1<7>, ReLU6>>("relu6", &[], "relu6"),
        case::<Activate<Rank1<37>, Hardsigmoid>>("hardsigmoid", &[]),
        torch::<Activate<Rank1<7>, Hardsigmoid>>("hardsigmoid", &[], "hardsigmoid"),
        case::<PReLU<Rank1<1>, 1>>("prelu", &[]),
        case::<PReLU<Rank1<37>, 1>>("prelu", &[]),
        case::<PReLU<Rank1<19>, 19>>("prelu", &[]),
        case::<PReLU<Rank2<3, 5>, 3>>("prelu", &[]),
        case::<PReLU<Rank3<3, 5, 7>, 3>>("prelu", &[]),
        case::<PReLU<Rank3<3, 5, 7>, 1>>("prelu", &[]),
        torch::<PReLU<Rank1<7>, 1>>("prelu", &[], "prelu"),
        torch::<PReLU<Rank3<3, 2, 2>, 3>>("prelu", &[], "prelu_channels"),
    ]
}
