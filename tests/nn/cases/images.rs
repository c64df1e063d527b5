//! Pooling, resizing, and other forms of the same numbers.

use super::{Case, case, torch};
use dfdx::shapes::{Rank1, Rank2, Rank3};
use runner::nn::Chain;
use runner::nn::activation::Activate;
use runner::nn::avg_pool2d::AvgPool2d;
use runner::nn::batch_norm::BatchNorm;
use runner::nn::flatten::Flatten;
use runner::nn::global_avg_pool::GlobalAvgPool;
use runner::nn::linear::{Identity, Linear, WithBias};
use runner::nn::max_pool2d::MaxPool2d;
use runner::nn::relu::ReLU;
use runner::nn::reshape::Reshape;
use runner::nn::tanh::Tanh;
use runner::nn::upsample::{AlignedBilinear, Bilinear, Nearest, Upsample};

pub fn cases() -> Vec<Case> {
    vec![
        case::<Flatten<Rank2<3, 5>, 15>>("flatten", &[]),
        case::<Flatten<Rank3<2, 3, 5>, 30>>("flatten", &[]),
        case::<Chain<Flatten<Rank3<2, 3, 5>, 30>, Linear<30, 3, WithBias, ReLU>>>("flatten", &[]),
        case::<Chain<Activate<Rank3<1, 3, 5>, Tanh>, Flatten<Rank3<1, 3, 5>, 15>>>("flatten", &[]),
        torch::<Chain<Flatten<Rank3<2, 3, 4>, 24>, Linear<24, 3, WithBias, Identity>>>("flatten", &[], "flatten"),
        case::<MaxPool2d<1, 1, 1, 1, 1, 1, 1, 0, 1>>("max_pool2d", &[]),
        case::<MaxPool2d<3, 6, 10, 3, 5, 2, 2, 0, 1>>("max_pool2d", &[]),
        case::<MaxPool2d<2, 7, 5, 3, 2, 2, 2, 0, 1>>("max_pool2d", &[]),
        case::<MaxPool2d<2, 7, 5, 4, 3, 2, 2, 0, 1>>("max_pool2d", &[]),
        case::<MaxPool2d<2, 7, 9, 4, 5, 3, 2, 1, 1>>("max_pool2d", &[]),
        case::<MaxPool2d<1, 9, 7, 7, 5, 2, 1, 0, 2>>("max_pool2d", &[]),
        case::<MaxPool2d<1, 4, 3, 2, 1, 2, 3, 1, 2>>("max_pool2d", &[]),
        torch::<MaxPool2d<2, 4, 6, 2, 3, 2, 2, 0, 1>>("max_pool2d", &[], "max_pool2d"),
        torch::<MaxPool2d<2, 7, 5, 4, 3, 3, 2, 1, 1>>("max_pool2d", &[], "max_pool2d_padding"),
        torch::<MaxPool2d<1, 7, 6, 5, 4, 2, 1, 0, 2>>("max_pool2d", &[], "max_pool2d_dilation"),
        torch::<MaxPool2d<1, 5, 7, 3, 4, 2, 2, 0, 1>>("max_pool2d", &[], "max_pool2d_ceil"),
        torch::<Chain<Activate<Rank3<2, 4, 6>, ReLU>, MaxPool2d<2, 4, 6, 2, 3, 2, 2, 0, 1>>>(
            "max_pool2d",
            &[],
            "max_pool2d_ties",
        ),
        case::<AvgPool2d<1, 1, 1, 1, 1, 1, 1, 0>>("avg_pool2d", &[1.0]),
        case::<AvgPool2d<3, 6, 10, 3, 5, 2, 2, 0>>("avg_pool2d", &[1.0]),
        case::<AvgPool2d<2, 7, 9, 4, 5, 3, 2, 1>>("avg_pool2d", &[1.0]),
        case::<AvgPool2d<2, 7, 9, 4, 5, 3, 2, 1>>("avg_pool2d", &[0.0]),
        case::<AvgPool2d<1, 5, 4, 4, 3, 2, 1, 0>>("avg_pool2d", &[0.0]),
        torch::<AvgPool2d<2, 7, 5, 4, 3, 3, 2, 1>>("avg_pool2d", &[1.0], "avg_pool2d"),
        torch::<AvgPool2d<2, 7, 5, 4, 3, 3, 2, 1>>("avg_pool2d", &[0.0], "avg_pool2d_inside"),
        case::<GlobalAvgPool<3, 5, 7>>("global_avg_pool", &[]),
        case::<GlobalAvgPool<1, 1, 1>>("global_avg_pool", &[]),
        torch::<GlobalAvgPool<3, 4, 5>>("global_avg_pool", &[], "global_avg_pool"),
        case::<Upsample<1, 1, 1, 3, 3, Bilinear>>("upsample", &[]),
        case::<Upsample<2, 3, 5, 6, 10, Nearest>>("upsample", &[]),
        case::<Upsample<2, 3, 5, 9, 15, Bilinear>>("upsample", &[]),
        case::<Upsample<2, 3, 5, 6, 10, AlignedBilinear>>("upsample", &[]),
        case::<Upsample<2, 1, 4, 1, 4, AlignedBilinear>>("upsample", &[]),
        torch::<Upsample<2, 2, 3, 6, 9, Nearest>>("upsample", &[], "upsample"),
        torch::<Upsample<2, 2, 3, 6, 9, Bilinear>>("upsample", &[], "upsample_bilinear"),
        torch::<Upsample<2, 2, 3, 4, 6, AlignedBilinear>>("upsample", &[], "upsample_aligned"),
        case::<Reshape<Rank1<30>, Rank3<2, 3, 5>>>("reshape", &[]),
        case::<Chain<Reshape<Rank3<2, 3, 5>, Rank2<6, 5>>, Flatten<Rank2<6, 5>, 30>>>("reshape", &[]),
        torch::<Chain<Reshape<Rank1<12>, Rank3<2, 2, 3>>, BatchNorm<Rank3<2, 2, 3>>>>(
            "reshape",
            &[1e-5, 0.1],
            "reshape",
        ),
    ]
}
