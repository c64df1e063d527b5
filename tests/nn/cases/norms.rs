//! Dropout and normalization.

use super::{Case, case, torch};
use dfdx::shapes::{Rank1, Rank2, Rank3};
use runner::nn::batch_norm::BatchNorm;
use runner::nn::dropout::Dropout;
use runner::nn::layer_norm::LayerNorm;
use runner::nn::leaky_relu::LeakyReLU;
use runner::nn::per_step::PerStep;
use runner::nn::relu::ReLU;
use runner::nn::sigmoid::Sigmoid;
use runner::nn::tanh::Tanh;

pub fn cases() -> Vec<Case> {
    vec![
        case::<Dropout<Rank1<41>>>("dropout", &[0.3]),
        case::<Dropout<Rank1<1>>>("dropout", &[0.0]),
        case::<Dropout<Rank3<3, 5, 7>>>("dropout", &[0.7]),
        torch::<Dropout<Rank1<7>>>("dropout", &[0.0], "dropout_0"),
        case::<BatchNorm<Rank1<1>>>("batch_norm", &[1e-3, 0.1]),
        case::<BatchNorm<Rank1<19>>>("batch_norm", &[1e-3, 0.2]),
        case::<BatchNorm<Rank3<3, 5, 7>>>("batch_norm", &[1e-3, 1.0]),
        case::<BatchNorm<Rank3<1, 1, 2>>>("batch_norm", &[1e-3, 0.0]),
        case::<BatchNorm<Rank1<33>, Sigmoid>>("batch_norm", &[1e-3, 0.1]),
        case::<BatchNorm<Rank3<17, 3, 3>, Tanh>>("batch_norm", &[1e-1, 0.1]),
        case::<BatchNorm<Rank3<2, 8, 8>, LeakyReLU>>("batch_norm", &[1e-3, 0.1, 0.2]),
        torch::<BatchNorm<Rank3<2, 3, 4>, ReLU>>("batch_norm", &[1e-5, 0.1], "batch_norm_relu"),
        torch::<BatchNorm<Rank1<5>>>("batch_norm", &[1e-5, 0.1], "batch_norm"),
        torch::<BatchNorm<Rank3<2, 3, 4>>>("batch_norm", &[0.001, 0.3], "batch_norm_image"),
        case::<PerStep<5, BatchNorm<Rank1<3>>>>("batch_norm", &[1e-3, 0.1]),
        case::<PerStep<4, BatchNorm<Rank1<17>, Tanh>>>("batch_norm", &[1e-1, 0.3]),
        torch::<PerStep<4, BatchNorm<Rank1<3>>>>("batch_norm", &[1e-5, 0.1], "batch_norm_steps"),
        case::<LayerNorm<Rank1<2>>>("layer_norm", &[1e-3]),
        case::<LayerNorm<Rank1<33>>>("layer_norm", &[1e-3]),
        case::<LayerNorm<Rank3<2, 3, 5>>>("layer_norm", &[1e-3]),
        case::<LayerNorm<Rank2<3, 5>>>("layer_norm", &[1e-3]),
        case::<LayerNorm<Rank2<1, 33>>>("layer_norm", &[1e-3]),
        torch::<LayerNorm<Rank2<3, 4>>>("layer_norm", &[1e-5], "layer_norm_sequence"),
        torch::<LayerNorm<Rank1<7>>>("layer_norm", &[1e-5], "layer_norm"),
        torch::<LayerNorm<Rank3<2, 3, 4>>>("layer_norm", &[1e-5], "layer_norm_image"),
    ]
}
